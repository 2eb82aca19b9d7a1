"""dalle-playground: Flask, no authentication, answers when all is done. Option `dialect`: A, B or C."""

import json
import time
from typing import Any

from servers import pictures
from servers.base import Answer, Call, ModelServer, as_html, as_json, finished, misbehave


class DallePlayground(ModelServer):
    def handle(self, call: Call) -> Answer:
        dialect = self.behaviour.get("dialect", "C")
        path = "/generate" if dialect == "C" else "/dalle"
        if call.path == "/":
            return as_json({"success": True}) if call.method in ("GET", "HEAD") else as_html(405, "Method Not Allowed")
        if call.path != path:
            return as_html(404, "Not Found")
        if call.method != "POST":
            return as_html(405, "Method Not Allowed")
        try:
            body = call.json()
        except json.JSONDecodeError:
            return as_html(400, "Bad Request")
        try:
            prompt, count = body["text"], body["num_images"]
            if not isinstance(prompt, str) or not isinstance(count, int):
                raise TypeError
        except (KeyError, TypeError):
            return as_html(500, "Internal Server Error")
        for name in body.keys() - {"text", "num_images"}:
            self.violation(f"the field {name} is not known to dalle-playground")
        return self.paint(prompt, count, dialect)

    def paint(self, prompt: str, count: int, dialect: str) -> Answer:
        fault = self.next_fault()
        if answer := misbehave(fault, lambda status: as_html(status, "Internal Server Error")):
            return answer
        if self.is_too_much(count):
            # JAX raised RESOURCE_EXHAUSTED, or PyTorch its error; nothing of it reaches the client.
            return as_html(500, "Internal Server Error")
        with self.lock:
            first = len(self.painted)
            self.painted.append({"prompt": prompt, "count": count})
        # It paints for one at a time.
        with self.card:
            time.sleep(self.seconds(count))
        size = self.behaviour.get("size", 256)
        images = [
            pictures.text(pictures.spoilt(pictures.drawn(prompt, first * 100 + i, size, size, "JPEG"), fault)) for i in range(count)]
        value: Any = images if dialect == "A" else {"generatedImgs": images, "generatedImgsFormat": "jpeg"}
        return finished(as_json(value), fault)
