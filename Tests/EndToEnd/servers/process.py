"""A server in a process of its own, as tests hold it."""

import json
import os
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

package = Path(__file__).resolve().parent.parent


class ServerProcess:
    def __init__(self, kind: str, **options: Any):
        self.kind = kind
        self.options = options
        self.port = 0
        self.process: subprocess.Popen[str] | None = None
        self.start()

    def start(self) -> "ServerProcess":
        """Starts, or starts again at the same address, with nothing remembered."""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "servers", self.kind, "--port", str(self.port), "--options", json.dumps(self.options)],
            cwd=package, env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"the {self.kind} server did not start")
        self.port = int(line)
        return self

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()

    def become(self, **behaviour: Any) -> None:
        """Changes how it behaves."""
        data = json.dumps(behaviour).encode()
        with urllib.request.urlopen(urllib.request.Request(f"{self.address}/_test", data), timeout=60):
            pass

    def record(self) -> dict[str, Any]:
        """What it has seen since it started."""
        with urllib.request.urlopen(f"{self.address}/_test", timeout=60) as answer:
            return json.load(answer)

    def painted(self) -> list[dict[str, Any]]:
        return self.record()["painted"]
