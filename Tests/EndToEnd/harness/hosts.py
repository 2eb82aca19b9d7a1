"""Troupe on four hosts of a network of their own, Discord on a fifth and the tests on a sixth, from which all can be reached.

    one: bot 1, runner 1    two: bot 2, runner 2    three: runner 3, Redis    four: PostgreSQL
"""

import random
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from harness.network import Network
from harness.postgres import Postgres
from harness.process import Troupe
from harness.redis import Redis
from harness.waiting import eventually
from test_chaos import Stage, shards

places = {"bot 1": "one", "runner 1": "one", "bot 2": "two", "runner 2": "two", "runner 3": "three"}
hosts = ("one", "two", "three", "four", "discord")


class Hosts(Stage):
    """All parts, each on its host, and a supervisor."""

    names = tuple(places)

    def __init__(self, network: Network, emulator: Troupe, folder: Path, postgres: Postgres, redis: Redis, chance: random.Random):
        self.network = network
        super().__init__(emulator, folder, postgres, redis, chance)

    def launch(self, name: str) -> subprocess.Popen[bytes]:
        kind = name.split()[0]
        options = ["--shards", f"/{shards}"] if kind == "bot" else []
        return self.start(kind, *options, entrance=self.network[places[name]].entrance, name=name)

    def settle(self) -> None:
        """Guilds on all shards, with a channel each, and bots that run them all."""
        control = self.emulator.control
        for number in range(2 * shards):
            guild = control.make_guild(f"hosts {number}", ["gallery"])
            shown = next(g for g in control.state()["guilds"] if g["id"] == guild["id"])
            self.channels.append(next(c["id"] for c in shown["channels"] if c["name"] == "gallery"))

        def is_whole() -> bool:
            connected = [s["shard"][0] for s in control.call("GET", "gateway")["sessions"] if s["connected"]]
            return sorted(connected) == list(range(shards)) and self.emulator.offers("generate")

        eventually(is_whole, "all shards are run and the commands are there", seconds=120)

    def kill_all(self) -> None:
        super().kill_all()
        self.redis.stop()
        self.postgres.crash()
        self.postgres.remove()


@contextmanager
def hosted(binary: Path, folder: Path, chance: random.Random) -> Iterator[Hosts]:
    """All of it, with this thread on the host of the tests."""
    network = Network(*hosts, "tests")
    with network.inside(network["tests"]):
        emulator = Troupe(binary, "emulator", host=network["discord"]).start()
        stage = None
        try:
            emulator.control.call("POST", "rate_limits", {"enabled": False})
            stage = Hosts(network, emulator, folder, Postgres(network["four"]), Redis(host=network["three"]), chance)
            stage.settle()
            yield stage
        finally:
            if stage:
                stage.kill_all()
            assert emulator.process is not None
            emulator.process.kill()
            emulator.process.wait()
            emulator.remove()
    network.close()
