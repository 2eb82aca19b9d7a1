"""A Redis of the tests' own, from Debian's package, in a folder that is removed afterwards; alone, or with a replica and a sentinel."""

import shutil
import subprocess
import tempfile
from pathlib import Path

from harness.network import Host
from harness.process import free_port
from harness.waiting import eventually

install = Path(__file__).resolve().parents[3] / "Scripts/install-system-packages.sh"


class Redis:
    """A server that keeps what it has confirmed."""

    def __init__(self, *settings: str, host: Host | None = None) -> None:
        if not shutil.which("redis-server"):
            subprocess.run([install, "redis-server"], check=True)
        self.folder = Path(tempfile.mkdtemp(prefix="troupe-redis-"))
        self.port = free_port()
        self.settings = settings
        self.host, self.entrance = (host.address, host.entrance) if host else ("127.0.0.1", [])
        self.address = f"redis://{self.host}:{self.port}"
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(
            [*self.entrance, "redis-server", "--port", str(self.port), "--bind", self.host, "--protected-mode", "no", "--dir", str(self.folder),
             "--save", "", "--appendonly", "yes", "--maxmemory-policy", "noeviction", *self.settings], stdout=subprocess.DEVNULL)
        eventually(lambda: self.ask("PING") == ["PONG"], "Redis answers")

    def ask(self, *words: str) -> list[str]:
        command = ["redis-cli", "-h", self.host, "-p", str(self.port), *words]
        return subprocess.run(command, check=False, capture_output=True, text=True).stdout.split()

    def crash(self) -> None:
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        self.crash()
        shutil.rmtree(self.folder, ignore_errors=True)


class Watched:
    """A server, its replica, and a sentinel that puts the replica in its place when it is gone."""

    def __init__(self) -> None:
        self.first = Redis()
        self.second = Redis("--replicaof", "127.0.0.1", str(self.first.port))
        self.port = free_port()
        self.folder = Path(tempfile.mkdtemp(prefix="troupe-sentinel-"))
        settings = self.folder / "sentinel.conf"
        settings.write_text(
            f"port {self.port}\nbind 127.0.0.1\ndir {self.folder}\nsentinel monitor pair 127.0.0.1 {self.first.port} 1\n"
            "sentinel down-after-milliseconds pair 1000\nsentinel failover-timeout pair 10000\n")
        self.process = subprocess.Popen(["redis-server", str(settings), "--sentinel"], stdout=subprocess.DEVNULL)
        nobody = free_port()
        self.address = f"redis://127.0.0.1:{nobody}/0?sentinel=pair&sentinels=127.0.0.1:{self.port}"
        eventually(lambda: "slaves=1" in " ".join(self.ask("INFO", "sentinel")), "the sentinel knows the replica", seconds=60)

    def ask(self, *words: str) -> list[str]:
        return subprocess.run(["redis-cli", "-p", str(self.port), *words], check=False, capture_output=True, text=True).stdout.split()

    def is_even(self) -> bool:
        """Whether the replica has all that the first one has."""
        offsets = [word for word in self.first.ask("INFO", "replication") if word.startswith(("master_repl_offset:", "slave0:"))]
        own = next((word.split(":")[1] for word in offsets if word.startswith("master_repl_offset:")), "none")
        return any(f"offset={own}," in word for word in offsets if word.startswith("slave0:"))

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)
        self.second.stop()
        self.first.stop()
