"""How much later a picture is in the channel than its image server had it: Troupe between a person and the server, beside a direct call.

An image server of OpenAI's kind that takes 200 ms for a picture is called directly, and through `/generate`: from the moment
the emulator is told of the command until the message with the picture is there. What the server itself needed is taken off
both. One after the other, so that nothing queues: it is the way through Troupe that is timed, its durable queue, ledger and
upload included.

usage: overhead.py --troupe .build/release/troupe [--pictures 200] [--credits]
"""

import argparse
import base64
import http.client
import http.server
import io
import json
import os
import pathlib
import random
import subprocess
import tempfile
import threading
import time

from interactions import TOKEN, Emulator, percentile
from PIL import Image

SECONDS = 0.2


def painting() -> str:
    out = io.BytesIO()
    Image.frombytes("RGB", (256, 256), random.Random(0).randbytes(3 * 256 * 256)).resize((512, 512)).save(out, "PNG")
    return base64.b64encode(out.getvalue()).decode()


class Server(http.server.ThreadingHTTPServer):
    """Takes its time for each picture, and notes how long it had each request."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.answer = json.dumps({"created": 1, "data": [{"b64_json": painting()}]}).encode()
        self.held: list[float] = []
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Server

    def do_POST(self):
        start = time.perf_counter()
        self.rfile.read(int(self.headers["Content-Length"]))
        time.sleep(SECONDS)
        self.server.held.append(time.perf_counter() - start)
        self.send(self.server.answer)

    def do_GET(self):
        self.send(b'{"object": "list", "data": [{"id": "painter", "object": "model"}]}')

    def send(self, body: bytes):
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def directly(server: Server, count: int) -> list[float]:
    late = []
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port)
    for number in range(count):
        start = time.perf_counter()
        body = json.dumps({"model": "painter", "prompt": f"number {number}", "n": 1, "size": "512x512"})
        connection.request("POST", "/v1/images/generations", body, {"Content-Type": "application/json"})
        base64.b64decode(json.loads(connection.getresponse().read())["data"][0]["b64_json"])
        end = time.perf_counter()
        late.append(1_000 * (end - start - server.held[-1]))
    return sorted(late)


def through_troupe(troupe: pathlib.Path, server: Server, count: int, credits: bool) -> list[float]:
    with tempfile.TemporaryDirectory() as folder:
        pathlib.Path(folder, "troupe.yaml").write_text(json.dumps({"models": [{
            "name": "painter", "kind": "image", "engine": "openai", "model": "dall-e-2", "key": "none", "price": 1 if credits else 0,
            "url": f"http://127.0.0.1:{server.server_port}/v1"}]}))
        emulator = Emulator(troupe, folder)
        environment = os.environ | {
            "DISCORD_TOKEN": TOKEN, "DISCORD_API_BASE_URL": f"{emulator.address}/api/v10", "TROUPE_HTTP": "127.0.0.1:0",
            "TROUPE_CREDITS": "on" if credits else "off"}
        people = emulator.call("GET", "/_emulator/state")["users"]
        person = next(p["id"] for p in people if not p.get("bot"))
        if credits:
            subprocess.run([troupe, "credits", "grant", person, str(count + 1)], cwd=folder, env=environment, check=True, stdout=subprocess.DEVNULL)
        bot = subprocess.Popen([troupe, "run"], cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            emulator.wait_until_ready(bot)
            channel = emulator.call("GET", "/_emulator/state")["guilds"][0]["channels"][0]["id"]
            late = []
            for number in range(count + 1):
                start = time.perf_counter()
                order = {"channel_id": channel, "name": "generate", "options": {"prompt": f"number {number}", "count": 1}}
                asked = emulator.call("POST", "/_emulator/interactions/command", order)
                shown = emulator.call("GET", f"/_emulator/interactions/{asked['id']}?attachments=1&timeout_ms=30000")
                end = time.perf_counter()
                if not shown["message"]["attachments"]:
                    raise SystemExit(f"no picture came: {shown}")
                late.append(1_000 * (end - start - server.held[-1]))
        finally:
            for process in (bot, emulator.process):
                process.terminate()
                process.wait()
        return sorted(late[1:])  # the first one opens connections


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--troupe", type=lambda p: pathlib.Path(p).resolve(), required=True)
    parser.add_argument("--pictures", type=int, default=200)
    parser.add_argument("--credits", action="store_true", help="each picture is paid for")
    arguments = parser.parse_args()
    server = Server()
    for name, late in (
        ("directly", directly(server, arguments.pictures)),
        ("through Troupe", through_troupe(arguments.troupe, server, arguments.pictures, arguments.credits)),
    ):
        print(json.dumps({"way": name, "p50_ms": round(percentile(late, 0.5), 1), "p99_ms": round(percentile(late, 0.99), 1)}), flush=True)


if __name__ == "__main__":
    main()
