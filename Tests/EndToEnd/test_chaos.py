"""Chaos: two bots that share four shards, two runners, Redis and PostgreSQL; parts are killed, frozen and crashed while people ask.

Every request that Discord saw accepted has exactly one answer in the end, or was refused with a reason; the ledger adds up to
what was painted, and nothing is held or left over. A supervisor starts again what has ended, as systemd or Kubernetes would.

    run.py test_chaos.py -s --chaos-rounds 100 --chaos-seed 7

prints how long after each fault people were answered again.
"""

import json
import random
import signal
import subprocess
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from harness.asking import Picture
from harness.parts import Parts
from harness.postgres import Postgres
from harness.process import Troupe
from harness.redis import Redis
from harness.waiting import eventually

shards = 4
price = 2
start = 1_000_000


class Stage(Parts):
    """All parts, and a supervisor."""

    names: tuple[str, ...] = ("bot 1", "bot 2", "runner 1", "runner 2")

    def __init__(self, emulator: Troupe, folder: Path, postgres: Postgres, redis: Redis, chance: random.Random):
        super().__init__(emulator, folder, TROUPE_DATABASE=postgres.address, TROUPE_QUEUE=redis.address, TROUPE_CREDITS="on", TROUPE_LEASE="4")
        document = folder / "troupe.yaml"
        document.write_text(document.read_text().replace("engine: neural,", f"engine: neural, price: {price},"))
        self.postgres, self.redis, self.chance = postgres, redis, chance
        self.running = {name: self.launch(name) for name in self.names}
        self.channels: list[str] = []

    def launch(self, name: str) -> subprocess.Popen[bytes]:
        return self.start("bot", "--shards", f"/{shards}") if name.startswith("bot") else self.start("runner")

    def supervise(self) -> None:
        for name, process in self.running.items():
            if process.poll() is not None:
                self.running[name] = self.launch(name)

    def one(self, kind: str) -> subprocess.Popen[bytes]:
        return self.running[self.chance.choice([name for name in self.names if name.startswith(kind)])]

    # What may happen

    def kill(self, kind: str) -> None:
        process = self.one(kind)
        process.kill()
        process.wait()

    def freeze(self, kind: str) -> None:
        """Longer than its leases last: what it does when it goes on is too late."""
        process = self.one(kind)
        process.send_signal(signal.SIGSTOP)
        time.sleep(5)
        process.send_signal(signal.SIGCONT)

    def crash(self, server: Postgres | Redis) -> None:
        server.crash()
        time.sleep(self.chance.random())
        server.start()

    @property
    def faults(self) -> dict[str, Callable[[], None]]:
        return {
            "bot killed": lambda: self.kill("bot"), "runner killed": lambda: self.kill("runner"), "bot frozen": lambda: self.freeze("bot"),
            "runner frozen": lambda: self.freeze("runner"), "Redis killed": lambda: self.crash(self.redis),
            "PostgreSQL killed": lambda: self.crash(self.postgres),
        }


class Request(Picture):
    def __init__(self, stage: Stage, channel: str):
        super().__init__(stage.emulator.control, channel)

    def answers(self) -> list[dict]:
        """Whatever message speaks of it and says what it cost, in whosever place it stands."""
        return [message for message in self.since() if self.is_final(message)]

    def account_with(self, holds: dict[str, str]) -> str:
        return f"hold {holds.get(self.id, 'none')}; {self.account()}"


@pytest.fixture
def stage(request: pytest.FixtureRequest, emulator: Troupe, tmp_path: Path) -> Iterator[Stage]:
    emulator.control.call("POST", "rate_limits", {"enabled": False})
    postgres, redis = Postgres(), Redis()
    stage = Stage(emulator, tmp_path, postgres, redis, random.Random(request.config.getoption("--chaos-seed")))
    try:
        for number in range(6):
            guild = emulator.control.make_guild(f"chaos {number}", ["gallery"])
            shown = next(g for g in emulator.control.state()["guilds"] if g["id"] == guild["id"])
            stage.channels.append(next(c["id"] for c in shown["channels"] if c["name"] == "gallery"))
        yield stage
    finally:
        stage.kill_all()
        redis.stop()
        postgres.crash()
        postgres.remove()


