"""The command under test, as a person would start it: in an empty folder, on a free port, stopped with Ctrl-C."""

import os
import signal
import socket
import subprocess
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from harness.control import Control
from harness.network import Host
from harness.waiting import eventually


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Troupe:
    """`troupe run` or `troupe emulator`, with its address and a `Control` to it; or `troupe console`."""

    def __init__(
        self, binary: Path, subcommand: str, *options: str, settings: dict[str, str] | None = None, document: str | None = None,
        host: Host | None = None
    ):
        """`settings` are put into the environment, `document` is its troupe.yaml; it runs on the host, if given, else on this one."""
        self.folder = tempfile.TemporaryDirectory(prefix="troupe-test-")
        self.port = free_port()
        place = f"{host.address if host else '127.0.0.1'}:{self.port}"
        self.entrance = host.entrance if host else []
        self.address = f"http://{place}"
        self.control = Control(self.address)
        self.log = Path(self.folder.name) / "log.txt"
        self.binary = binary
        self.subcommand = subcommand
        self.options = options
        if document is not None:
            (Path(self.folder.name) / "troupe.yaml").write_text(document)
        self.environment = {key: value for key, value in os.environ.items() if not key.startswith(("DISCORD_", "TROUPE_"))}
        self.environment |= {"TROUPE_EMULATOR": place, "TROUPE_DATABASE": "sqlite:troupe.db", "TROUPE_HTTP": "127.0.0.1:0"}
        self.environment |= settings or {}
        self.process: subprocess.Popen[bytes] | None = None

    @contextmanager
    def living(self, *commands: str) -> Iterator[Self]:
        """Runs, and Discord knows these commands. In the end it stops as a person stops it, and nothing is left of it."""
        try:
            self.start()
            eventually(lambda: self.offers(*commands), "the commands are there", seconds=120)
            yield self
            status = self.stop()
            assert status == 0, f"troupe {self.subcommand} ended with status {status}:\n{self.printed()}"
        finally:
            self.kill()
            self.remove()

    def start(self) -> Self:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*self.entrance, self.binary, self.subcommand, *self.options], cwd=self.folder.name, env=self.environment,
                stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        eventually(self.is_ready, f"troupe {self.subcommand} is ready", seconds=60)
        return self

    def is_ready(self) -> bool:
        assert self.process is not None
        if self.process.poll() is not None:
            raise RuntimeError(f"troupe {self.subcommand} ended with status {self.process.returncode}:\n{self.printed()}")
        if self.subcommand == "console":
            return urllib.request.urlopen(f"http://{self.environment['TROUPE_HTTP']}/healthz", timeout=5).status == 200
        state = self.control.state()
        is_online = any(application["online"] for application in state["applications"])
        return self.subcommand == "emulator" or is_online and self.offers("generate")

    def offers(self, *commands: str) -> bool:
        """Whether Discord knows all these commands."""
        return not commands or set(commands) <= {command["name"] for command in self.control.state()["commands"]}

    def say(self, *arguments: str, text: str = "") -> str:
        """Another command of the same installation: what it prints."""
        done = subprocess.run(
            [self.binary, *arguments], cwd=self.folder.name, env=self.environment, input=text, capture_output=True, text=True, timeout=240)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def printed(self) -> str:
        return self.log.read_text(errors="replace")[-4000:]

    def stop(self) -> int:
        """Ctrl-C, as a person does it; the exit status."""
        assert self.process is not None
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        try:
            return self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError(f"troupe {self.subcommand} did not end within 60 s of Ctrl-C:\n{self.printed()}") from None

    def kill(self) -> None:
        """As a crash ends it; nothing where it has ended."""
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def remove(self) -> None:
        self.folder.cleanup()


class Attached:
    """A Troupe that is already running somewhere (`--address`): for work on the page."""

    def __init__(self, address: str):
        self.address = address.rstrip("/")
        self.control = Control(self.address)
        self.subcommand = "attached"

    def printed(self) -> str:
        return ""
