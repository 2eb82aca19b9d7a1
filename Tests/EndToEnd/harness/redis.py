"""A Redis of the tests' own, from Debian's package, in a folder that is removed afterwards."""

import shutil
import subprocess
import tempfile
from pathlib import Path

from harness.process import free_port
from harness.waiting import eventually

install = Path(__file__).resolve().parents[3] / "Scripts/install-system-packages.sh"


class Redis:
    """A server that keeps what it has confirmed."""

    def __init__(self) -> None:
        if not shutil.which("redis-server"):
            subprocess.run([install, "redis-server"], check=True)
        self.folder = Path(tempfile.mkdtemp(prefix="troupe-redis-"))
        self.port = free_port()
        self.address = f"redis://127.0.0.1:{self.port}"
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(
            ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self.folder), "--save", "", "--appendonly", "yes",
             "--maxmemory-policy", "noeviction"], stdout=subprocess.DEVNULL)
        eventually(lambda: self.ask("PING") == ["PONG"], "Redis answers")

    def ask(self, *words: str) -> list[str]:
        command = ["redis-cli", "-p", str(self.port), *words]
        return subprocess.run(command, check=False, capture_output=True, text=True).stdout.split()

    def crash(self) -> None:
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        self.crash()
        shutil.rmtree(self.folder, ignore_errors=True)