def test_whatever_dies_each_accepted_request_is_answered_once_and_the_ledger_adds_up(stage: Stage, request: pytest.FixtureRequest) -> None:
    rounds = request.config.getoption("--chaos-rounds")
    person = stage.emulator.control.people()[0]["id"]
    given = stage.command("credits", "grant", person, str(start))
    assert given.returncode == 0, given.stderr
    eventually(lambda: any(c["name"] == "generate" for c in stage.emulator.control.state()["commands"]), "the commands are there", seconds=120)
    asked: list[Request] = []

    def ask() -> Request:
        asked.append(Request(stage, stage.chance.choice(stage.channels)))
        return asked[-1]

    def is_answered() -> bool:
        """Whether a request of now, asked again where it was not accepted, has been painted."""
        nonlocal latest
        stage.supervise()
        if latest.is_given_up() or latest.is_refused():
            latest = ask()
        return any(m["attachments"] for m in latest.answers())

    latest = ask()
    eventually(is_answered, "the first answer", seconds=120)
    recoveries: dict[str, list[float]] = defaultdict(list)
    names = list(stage.faults)
    stage.chance.shuffle(names)
    for number in range(rounds):
        for _ in range(3):
            ask()
        time.sleep(stage.chance.random())
        # Each kind once before any comes again by chance.
        name = names[number] if number < len(names) else stage.chance.choice(names)
        stage.faults[name]()
        began = time.monotonic()
        stage.supervise()
        latest = ask()
        eventually(is_answered, f"an answer after round {number}: {name}", seconds=240)
        recoveries[name].append(time.monotonic() - began)

    for one in asked:
        eventually(lambda: (stage.supervise(), one.is_over())[1], f"an answer to {one.words!r}", seconds=240)

    def audit() -> dict:
        done = stage.command("credits", "audit", "--json")
        assert done.returncode == 0, done.stdout + done.stderr
        return json.loads(done.stdout)

    eventually(lambda: stage.redis.ask("ZCARD", "{troupe}:outbox") == ["0"] == stage.redis.ask("ZCARD", "{troupe}:leases"), "nothing is left over", seconds=240)
    eventually(lambda: audit()["open_holds"] == 0, "nothing is held", seconds=240)
    accepted = [one for one in asked if not one.is_given_up() and not one.is_refused()]
    answers = {one.words: len(one.answers()) for one in accepted}
    assert all(count == 1 for count in answers.values()), {words: count for words, count in answers.items() if count != 1}
    final = audit()
    assert final["sound"] is True and final["findings"] == []
    painted = 0

    def is_paid() -> bool:
        """Whether what was painted is what was paid. What Discord gave up on may be painted still, and is paid like the rest."""
        nonlocal painted
        painted = sum(1 for one in asked for message in one.answers() if message["attachments"])
        balance = json.loads(stage.command("credits", "balance", person, "--json").stdout)
        holds = {id: f"{state} {posted}" for id, state, posted in stage.postgres.rows("SELECT id, state, posted FROM credit_holds")}
        told = f"{painted} painted, {balance}\n" + "\n".join(one.account_with(holds) for one in asked)
        assert balance["posted"] == balance["available"] == start - price * painted, told
        return True

    eventually(is_paid, "pictures and credits agree")
    assert all(len(one.answers()) <= 1 for one in asked)
    print(f"\n{len(asked)} asked, {len(accepted)} accepted, {painted} painted, seconds from a fault to the next picture:")
    for name, spans in sorted(recoveries.items()):
        spans.sort()
        print(f"  {name:18} {len(spans):4} times, median {spans[len(spans) // 2]:5.1f}, longest {spans[-1]:5.1f}")
