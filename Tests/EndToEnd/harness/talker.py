"""A text model on a server that speaks OpenAI's chat API, whose words a test knows beforehand.

It says what it was told last, word by word, and how many messages it was given: `3: hello`. Words in a message steer it:
`slowly` has it pause between words, `wait` has it stop halfway until `talker.go()`, `think` has it think first, `long` has it say many
words, `fail` has it answer with an error.
"""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Talker:
    def __init__(self, lines: dict[str, str] | None = None, place: str = "127.0.0.1") -> None:
        """- lines: what it says instead, to whatever contains the key.
        - place: the address of this machine at which it listens.
        """
        self.lines = lines or {}
        self.requests: list[dict[str, Any]] = []
        self.gate = threading.Event()
        # When each answer began, in seconds since 1970.
        self.began: list[float] = []
        talker = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_: Any) -> None: ...

            def do_GET(self) -> None:
                self.give(200, {"object": "list", "data": [{"id": "talker", "object": "model", "owned_by": "test"}]})

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                if not self.path.endswith("/chat/completions"):
                    return self.give(404, {"error": {"message": "unknown", "type": "invalid_request_error"}})
                talker.requests.append(body)
                told = text(body["messages"][-1])
                if "fail" in told.split():
                    return self.give(400, {"error": {"message": "no such word", "type": "invalid_request_error"}})
                self.stream(told, body)

            def give(self, status: int, content: dict[str, Any]) -> None:
                data = json.dumps(content).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def stream(self, told: str, body: dict[str, Any]) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "text/event-stream")
                self.send_header("Transfer-Encoding", "chunked")
                self.end_headers()
                words = told.split()
                answer = f"{len([m for m in body['messages'] if m['role'] != 'system'])}: {told}".split(" ")
                for key, line in talker.lines.items():
                    if key in told:
                        answer = line.split(" ")
                if "long" in words:
                    answer = [f"word{n}" for n in range(900)]
                limit = body.get("max_tokens") or body.get("max_completion_tokens") or 10_000
                try:
                    if "think" in words:
                        self.event({"reasoning_content": "Let me see."})
                    talker.began.append(time.time())
                    for index, word in enumerate(answer[:limit]):
                        if "wait" in words and index == len(answer) // 2:
                            talker.gate.wait(60)
                        if "slowly" in words:
                            time.sleep(0.25)
                        self.event({"content": word if index == 0 else f" {word}"})
                    self.event({}, "length" if len(answer) > limit else "stop")
                    self.chunk(b"data: [DONE]\n\n")
                    self.chunk(b"")
                except OSError:
                    self.close_connection = True

            def event(self, delta: dict[str, str], reason: str | None = None) -> None:
                self.chunk(b"data: " + json.dumps({
                    "id": "1", "object": "chat.completion.chunk", "created": 0, "model": "talker",
                    "choices": [{"index": 0, "delta": delta, "finish_reason": reason}],
                }).encode() + b"\n\n")

            def chunk(self, data: bytes) -> None:
                self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
                self.wfile.flush()

        self.server = ThreadingHTTPServer((place, 0), Handler)
        self.server.daemon_threads = True
        self.address = f"http://{place}:{self.server.server_address[1]}/v1"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def go(self) -> None:
        self.gate.set()

    def said(self, request: int = -1) -> list[str]:
        """What people said, as a request told it."""
        return [text(message) for message in self.requests[request]["messages"] if message["role"] == "user"]

    def stop(self) -> None:
        self.gate.set()
        self.server.shutdown()


def text(message: dict[str, Any]) -> str:
    content = message["content"]
    return content if isinstance(content, str) else " ".join(part.get("text", "") for part in content)
