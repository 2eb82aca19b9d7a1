"""A bot made of nothing but requests: what it sends is written out in the tests, and nothing corrects it on the way."""

import json
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any


@dataclass
class Answer:
    status: int
    body: Any
    headers: dict[str, str]

    @property
    def code(self) -> int | None:
        return self.body.get("code") if isinstance(self.body, dict) else None

    def __getitem__(self, key: str) -> Any:
        return self.body[key]


class RawBot:
    def __init__(self, address: str, authorization: str = "Bot test-token"):
        self.address = address
        self.authorization = authorization

    def __call__(
        self, method: str, path: str, body: Any = None, files: dict[str, bytes] | None = None, form: str | None = None
    ) -> Answer:
        data, kind = None, "application/json"
        if files:
            data, kind = multipart(body, files)
        elif form is not None:
            data, kind = form.encode(), "application/x-www-form-urlencoded"
        elif body is not None:
            data = json.dumps(body).encode()
        headers = {"Content-Type": kind, "Authorization": self.authorization} if data is not None else {"Authorization": self.authorization}
        request = urllib.request.Request(f"{self.address}/api/v10{path}", data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=120) as response:
                return Answer(response.status, parsed(response.read()), dict(response.headers))
        except urllib.error.HTTPError as error:
            return Answer(error.code, parsed(error.read()), dict(error.headers))

    def ok(self, method: str, path: str, body: Any = None, **more: Any) -> Any:
        """The body of an answer that must be a good one."""
        answer = self(method, path, body, **more)
        assert answer.status < 300, f"{method} {path}: {answer.status} {answer.body}"
        return answer.body


def parsed(content: bytes) -> Any:
    return json.loads(content) if content else None


def multipart(payload: Any, files: dict[str, bytes]) -> tuple[bytes, str]:
    mark = "mark-of-a-part"
    parts = [f'--{mark}\r\nContent-Disposition: form-data; name="payload_json"\r\n\r\n{json.dumps(payload or {})}'.encode()]
    for index, (name, data) in enumerate(files.items()):
        head = f'--{mark}\r\nContent-Disposition: form-data; name="files[{index}]"; filename="{name}"\r\n\r\n'
        parts.append(head.encode() + data)
    return b"\r\n".join([*parts, f"--{mark}--\r\n".encode()]), f"multipart/form-data; boundary={mark}"
