"""The promise: every accepted request is answered exactly once, though the process is killed between any two steps.

The bot runs as a process of its own on a database that stays, the emulator as another one that lives on, as Discord does. The
bot is killed with SIGKILL at each of its requests, before, in the middle of and after the exchange, and at moments spread
over the whole walk; then it is started again, and people must see one answer to each accepted request and no second one.
"""

import itertools
import os
import sqlite3
import subprocess
import threading
import time
from pathlib import Path

import pytest

from harness.crossing import Crossing, Moment
from harness.process import Troupe
from harness.waiting import eventually

repository = Path(__file__).resolve().parents[2]
painter = repository / "Tests/NeuralTests/Fixtures/painter-half"
places_wanted = 200
numbers = itertools.count(1)


class Bot:
    """`troupe bot` and its runner, killed and started again at will."""

    def __init__(self, troupe: Troupe, crossing: Crossing):
        self.troupe = troupe
        self.folder = Path(troupe.folder.name)
        # A painter of random weights: what matters here is who is answered, not what with.
        (self.folder / "troupe.yaml").write_text(f"models:\n  - {{name: random, kind: image, engine: neural, path: '{painter}'}}\n")
        self.environment = {key: value for key, value in os.environ.items() if not key.startswith(("DISCORD_", "TROUPE_"))} | {
            "DISCORD_TOKEN": "test-token",
            "DISCORD_API_BASE_URL": f"{crossing.address}/api/v10",
            "TROUPE_DATABASE": "sqlite:bot.db",
            "TROUPE_LEASE": "1",
        }
        self.process: subprocess.Popen[bytes] | None = None
        self.kills = 0

    def start(self) -> None:
        with (self.folder / "bot.log").open("ab") as log:
            self.process = subprocess.Popen(
                [self.troupe.binary, "run"], cwd=self.folder, env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def is_online(self) -> bool:
        assert self.process is not None and self.process.poll() is None, (self.folder / "bot.log").read_text()[-4000:]
        state = self.troupe.control.state()
        return any(a["online"] for a in state["applications"]) and any(c["name"] == "generate" for c in state["commands"])

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait()
        self.kills += 1

    def unfinished(self) -> list[tuple]:
        """Jobs and deliveries that are neither done nor given up for a reason."""
        with sqlite3.connect(f"file:{self.folder / 'bot.db'}?mode=ro", uri=True, timeout=20) as database:
            jobs = database.execute("SELECT request_id, state FROM jobs WHERE state NOT IN ('completed', 'cancelled', 'discarded')").fetchall()
            deliveries = database.execute("SELECT request_id, state FROM deliveries WHERE state NOT IN ('delivered', 'abandoned')").fetchall()
        return jobs + deliveries


@pytest.fixture(scope="module")
def crossing(emulator: Troupe):
    emulator.control.call("POST", "rate_limits", {"enabled": False})
    crossing = Crossing(emulator.address)
    yield crossing
    crossing.close()


@pytest.fixture(scope="module")
def bot(emulator: Troupe, crossing: Crossing):
    bot = Bot(emulator, crossing)
    bot.start()
    eventually(bot.is_online, "the bot is online", seconds=60)
    yield bot
    if bot.process is not None and bot.process.poll() is None:
        bot.process.terminate()
        bot.process.wait(20)


class Story:
    """What a person does, and how the answer is recognised in the channel."""

    def __init__(self, troupe: Troupe):
        self.control = troupe.control
        self.channel = self.control.channel("pictures")

    def generate(self) -> tuple[str, str]:
        prompt = f"picture number {next(numbers)} end"
        return self.control.command(self.channel, "generate", {"prompt": prompt, "count": 2}), prompt

    def answers(self, prompt: str) -> list[dict]:
        """The messages with files that speak of the prompt."""
        return [m for m in self.control.messages(self.channel, limit=100) if prompt in m["content"] and m["attachments"]]

    def is_over(self, interaction: str, prompt: str) -> bool:
        return self.control.interaction(interaction)["state"] == "failed" or bool(self.answers(prompt))


def check(story: Story, bot: Bot, asked: list[tuple[str, str]], where: str) -> None:
    """Starts the bot again and counts the answers."""
    bot.start()
    for interaction, prompt in asked:
        eventually(lambda: story.is_over(interaction, prompt), f"an answer to {prompt!r} after a kill {where}", seconds=40)
    eventually(lambda: bot.is_online() and not bot.unfinished(), f"nothing is left over after a kill {where}", seconds=40)
    for interaction, prompt in asked:
        shown = story.control.interaction(interaction)
        answers = story.answers(prompt)
        if shown["state"] == "failed":
            # Discord never saw an acknowledgement: the request was not accepted, and the person was told so by Discord.
            assert shown["acknowledged_after_ms"] is None
            assert len(answers) <= 1
        else:
            assert len(answers) == 1, f"{len(answers)} answers to {prompt!r} after a kill {where}"


def test_killed_at_every_exchange_of_a_request(bot: Bot, crossing: Crossing, emulator: Troupe) -> None:
    story = Story(emulator)
    for moment in Moment:
        for number in itertools.count(1):
            crossing.arm(number, moment, bot.kill)
            asked = [story.generate(), story.generate()]
            eventually(
                lambda: crossing.fired.is_set() or all(story.is_over(*a) for a in asked) and not bot.unfinished(),
                "the place is reached or the walk is over", seconds=60)
            if not crossing.fired.is_set():
                crossing.disarm()
                break
            check(story, bot, asked, f"at request {number}, {moment.value}")
        assert number > 3, "a request walks over at least four exchanges"


def test_killed_at_moments_all_over_the_walk(bot: Bot, emulator: Troupe) -> None:
    story = Story(emulator)
    start = time.monotonic()
    first = story.generate()
    eventually(lambda: story.is_over(*first), "an undisturbed answer", seconds=60)
    span = time.monotonic() - start
    rounds = max(0, places_wanted - bot.kills)
    for place in range(rounds):
        asked = [story.generate(), story.generate()]
        delay = 1.5 * span * place / rounds
        timer = threading.Timer(delay, bot.kill)
        timer.start()
        timer.join()
        check(story, bot, asked, f"after {delay * 1000:.0f} ms")
    assert bot.kills >= places_wanted
