"""Hosts of a network of their own, as Linux network namespaces around one router, which can be told to lose what one sends another.

What is cut off falls silent: no packet is refused, nobody learns that a connection is gone. Each namespace lives as long as the
process that holds it, which ends when the tests do, however they end; nothing of it can be seen from outside, so that any number of
networks may have the same addresses. `Network.is_possible` says whether this machine lets us (root, or CAP_SYS_ADMIN).
"""

import ctypes
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from harness.waiting import eventually

libc = ctypes.CDLL(None, use_errno=True)
new_network = 0x40000000


class Namespace:
    """A network namespace, held by a process that ends with this one."""

    def __init__(self) -> None:
        self.holder = subprocess.Popen(["unshare", "--net", "cat"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
        self.path = Path(f"/proc/{self.holder.pid}/ns/net")
        own = os.readlink("/proc/self/ns/net")

        def is_new() -> bool:
            assert self.holder.poll() is None, "unshare --net is not allowed here"
            return os.readlink(self.path) != own

        eventually(is_new, "a network namespace")

    @property
    def entrance(self) -> list[str]:
        """Words before a command that let it run there, as the same process."""
        return ["nsenter", f"--net={self.path}"]

    def run(self, *words: str) -> None:
        done = subprocess.run([*self.entrance, *words], capture_output=True, text=True)
        assert done.returncode == 0, f"{' '.join(words)}: {done.stderr}"

    def close(self) -> None:
        assert self.holder.stdin is not None
        self.holder.stdin.close()
        self.holder.wait()


class Host(Namespace):
    """A machine with one address."""

    def __init__(self, network: "Network", name: str, number: int):
        super().__init__()
        self.name, self.address = name, f"10.77.{number}.2"
        way = f"way{number}"
        network.router.run("ip", "link", "add", way, "type", "veth", "peer", "name", "eth0", "netns", str(self.holder.pid))
        network.router.run("ip", "addr", "add", f"10.77.{number}.1/24", "dev", way)
        network.router.run("ip", "link", "set", way, "up")
        self.run("ip", "link", "set", "lo", "up")
        self.run("ip", "addr", "add", f"{self.address}/24", "dev", "eth0")
        self.run("ip", "link", "set", "eth0", "up")
        self.run("ip", "route", "add", "default", "via", f"10.77.{number}.1")


class Network:
    """A router, and hosts that reach one another by way of it."""

    def __init__(self, *names: str) -> None:
        self.router = Namespace()
        self.router.run("ip", "link", "set", "lo", "up")
        with self.inside(self.router):
            Path("/proc/sys/net/ipv4/ip_forward").write_text("1")
        self.hosts = {name: Host(self, name, number) for number, name in enumerate(names, 1)}
        self.lost: set[tuple[str, str]] = set()

    @staticmethod
    @cache
    def is_possible() -> bool:
        if not all(shutil.which(program) for program in ("ip", "nsenter", "unshare")):
            return False
        try:
            network = Network("one", "two")
        except (AssertionError, OSError):
            return False
        try:
            network.cut("one", "two")
            return True
        except AssertionError:
            return False
        finally:
            network.close()

    def __getitem__(self, name: str) -> Host:
        return self.hosts[name]

    @contextmanager
    def inside(self, namespace: Namespace) -> Iterator[None]:
        """This thread, and what it starts, is there."""
        with open("/proc/thread-self/ns/net") as before, namespace.path.open() as there:
            enter(there.fileno())
            try:
                yield
            finally:
                enter(before.fileno())

    def cut(self, sender: str, receiver: str, both: bool = True) -> None:
        """From now on all is lost that one sends the other, or both send one another."""
        for way in self.ways(sender, receiver, both):
            if way not in self.lost:
                self.rule("add", way)
                self.lost.add(way)

    def heal(self, sender: str, receiver: str) -> None:
        for way in self.ways(sender, receiver, True):
            if way in self.lost:
                self.rule("del", way)
                self.lost.discard(way)

    def ways(self, sender: str, receiver: str, both: bool) -> list[tuple[str, str]]:
        return [(sender, receiver), (receiver, sender)] if both else [(sender, receiver)]

    def rule(self, change: str, way: tuple[str, str]) -> None:
        sender, receiver = (self.hosts[name].address for name in way)
        self.router.run("ip", "rule", change, "from", sender, "to", receiver, "blackhole")

    def close(self) -> None:
        for host in self.hosts.values():
            host.close()
        self.router.close()


def enter(file: int) -> None:
    if libc.setns(file, new_network) != 0:
        raise OSError(ctypes.get_errno(), "setns")
