"""Chat servers that see, in OpenAI's and in Ollama's API: what stands in the middle of a picture has one of a few colours, and that is said in
the form of the last answer before, with its picture's colour exchanged for this one's.

Options: key, wanted as a bearer (OpenAI's API); model; blind, whether it refuses pictures.
"""

import base64
import io
import json
import time
from collections.abc import Iterator
from typing import Any

from PIL import Image

from servers.base import Answer, Call, ModelServer, as_json

colours = {"red": (205, 52, 44), "green": (46, 139, 74), "blue": (48, 92, 190), "yellow": (240, 190, 48), "grey": (238, 236, 230)}
limits = {"max_tokens": (1, 100_000), "temperature": (0, 2), "top_p": (0, 1), "top_k": (1, 10_000), "repeat_penalty": (0.1, 10),
          "repetition_penalty": (0.1, 10), "seed": (0, 2**31), "min_p": (0, 1)}


def colour(data: bytes) -> str:
    image = Image.open(io.BytesIO(data))
    if image.format not in ("PNG", "JPEG"):
        raise ValueError(f"a picture of the kind {image.format}")
    pixel = image.convert("RGB").getpixel((image.width // 2, image.height // 2))
    return min(colours, key=lambda name: sum(abs(a - b) for a, b in zip(colours[name], pixel, strict=True)))


class SeeingServer(ModelServer):
    def __init__(self, **options: Any):
        super().__init__(**{"key": "sk-test", "model": "looker", "blind": False, "seconds": 0.02, **options})

    def answer(self, turns: list[tuple[str, str, list[bytes]]], options: dict[str, Any]) -> list[str]:
        """The words of an answer to turns of (role, words, pictures)."""
        roles = [role for role, _, _ in turns if role != "system"]
        if roles != (["user", "assistant"] * len(roles))[: len(roles)] or roles[-1] != "user":
            self.violation(f"the roles do not take turns: {[role for role, _, _ in turns]}")
        for role, words, pictures in turns:
            if role == "user" and (len(pictures) != 1 or not words) or role != "user" and pictures:
                self.violation(f"a message of {role} with {len(pictures)} pictures and {len(words)} characters")
        seen = colour(turns[-1][2][0])
        said = f"Mostly {seen}."
        if len(turns) > 2:
            said = turns[-2][1].replace(colour(turns[-3][2][0]), seen)
        with self.lock:
            self.painted.append({"prompt": turns[-1][1], "turns": len(turns), "options": options, "answer": said})
        time.sleep(self.behaviour["seconds"])
        return [said[:3], said[3:]]

    def check(self, options: dict[str, Any]) -> str | None:
        for name, value in options.items():
            if name in limits and not limits[name][0] <= value <= limits[name][1]:
                return f"{name} must be {limits[name][0]} to {limits[name][1]}"
        return None


class OpenAIChat(SeeingServer):
    known = {"model", "messages", "stream", "stream_options", "stop", *limits}

    def handle(self, call: Call) -> Answer:
        def refusal(status: int, message: str) -> Answer:
            return as_json({"error": {"message": message, "type": "invalid_request_error", "param": None, "code": None}}, status)

        if call.headers.get("Authorization") != f"Bearer {self.behaviour['key']}":
            return refusal(401, "Incorrect API key provided.")
        if (call.method, call.path) == ("GET", "/v1/models"):
            return as_json({"object": "list", "data": [{"id": self.behaviour["model"], "object": "model", "owned_by": "tests"}]})
        if (call.method, call.path) != ("POST", "/v1/chat/completions"):
            return refusal(404, f"Invalid URL ({call.method} {call.path})")
        body = call.json()
        if unknown := set(body) - self.known:
            return refusal(400, f"Unknown parameter: '{sorted(unknown)[0]}'.")
        if problem := self.check(body):
            return refusal(400, problem)
        if body["model"] != self.behaviour["model"]:
            return refusal(404, "The model does not exist.")
        try:
            turns = [self.turn(message) for message in body["messages"]]
            if any(pictures for _, _, pictures in turns) and self.behaviour["blind"]:
                return refusal(400, "This model does not support image inputs.")
            if not turns[-1][2]:
                return refusal(400, "no picture")
            if not body.get("stream"):
                return as_json({"choices": [{"index": 0, "message": {"role": "assistant", "content": "A dot."}, "finish_reason": "stop"}]})
            words = self.answer(turns, {name: body[name] for name in limits if name in body})
        except (KeyError, ValueError, OSError) as error:
            self.violation(f"{type(error).__name__}: {error}")
            return refusal(400, f"{error}")
        return Answer(type="text/event-stream", pieces=self.events(words))

    @staticmethod
    def turn(message: dict[str, Any]) -> tuple[str, str, list[bytes]]:
        content = message["content"]
        if isinstance(content, str):
            return message["role"], content, []
        words, pictures = "", []
        for part in content:
            if part["type"] == "text":
                words += part["text"]
            else:
                head, data = part["image_url"]["url"].split(",", 1)
                if head not in ("data:image/png;base64", "data:image/jpeg;base64"):
                    raise ValueError(f"a picture that begins with {head[:40]}")
                pictures.append(base64.b64decode(data, validate=True))
        return message["role"], words, pictures

    @staticmethod
    def events(words: list[str]) -> Iterator[bytes]:
        for word in words:
            chunk = {"object": "chat.completion.chunk", "choices": [{"index": 0, "delta": {"content": word}, "finish_reason": None}]}
            yield f"data: {json.dumps(chunk)}\n\n".encode()
        yield b'data: {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}\n\n'
        yield b'data: {"choices": [], "usage": {"prompt_tokens": 9, "completion_tokens": 2, "total_tokens": 11}}\n\ndata: [DONE]\n\n'


class Ollama(SeeingServer):
    known = {"num_ctx", "num_predict", "temperature", "top_p", "top_k", "min_p", "repeat_penalty", "stop", "seed"}

    def handle(self, call: Call) -> Answer:
        body = call.json() if call.body else {}
        if body.get("model") != self.behaviour["model"]:
            return as_json({"error": f"model '{body.get('model')}' not found"}, 404)
        if call.path == "/api/show":
            abilities = ["completion"] + ([] if self.behaviour["blind"] else ["vision"])
            return as_json({"capabilities": abilities, "model_info": {"general.architecture": "llava", "llava.context_length": 8192}})
        if call.path != "/api/chat":
            return as_json({"error": "no such page"}, 404)
        if unknown := set(body["options"]) - self.known:
            return as_json({"error": f"invalid option {sorted(unknown)[0]}"}, 400)
        try:
            turns = [(m["role"], m["content"], [base64.b64decode(image, validate=True) for image in m.get("images", [])]) for m in body["messages"]]
            words = self.answer(turns, body["options"])
        except (KeyError, ValueError, OSError) as error:
            self.violation(f"{type(error).__name__}: {error}")
            return as_json({"error": f"{error}"}, 400)
        lines = [{"message": {"role": "assistant", "content": word}, "done": False} for word in words]
        lines.append({"message": {"role": "assistant", "content": ""}, "done": True, "done_reason": "stop", "prompt_eval_count": 9, "eval_count": 2})
        return Answer(type="application/x-ndjson", pieces=(json.dumps({"model": body["model"], **line}).encode() + b"\n" for line in lines))
