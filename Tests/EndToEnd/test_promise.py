"""The promise: every accepted request is answered exactly once, though the process is killed between any two steps.

The bot runs as a process of its own on a database that stays, the emulator as another one that lives on, as Discord does. The
bot is killed with SIGKILL at each of its requests, before, in the middle of and after the exchange, and at moments spread
over the whole walk; then it is started again, and people must see one answer to each accepted request and no second one.
"""

import itertools
import threading
import time

import pytest

from harness.crossing import Crossing, Moment
from harness.mortal import Bot, painter
from harness.process import Troupe
from harness.waiting import eventually

# A painter of random weights: what matters here is who is answered, not what with.
document = f"models:\n  - {{name: random, kind: image, engine: neural, path: '{painter}'}}\n"
places_wanted = 200
numbers = itertools.count(1)


@pytest.fixture(scope="module")
def bot(emulator: Troupe, crossing: Crossing):
    bot = Bot(emulator, crossing, document)
    bot.start()
    eventually(bot.is_online, "the bot is online", seconds=60)
    yield bot
    bot.end()


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
