"""A crossing between the bot and Discord: every REST request of the bot passes here, and at a chosen one the bot is killed.

It answers on a port of its own and passes each request on to the emulator unchanged, so that a test can say: kill the process
when its third request has arrived, or when the request was done but the answer has not come back.
"""

import http.client
import threading
import urllib.parse
from collections.abc import Callable
from enum import Enum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Moment(Enum):
    BEFORE = "before Discord sees the request"
    BETWEEN = "after Discord did it, before the answer comes back"
    AFTER = "after the answer came back"


class Crossing:
    def __init__(self, address: str):
        self.target = urllib.parse.urlsplit(address).netloc
        self.lock = threading.Lock()
        self.number = 0
        self.place: tuple[int, Moment] | None = None
        self.kill: Callable[[], None] = lambda: None
        self.fired = threading.Event()
        crossing = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def pass_on(self) -> None:
                crossing.pass_on(self)

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = pass_on

            def log_message(self, *_: object) -> None:
                """Says nothing."""

            def handle(self) -> None:
                try:
                    super().handle()
                except OSError:
                    pass  # the bot was killed in the middle of its words

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def arm(self, number: int, moment: Moment, kill: Callable[[], None]) -> None:
        """Kills at the request with that number, counted from now, from 1."""
        with self.lock:
            self.number = 0
            self.place = (number, moment)
            self.kill = kill
            self.fired.clear()

    def disarm(self) -> None:
        with self.lock:
            self.place = None

    def reached(self, number: int, moment: Moment) -> bool:
        """Kills if this is the place; says whether the bot is gone."""
        with self.lock:
            if self.place != (number, moment):
                return False
            self.place = None
        self.kill()
        self.fired.set()
        return True

    def pass_on(self, request: BaseHTTPRequestHandler) -> None:
        body = self.body_of(request)
        with self.lock:
            self.number += 1
            number = self.number
        if self.reached(number, Moment.BEFORE):
            request.close_connection = True
            return
        connection = http.client.HTTPConnection(self.target, timeout=240)
        try:
            headers = {name: value for name, value in request.headers.items() if name.lower() not in ("host", "transfer-encoding", "connection")}
            headers["Host"] = self.target
            connection.request(request.command, request.path, body, headers)
            answer = connection.getresponse()
            content = answer.read()
        except (OSError, http.client.HTTPException):
            request.close_connection = True
            return
        finally:
            connection.close()
        if self.reached(number, Moment.BETWEEN):
            request.close_connection = True
            return
        request.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in ("transfer-encoding", "connection", "content-length", "date", "server"):
                request.send_header(name, value)
        if answer.status != 204:
            request.send_header("Content-Length", str(len(content)))
        request.end_headers()
        if answer.status != 204:
            request.wfile.write(content)
        request.wfile.flush()
        if self.reached(number, Moment.AFTER):
            request.close_connection = True

    @staticmethod
    def body_of(request: BaseHTTPRequestHandler) -> bytes:
        if request.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return request.rfile.read(int(request.headers.get("Content-Length", 0)))
        body = b""
        while size := int(request.rfile.readline().split(b";")[0], 16):
            body += request.rfile.read(size)
            request.rfile.readline()
        request.rfile.readline()
        return body
