"""Several `troupe bot` share one bot's shards: one more takes its part, a dead one is replaced, and no request is lost or answered twice."""

import sqlite3
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.parts import Parts
from harness.process import Troupe
from harness.waiting import eventually

count = 4


class Company(Parts):
    """Bots that share four shards, and a runner."""

    def slots(self) -> list[tuple[str | None, int]]:
        """Who has each shard, and its fence."""
        try:
            with sqlite3.connect(f"file:{self.folder / 'bot.db'}?mode=ro", uri=True, timeout=60) as database:
                return database.execute("SELECT holder, fence FROM shard_slots ORDER BY shard_id").fetchall()
        except sqlite3.OperationalError:
            return [(None, 0)]  # not made yet

    def parts(self) -> list[int]:
        """How many shards each process has, when none is free."""
        holders = [holder for holder, _ in self.slots()]
        return [] if None in holders else sorted(Counter(holders).values())

    def sessions(self) -> dict[int, str]:
        """The sessions that have a socket, by shard."""
        return {s["shard"][0]: s["session_id"] for s in self.emulator.control.call("GET", "gateway")["sessions"] if s["connected"]}

    def is_whole(self, parts: list[int]) -> bool:
        for process in self.processes:
            assert process.poll() in (None, -9, 0), self.printed("bot")
        return self.parts() == parts and len(self.sessions()) == count


@pytest.fixture
def company(emulator: Troupe, tmp_path: Path) -> Iterator[Company]:
    emulator.control.call("POST", "rate_limits", {"enabled": False})
    company = Company(emulator, tmp_path, TROUPE_LEASE="15")
    yield company
    company.kill_all()


@pytest.fixture
def channels(emulator: Troupe) -> dict[int, str]:
    """A channel of a guild of each shard: Discord puts a guild on shard (id >> 22) mod the number of shards."""
    found: dict[int, str] = {}
    for number in range(400):
        guild = emulator.control.make_guild(f"guild {number}", ["gallery"])
        shown = next(g for g in emulator.control.state()["guilds"] if g["id"] == guild["id"])
        found.setdefault((int(guild["id"]) >> 22) % count, next(c["id"] for c in shown["channels"] if c["name"] == "gallery"))
        if len(found) == count:
            return found
    raise AssertionError(f"400 guilds are on shards {sorted(found)} only")


def test_bots_share_shards_and_a_dead_one_is_replaced(company: Company, channels: dict[int, str]) -> None:
    first = company.start("bot", "--shards", f"/{count}")
    company.start("runner")
    eventually(lambda: company.is_whole([4]), "one bot runs all shards", seconds=120)
    eventually(lambda: any(c["name"] == "generate" for c in company.emulator.control.state()["commands"]), "the commands are there", seconds=60)
    sessions = company.sessions()
    company.start("bot", "--shards", f"/{count}")
    eventually(lambda: company.is_whole([2, 2]), "two bots have two shards each", seconds=60)
    eventually(lambda: company.sessions() == sessions, "a session moves with its shard, so that nothing is missed")

    asked = [(channel, *company.ask(channel)) for channel in channels.values()]
    for channel, interaction, _ in asked:
        eventually(lambda: company.emulator.control.interaction(interaction)["acknowledged_after_ms"] is not None, "the request is accepted", seconds=60)
    first.kill()
    first.wait()
    eventually(lambda: company.is_whole([4]), "the other has taken all shards over", seconds=60)
    eventually(lambda: company.sessions() == sessions, "the sessions are the same")
    asked += [(channel, *company.ask(channel)) for channel in channels.values()]
    company.start("bot")
    eventually(lambda: company.is_whole([2, 2]), "a third one has its part, though it was told no number", seconds=60)
    for channel, _, prompt in asked:
        eventually(lambda: company.answers(prompt, channel) >= 1, f"an answer to {prompt!r}", seconds=120)

    own = company.start("bot", "--shards", f"0-2/{count}")
    eventually(lambda: company.is_whole([1, 3]), "one that is told its shards has just these", seconds=60)
    own.terminate()
    assert own.wait(60) == 0
    eventually(lambda: company.is_whole([2, 2]), "what it had is shared again", seconds=60)
    eventually(lambda: company.sessions() == sessions, "the sessions are still the same")
    assert [company.answers(prompt, channel) for channel, _, prompt in asked] == [1] * len(asked)
    changes = [e for e in company.emulator.control.traffic() if e["path"].endswith("/commands") and e["method"] in ("PUT", "POST")]
    assert len(changes) == 1, "the commands were registered once"


def test_a_wrong_word_for_shards_is_told(company: Company) -> None:
    for word in ("4-2/4", "0-4/4", "0/0", "x", "4"):
        refused = company.command("bot", "--shards", word)
        assert refused.returncode != 0 and "0-3/16" in refused.stderr, refused.stderr
