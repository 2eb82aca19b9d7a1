"""More than a file: the database on PostgreSQL, moved there and back; the queue on Redis with runners that come and go."""

import itertools
import json
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.postgres import postgres as postgres_server
from harness.postgres import programs
from harness.process import Troupe
from harness.redis import Redis
from harness.waiting import eventually

repository = Path(__file__).resolve().parents[2]
painter = repository / "Tests/NeuralTests/Fixtures/painter-half"
numbers = itertools.count(1)


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    with postgres_server() as address:
        yield address


@pytest.fixture(scope="module")
def redis() -> Iterator[Redis]:
    server = Redis()
    yield server
    server.stop()


class Parts:
    """Processes of Troupe in one folder, on the emulator's Discord."""

    def __init__(self, emulator: Troupe, folder: Path, **settings: str):
        self.emulator, self.folder = emulator, folder
        (folder / "troupe.yaml").write_text(f"models:\n  - {{name: random, kind: image, engine: neural, path: '{painter}'}}\n")
        self.environment = {key: value for key, value in os.environ.items() if not key.startswith(("DISCORD_", "TROUPE_"))} | {
            "DISCORD_TOKEN": "test-token", "DISCORD_API_BASE_URL": f"{emulator.address}/api/v10", "TROUPE_LEASE": "2",
            "TROUPE_DATABASE": "sqlite:bot.db", "TROUPE_HTTP": "127.0.0.1:0"} | settings
        self.processes: list[subprocess.Popen[bytes]] = []

    def start(self, subcommand: str) -> subprocess.Popen[bytes]:
        with (self.folder / f"{subcommand}.log").open("ab") as log:
            process = subprocess.Popen(
                [self.emulator.binary, subcommand], cwd=self.folder, env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self.processes.append(process)
        return process

    def online(self, subcommand: str = "run") -> subprocess.Popen[bytes]:
        process = self.start(subcommand)

        def is_online() -> bool:
            if process.poll() is not None:
                raise RuntimeError((self.folder / f"{subcommand}.log").read_text()[-4000:])
            state = self.emulator.control.state()
            return any(a["online"] for a in state["applications"]) and any(c["name"] == "generate" for c in state["commands"])

        eventually(is_online, "the bot is online", seconds=60)
        return process

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([self.emulator.binary, *words], cwd=self.folder, env=self.environment, capture_output=True, text=True, timeout=120)

    def stop(self, process: subprocess.Popen[bytes]) -> None:
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0
        eventually(lambda: not any(a["online"] for a in self.emulator.control.state()["applications"]), "the bot is offline")

    def kill_all(self) -> None:
        for process in self.processes:
            if process.poll() is None:
                process.kill()
                process.wait()

    def ask(self) -> tuple[str, str]:
        channel = self.emulator.control.channel("pictures")
        prompt = f"machine picture {next(numbers)} end"
        return self.emulator.control.command(channel, "generate", {"prompt": prompt, "count": 2}), prompt

    def answers(self, prompt: str) -> int:
        messages = self.emulator.control.messages(self.emulator.control.channel("pictures"), limit=100)
        return sum(1 for m in messages if prompt in m["content"] and m["attachments"])


@pytest.fixture
def parts(emulator: Troupe, tmp_path: Path) -> Iterator[Parts]:
    emulator.control.call("POST", "rate_limits", {"enabled": False})
    parts = Parts(emulator, tmp_path)
    yield parts
    parts.kill_all()


def test_a_file_moves_to_postgresql_and_back_and_people_are_answered_everywhere(parts: Parts, postgres: str) -> None:
    asked: list[tuple[str, str]] = []
    assert parts.command("credits", "grant", "7", "500").returncode == 0
    vouchers = parts.command("voucher", "create", "--credits", "25", "--count", "3", "--json")
    assert vouchers.returncode == 0, vouchers.stderr
    for place, move in [("sqlite:bot.db", postgres), (postgres, "sqlite:back.db"), ("sqlite:back.db", None)]:
        parts.environment["TROUPE_DATABASE"] = place
        process = parts.online()
        asked.append(parts.ask())
        eventually(lambda: parts.answers(asked[-1][1]) == 1, f"an answer on {place}", seconds=60)
        parts.stop(process)
        if move is None:
            break
        moved = parts.command("migrate", "--from", place, "--to", move)
        assert moved.returncode == 0, moved.stderr
        assert f"jobs: {len(asked)} rows" in moved.stdout and "credit_vouchers: 3 rows" in moved.stdout
        parts.environment["TROUPE_DATABASE"] = move
        assert json.loads(parts.command("credits", "balance", "7", "--json").stdout)["posted"] == 500
        assert json.loads(parts.command("credits", "audit", "--json").stdout)["sound"] is True
        again = parts.command("migrate", "--from", place, "--to", move)
        assert again.returncode != 0 and "Choose an empty database" in again.stderr
    psql = programs()
    assert psql is not None
    question = "SELECT COUNT(*), COUNT(DISTINCT request_id) FROM jobs WHERE state = 'completed'"
    assert subprocess.run([psql / "psql", postgres, "-Atc", question], check=True, capture_output=True, text=True).stdout == "2|2\n"
    assert all(parts.answers(prompt) == 1 for _, prompt in asked)
    doctor = parts.command("doctor", "--database", postgres)
    assert "✓ database: postgres://troupe@" in doctor.stdout


def test_runners_on_redis_come_and_go_and_each_request_is_answered_once(parts: Parts, redis: Redis) -> None:
    parts.environment["TROUPE_QUEUE"] = redis.address
    parts.online("bot")
    runners = [parts.start("runner"), parts.start("runner")]
    asked = [parts.ask() for _ in range(12)]
    for round in range(4):
        eventually(lambda: sum(parts.answers(prompt) for _, prompt in asked) >= 2 * round + 1, "some answers", seconds=60)
        runners[0].kill()
        runners[0].wait()
        if round == 2:
            redis.crash()
            redis.start()
        runners = [runners[1], parts.start("runner")]
    for _, prompt in asked:
        eventually(lambda: parts.answers(prompt) >= 1, f"an answer to {prompt!r}", seconds=90)
    eventually(lambda: redis.ask("ZCARD", "{troupe}:outbox") == ["0"], "nothing is left to say", seconds=30)
    assert [parts.answers(prompt) for _, prompt in asked] == [1] * len(asked)
    assert redis.ask("ZCARD", "{troupe}:leases") == ["0"]
    doctor = parts.command("doctor")
    assert "✓ queue: redis://127.0.0.1" in doctor.stdout, doctor.stdout
