"""OpenAI's images API: current models, which stream and refuse response_format, and legacy ones, which send links.

Options: key, wanted as a bearer; model "gpt-image-1.5" or any other name, which is then of the legacy kind; link "own", "stranger" or
"private": where a legacy model's links lead; refuse, names of
fields that this server does not know. A prompt with the word forbidden is refused by moderation.
"""

import email.parser
import email.policy
import json
import time
from collections.abc import Iterator
from typing import Any

from servers import pictures
from servers.base import Answer, Broken, Call, ModelServer, as_json, finished, misbehave

modern = {"model", "prompt", "n", "size", "quality", "background", "output_format", "output_compression", "moderation", "stream", "partial_images", "user"}
legacy = {"model", "prompt", "n", "size", "quality", "response_format", "style", "user"}
sizes = {True: {"auto", "1024x1024", "1536x1024", "1024x1536"}, False: {"256x256", "512x512", "1024x1024"}}


def refusal(status: int, message: str, param: str | None = None, code: str | None = None, kind: str = "invalid_request_error") -> Answer:
    return as_json({"error": {"message": message, "type": kind, "param": param, "code": code}}, status)


class OpenAIImages(ModelServer):
    def __init__(self, **options: Any):
        super().__init__(**{"key": "sk-test", "model": "gpt-image-1.5", "link": "own", "refuse": [], **options})
        self.files: dict[str, bytes] = {}
        self.address = ""

    @property
    def is_modern(self) -> bool:
        return self.behaviour["model"].startswith("gpt-image")

    def handle(self, call: Call) -> Answer:
        self.address = f"http://{call.headers['Host']}"
        if call.path.startswith("/files/"):
            data = self.files.get(call.path)
            return Answer(200, data, "image/png") if data else refusal(404, "gone")
        if call.headers.get("Authorization") != f"Bearer {self.behaviour['key']}":
            return refusal(401, f"Incorrect API key provided: {call.headers.get('Authorization')}.", code="invalid_api_key")
        if call.path == "/v1/models" and call.method == "GET":
            return as_json({"object": "list", "data": [{"id": self.behaviour["model"], "object": "model", "owned_by": "system"}]})
        if call.path not in ("/v1/images/generations", "/v1/images/edits"):
            return refusal(404, f"Invalid URL ({call.method} {call.path})")
        if call.method != "POST":
            return refusal(405, f"Not allowed to {call.method} on {call.path}")
        is_edit = call.path.endswith("edits")
        try:
            body = self.form(call) if is_edit else call.json()
        except (json.JSONDecodeError, ValueError) as error:
            return refusal(400, f"We could not parse the body of your request: {error}")
        return self.checked(body, is_edit)

    def form(self, call: Call) -> dict[str, Any]:
        message = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(
            b"Content-Type: " + call.headers["Content-Type"].encode() + b"\r\n\r\n" + call.body)
        if not message.is_multipart():
            raise ValueError("this is no form")
        body: dict[str, Any] = {}
        for part in message.iter_parts():
            name = part.get_param("name", header="content-disposition")
            data = part.get_payload(decode=True)
            if part.get_filename():
                body[name] = data
            else:
                text = data.decode()
                body[name] = int(text) if name in ("n", "partial_images") else text == "true" if name == "stream" else text
        return body

    def checked(self, body: dict[str, Any], is_edit: bool) -> Answer:
        known = (modern if self.is_modern else legacy) | ({"image", "mask"} if is_edit else set())
        for name in body:
            if name not in known or name in self.behaviour["refuse"]:
                return refusal(400, f"Unknown parameter: '{name}'.", name, "unknown_parameter")
        if body.get("model") != self.behaviour["model"]:
            return refusal(404, f"The model '{body.get('model')}' does not exist.", code="model_not_found")
        if not isinstance(body.get("prompt"), str) or not 1 <= len(body["prompt"]) <= 32_000:
            return refusal(400, "Missing required parameter: 'prompt'.", "prompt", "missing_required_parameter")
        count = body.get("n", 1)
        if not isinstance(count, int) or not 1 <= count <= 10:
            return refusal(400, f"Invalid 'n': integer above maximum value. Expected a value <= 10, but got {count} instead.", "n", "integer_above_max_value")
        if "size" in body and body["size"] not in sizes[self.is_modern]:
            return refusal(400, f"Invalid value: '{body['size']}'.", "size", "invalid_value")
        if "partial_images" in body and not body.get("stream"):
            return refusal(400, "partial_images needs stream", "partial_images", "invalid_value")
        if is_edit and not body.get("image", b"").startswith(b"\x89PNG"):
            return refusal(400, "Invalid image file or mode for image 1, please check your image file.", "image", "invalid_image_file")
        if "forbidden" in body["prompt"]:
            return refusal(400, f"Your request was rejected by the safety system: {body['prompt']}", None, "moderation_blocked", "image_generation_user_error")
        return self.paint(body, count, is_edit)

    def paint(self, body: dict[str, Any], count: int, is_edit: bool) -> Answer:
        def wrong(status: int) -> Answer:
            if status == 429:
                return refusal(429, "Rate limit reached for images per minute.", None, "rate_limit_exceeded", "requests")
            return refusal(status, "The server had an error while processing your request. Sorry about that!", kind="server_error")

        fault = self.next_fault()
        if answer := misbehave(fault, wrong):
            return answer
        if self.is_too_much(count):
            return refusal(500, "CUDA out of memory. Tried to allocate 2.00 GiB", kind="server_error")
        with self.lock:
            number = len(self.painted)
            self.painted.append({"prompt": body["prompt"], "count": count, "size": body.get("size"), "image": is_edit, "stream": bool(body.get("stream"))})
        images = [pictures.spoilt(pictures.drawn(body["prompt"], number * 100 + i), fault) for i in range(count)]
        if body.get("stream"):
            return Answer(type="text/event-stream", pieces=self.events(body, images[0], is_edit, fault))
        time.sleep(self.seconds(count))
        if self.is_modern or body.get("response_format") == "b64_json":
            data: list[dict[str, Any]] = [{"b64_json": pictures.text(image)} for image in images]
        else:
            data = [{"url": self.link(image, f"/files/{number}-{i}.png")} for i, image in enumerate(images)]
        return finished(as_json({"created": int(time.time()), "data": data, "usage": {"total_tokens": 100, "input_tokens": 10, "output_tokens": 90}}), fault)

    def link(self, image: bytes, path: str) -> str:
        self.files[path] = image
        where = {"own": self.address, "stranger": "https://pictures.example.invalid", "private": "http://127.0.0.1:1"}
        return where[self.behaviour["link"]] + path

    def events(self, body: dict[str, Any], image: bytes, is_edit: bool, fault: Any) -> Iterator[bytes]:
        kind = "image_edit" if is_edit else "image_generation"
        partials = body.get("partial_images", 0)
        for index in range(partials):
            time.sleep(self.seconds(1) / (partials + 1))
            event = {"type": f"{kind}.partial_image", "b64_json": pictures.text(pictures.drawn(body["prompt"], 0, 64, 64, "PNG", (index + 1) / (partials + 1))),
                     "partial_image_index": index, "size": "1024x1024"}
            yield f"event: {kind}.partial_image\ndata: {json.dumps(event)}\n\n".encode()
        time.sleep(self.seconds(1) / (partials + 1))
        if fault == "cut body":
            raise Broken
        event = {"type": f"{kind}.completed", "b64_json": pictures.text(image), "usage": {"total_tokens": 100}}
        yield f"event: {kind}.completed\ndata: {json.dumps(event)}\n\n".encode()
