"""ComfyUI's socket: news for one client as text, previews as binary."""

import base64
import hashlib
import json
import struct
import threading
from typing import Any


class Sockets:
    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.open: dict[str, Any] = {}

    def serve(self, handler: Any, call: Any) -> None:
        """Until the client goes."""
        client = call.query.get("clientId", "")
        accept = base64.b64encode(hashlib.sha1(call.headers["Sec-WebSocket-Key"].encode() + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest())
        handler.wfile.write(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " + accept + b"\r\n\r\n")
        with self.lock:
            self.open[client] = handler.wfile
        self.tell(client, "status", {"status": {"exec_info": {"queue_remaining": 0}}, "sid": client})
        try:
            while handler.rfile.read(1):
                pass
        except OSError:
            pass
        with self.lock:
            self.open.pop(client, None)

    def tell(self, client: str | None, kind: str, data: Any) -> None:
        self.send(client, 0x1, json.dumps({"type": kind, "data": data}).encode())

    def tell_all(self, kind: str, data: Any) -> None:
        for client in list(self.open):
            self.tell(client, kind, data)

    def show(self, client: str | None, picture: bytes) -> None:
        """Event 1, a preview; format 1, JPEG."""
        self.send(client, 0x2, struct.pack(">II", 1, 1) + picture)

    def send(self, client: str | None, opcode: int, data: bytes) -> None:
        length = len(data)
        head = bytes([0x80 | opcode])
        if length < 126:
            head += bytes([length])
        elif length < 65536:
            head += bytes([126]) + struct.pack(">H", length)
        else:
            head += bytes([127]) + struct.pack(">Q", length)
        with self.lock:
            out = self.open.get(client or "")
            if out is None:
                return
            try:
                out.write(head + data)
                out.flush()
            except OSError:
                self.open.pop(client or "", None)
