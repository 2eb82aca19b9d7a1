"""Pictures that can be told apart, and pictures that are none."""

import base64
import functools
import io
import struct
import zlib

from PIL import Image, ImageDraw


@functools.lru_cache(maxsize=256)
def drawn(prompt: str, seed: int, width: int = 256, height: int = 256, kind: str = "PNG", progress: float = 1) -> bytes:
    """A picture of its prompt and seed: the same for the same, another for another."""
    colour = zlib.crc32(f"{prompt}/{seed}".encode())
    image = Image.new("RGB", (width, height), (colour & 255, colour >> 8 & 255, colour >> 16 & 255))
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 0, int(width * progress), height // 8), fill=(255, 255, 255))
    pen.ellipse((width // 4, height // 4, width * 3 // 4, height * 3 // 4), fill=(colour >> 24 & 255, 255 - (colour & 255), 40))
    pen.text((4, height // 2), f"{seed}", fill=(0, 0, 0))
    buffer = io.BytesIO()
    image.save(buffer, kind)
    return buffer.getvalue()


def text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def lying(width: int = 60_000, height: int = 60_000) -> bytes:
    """A PNG that claims to be huge; its pixels are those of a small one."""
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")


def spoilt(data: bytes, fault: str | None) -> bytes:
    """What a fault makes of a picture."""
    if fault == "cut picture":
        return data[: len(data) * 2 // 3]
    if fault == "lying picture":
        return lying()
    if fault == "no picture":
        return b"<html>this is not a picture</html>"
    return data
