"""The common half of all servers: HTTP, faults, what was seen, and the wall of memory."""

import json
import threading
import time
import urllib.parse
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Broken(Exception):
    """The connection is to be cut without a word."""


@dataclass
class Answer:
    status: int = 200
    body: bytes = b""
    type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)
    # Sent one after the other, as they come.
    pieces: Any = None


def as_json(value: Any, status: int = 200, **headers: str) -> Answer:
    return Answer(status, json.dumps(value).encode(), headers=headers)


def as_html(status: int, words: str) -> Answer:
    """An error as Flask shows it."""
    return Answer(status, f"<!doctype html>\n<html lang=en>\n<title>{status} {words}</title>\n<h1>{words}</h1>\n".encode(), "text/html; charset=utf-8")


class ModelServer:
    """One server. Subclasses answer `handle`; all of them share the switches of `behaviour`.

    - seconds: a picture's time.
    - memory: pictures at once that fit; more is out of memory, in that server's own words.
    - faults: a list; each request for pictures takes the first off it: "500", "cut body", "cut picture", "lying picture",
      "no picture", "hang up", {"429": seconds}, {"wait": seconds}, or null for none.
    """

    def __init__(self, **options: Any):
        self.behaviour: dict[str, Any] = {"seconds": 0.02, "memory": 100, "faults": [], **options}
        self.lock = threading.RLock()
        # Held by whoever paints.
        self.card = threading.Lock()
        # One for each request that reached the model: what was painted, under which id.
        self.painted: list[dict[str, Any]] = []
        self.requests: list[dict[str, Any]] = []
        self.violations: list[str] = []

    # For subclasses

    def handle(self, call: "Call") -> Answer:
        raise NotImplementedError

    def violation(self, text: str) -> None:
        with self.lock:
            self.violations.append(text)

    def next_fault(self) -> Any:
        with self.lock:
            faults = self.behaviour["faults"]
            return faults.pop(0) if faults else None

    def seconds(self, pictures: int) -> float:
        return self.behaviour["seconds"] * pictures

    def is_too_much(self, pictures: int) -> bool:
        return pictures > self.behaviour["memory"]

    # For tests

    def record(self) -> dict[str, Any]:
        with self.lock:
            return json.loads(json.dumps({"painted": self.painted, "requests": self.requests, "violations": self.violations}))

    def tell(self, changes: dict[str, Any]) -> None:
        with self.lock:
            self.behaviour.update(changes)


@dataclass
class Call:
    method: str
    path: str
    query: dict[str, str]
    headers: Any
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: "Listener"

    def log_message(self, *_: Any) -> None:
        """Quiet."""

    def setup(self) -> None:
        super().setup()
        # An answer's head and body are written apart; without this the second waits for the client's acknowledgement.
        import socket
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def answer(self) -> None:
        parts = urllib.parse.urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        call = Call(self.command, urllib.parse.unquote(parts.path), dict(urllib.parse.parse_qsl(parts.query, keep_blank_values=True)), self.headers, body)
        model = self.server.model
        if call.path == "/_test":
            if call.method == "POST":
                model.tell(call.json())
            return self.send(as_json(model.record()))
        with model.lock:
            model.requests.append({"at": time.time(), "method": call.method, "path": call.path})
        if websocket := getattr(model, "websocket", None):
            if self.headers.get("Upgrade", "").lower() == "websocket":
                self.close_connection = True
                return websocket(self, call)
        try:
            self.send(model.handle(call))
        except Broken:
            self.close_connection = True
            self.connection.shutdown(2)

    do_GET = do_POST = do_DELETE = do_PUT = do_OPTIONS = answer

    def send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Type", answer.type)
        if answer.pieces is not None:
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            for piece in answer.pieces:
                self.wfile.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
                self.wfile.flush()
            self.wfile.write(b"0\r\n\r\n")
            return
        if answer.headers.get("X-Cut"):
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body[: len(answer.body) // 2])
            raise Broken
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)


class Listener(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def __init__(self, model: ModelServer, port: int):
        self.model = model
        super().__init__(("127.0.0.1", port), Handler)

    def handle_error(self, *_: Any) -> None:
        """Clients hang up; that is no news."""


def misbehave(fault: Any, wrong: Any) -> Answer | None:
    """The answer that a fault gives at once; None where the fault is in the pictures or there is none.

    `wrong(status)` makes this server's own error."""
    if fault == "500":
        return wrong(500)
    if fault == "503":
        return wrong(503)
    if fault == "hang up":
        raise Broken
    if isinstance(fault, dict) and "429" in fault:
        answer = wrong(429)
        answer.headers["Retry-After"] = str(fault["429"])
        return answer
    if isinstance(fault, dict) and "wait" in fault:
        time.sleep(fault["wait"])
    return None


def finished(answer: Answer, fault: Any) -> Answer:
    if fault == "cut body":
        answer.headers["X-Cut"] = "1"
    return answer
