"""A crossing between the bot and its queue in Redis: all that the bot asks of it passes here, and at a chosen step the bot is killed.

A step is a function of the queue's script, by its name: `enqueue`, `record`, `move`, …
"""

import socket
import threading
from collections.abc import Callable, Iterator

from harness.crossing import Moment


class RedisCrossing:
    def __init__(self, port: int):
        """`port`: of a Redis on this machine."""
        self.port = port
        self.lock = threading.Lock()
        self.place: tuple[str, int, Moment] | None = None
        self.number = 0
        self.kill: Callable[[], None] = lambda: None
        self.fired = threading.Event()
        self.idle = threading.Event()
        self.idle.set()
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.address = f"redis://127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self.accept, daemon=True).start()

    def close(self) -> None:
        self.listener.close()

    def arm(self, step: str, number: int, moment: Moment, kill: Callable[[], None]) -> None:
        """Kills at so many calls of the step, counted from now, from 1."""
        with self.lock:
            self.place, self.number, self.kill = (step, number, moment), 0, kill
            self.fired.clear()

    def disarm(self) -> None:
        """Kills no more; a kill that has begun is waited for."""
        with self.lock:
            self.place = None
        self.idle.wait(60)

    def moment_of(self, words: list[bytes]) -> Moment | None:
        """When to kill, if this command is the place."""
        step = words[4].decode().split()[0] if words[0] == b"EVALSHA" and len(words) > 4 else None
        with self.lock:
            if self.place is None or self.place[0] != step:
                return None
            self.number += 1
            if self.number < self.place[1]:
                return None
            moment, self.place = self.place[2], None
            self.idle.clear()
        return moment

    def fire(self) -> None:
        self.kill()
        self.fired.set()
        self.idle.set()

    def accept(self) -> None:
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return  # closed
            server = socket.create_connection(("127.0.0.1", self.port), timeout=60)
            for sock in (client, server):
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            Pair(self, client, server)


class Pair:
    """One connection of the bot's, and ours to Redis."""

    def __init__(self, crossing: RedisCrossing, client: socket.socket, server: socket.socket):
        self.crossing, self.client, self.server = crossing, client, server
        self.armed: Moment | None = None
        for work in (self.ask, self.answer):
            threading.Thread(target=self.guarded, args=(work,), daemon=True).start()

    def guarded(self, work: Callable[[], None]) -> None:
        try:
            work()
        except OSError:
            pass  # one of the two is gone
        finally:
            for sock in (self.client, self.server):
                try:
                    sock.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass

    def ask(self) -> None:
        for words, raw in commands(self.client):
            moment = self.crossing.moment_of(words)
            if moment is Moment.BEFORE:
                return self.crossing.fire()
            self.armed = moment or self.armed
            self.server.sendall(raw)

    def answer(self) -> None:
        self.server.settimeout(None)
        while content := self.server.recv(1 << 16):
            moment = self.armed
            if moment is Moment.BETWEEN:
                return self.crossing.fire()
            self.client.sendall(content)
            if moment is Moment.AFTER:
                return self.crossing.fire()


def commands(sock: socket.socket) -> Iterator[tuple[list[bytes], bytes]]:
    """The commands that come in, as words and as they came."""
    with sock.makefile("rb") as stream:
        while head := stream.readline():
            raw, words = head, []
            for _ in range(int(head[1:])):
                size = stream.readline()
                word = stream.read(int(size[1:]) + 2)
                raw += size + word
                words.append(word[:-2])
            yield words, raw
