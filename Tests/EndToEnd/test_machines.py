"""More than a file: the database on PostgreSQL, moved there and back; the queue on Redis with runners that come and go."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.parts import Parts
from harness.postgres import postgres as postgres_server
from harness.postgres import programs
from harness.process import Troupe
from harness.redis import Redis, Watched
from harness.waiting import eventually


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    with postgres_server() as address:
        yield address


@pytest.fixture(scope="module")
def redis() -> Iterator[Redis]:
    server = Redis()
    yield server
    server.stop()


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
    eventually(lambda: redis.ask("ZCARD", "{troupe}:leases") == ["0"], "nobody works on anything")
    doctor = parts.command("doctor")
    assert "✓ queue: redis://127.0.0.1" in doctor.stdout, doctor.stdout


@pytest.fixture
def watched() -> Iterator[Watched]:
    servers = Watched()
    yield servers
    servers.stop()


def test_when_redis_dies_its_replica_goes_on(parts: Parts, watched: Watched) -> None:
    parts.environment["TROUPE_QUEUE"] = watched.address
    parts.online("bot")
    before = [parts.ask() for _ in range(3)]
    # Nobody works yet: what waits must be found again on the other server.
    eventually(lambda: watched.first.ask("ZCARD", "{troupe}:by:" + parts.emulator.control.people()[0]["id"]) == ["3"], "three wait", seconds=60)
    eventually(watched.is_even, "the replica has them too", seconds=60)
    watched.first.crash()
    eventually(lambda: watched.second.ask("ROLE")[:1] == ["master"], "the sentinel has put the replica in its place", seconds=120)
    parts.start("runner")
    for _, prompt in before:
        eventually(lambda: parts.answers(prompt) == 1, f"an answer to {prompt!r}", seconds=90)
    after = parts.ask()
    eventually(lambda: parts.answers(after[1]) == 1, "an answer to what was asked afterwards", seconds=90)


def test_a_backup_made_while_people_ask_is_restored_and_nothing_in_it_is_lost(parts: Parts, postgres: str) -> None:
    parts.environment["TROUPE_CREDITS"] = "on"
    (parts.folder / "troupe.yaml").write_text((parts.folder / "troupe.yaml").read_text().replace("engine: neural,", "engine: neural, price: 2,"))
    person = parts.emulator.control.people()[0]["id"]
    assert parts.command("credits", "grant", person, "1000").returncode == 0
    process = parts.online()
    first = [parts.ask() for _ in range(3)]
    for _, prompt in first:
        eventually(lambda: parts.answers(prompt) == 1, f"an answer to {prompt!r}", seconds=60)
    later = [parts.ask() for _ in range(4)]
    saved = parts.command("backup", "saved.db")
    assert saved.returncode == 0, saved.stderr
    assert "each compared" in saved.stdout
    assert oct((parts.folder / "saved.db").stat().st_mode & 0o777) == "0o600"
    again = parts.command("backup", "saved.db")
    assert again.returncode != 0 and "name a new file" in again.stderr
    for _, prompt in later:
        eventually(lambda: parts.answers(prompt) == 1, f"an answer to {prompt!r}", seconds=60)
    parts.stop(process)
    with postgres_server() as empty:
        for place in ("sqlite:restored.db", empty):
            restored = parts.command("restore", "saved.db", "--database", place)
            assert restored.returncode == 0, restored.stderr
            assert json.loads(parts.command("credits", "audit", "--json", "--database", place).stdout)["sound"] is True
            known = json.loads(parts.command("credits", "balance", person, "--json", "--database", place).stdout)
            # Two pictures for two credits each were painted three times before; of the rest, what was over by then.
            assert 1000 - 7 * 4 <= known["posted"] <= 1000 - 3 * 4
            twice = parts.command("restore", "saved.db", "--database", place)
            assert twice.returncode != 0 and "Choose an empty database" in twice.stderr
    parts.environment["TROUPE_DATABASE"] = "sqlite:restored.db"
    process = parts.online()
    last = parts.ask()
    # Who was answered after the backup was made is not answered again: Discord knows the answer by its nonce, or it is edited in once
    # more, and until it is, shows progress.
    for _, prompt in first + later + [last]:
        eventually(lambda: parts.answers(prompt) == 1, f"one answer to {prompt!r} after the backup was restored", seconds=120)
    parts.stop(process)
    assert [parts.answers(prompt) for _, prompt in first + later + [last]] == [1] * 8
