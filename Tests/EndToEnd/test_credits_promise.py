"""Money and pictures agree, though the process is killed between any two steps.

Two paid requests walk at a time, one that becomes pictures and one whose model fails. The bot is killed with SIGKILL at each of
its requests to Discord, before, in the middle of and after the exchange, and started again on the same ledger. Then each request
that was answered with pictures was paid for once, each other one was not, nothing is held any more, and the ledger adds up.
"""

import itertools
import json

import pytest

from harness.crossing import Crossing, Moment
from harness.mortal import Bot, painter
from harness.process import Troupe
from harness.waiting import eventually

document = f"""
models:
  - {{name: painter, kind: image, engine: neural, path: '{painter}', price: 3}}
  - {{name: broken, kind: image, engine: neural, path: nowhere, price: 5}}
"""
start = 100_000
price = 6
numbers = itertools.count(1)


@pytest.fixture(scope="module")
def bot(emulator: Troupe, crossing: Crossing):
    bot = Bot(emulator, crossing, document, settings={"TROUPE_CREDITS": "on"})
    bot.say("credits", "grant", emulator.control.people()[0]["id"], str(start))
    bot.start()
    eventually(bot.is_online, "the bot is online", seconds=60)
    yield bot
    bot.end()


class Request:
    """One `/generate`, and what became of it and of its price."""

    def __init__(self, emulator: Troupe, bot: Bot, model: str):
        self.control = emulator.control
        self.bot = bot
        self.channel = self.control.channel("pictures")
        self.prompt = f"picture number {next(numbers)} end"
        self.id = self.control.command(self.channel, "generate", {"prompt": self.prompt, "count": 2, "model": model})

    def said(self, words: str) -> list[dict]:
        return [m for m in self.control.messages(self.channel, limit=100) if self.prompt in m["content"] and words in m["content"]]

    def paintings(self) -> list[dict]:
        return [message for message in self.said("-# ") if message["attachments"]]

    def is_refused_by_discord(self) -> bool:
        """Discord never saw an acknowledgement, and has told the person so."""
        return self.control.interaction(self.id)["state"] == "failed"

    def is_over(self) -> bool:
        return self.is_refused_by_discord() or bool(self.said("-# "))

    def paid(self) -> list[int]:
        return [amount for (amount,) in self.bot.rows("SELECT amount FROM credit_transfers WHERE id = ?", f"hold:{self.id}")]

    def check(self, where: str) -> int:
        """What it cost."""
        paintings, answers = self.paintings(), self.said("-# ")
        assert len(answers) <= 1, f"{len(answers)} answers to {self.prompt!r} after a kill {where}"
        assert len(answers) == 1 or self.is_refused_by_discord()
        assert self.paid() == [price] * len(paintings), f"{self.paid()} paid for {len(paintings)} paintings after a kill {where}"
        states = [state for (state,) in self.bot.rows("SELECT state FROM credit_holds WHERE id = ?", self.id)]
        assert states == (["posted"] if paintings else ["voided"] if answers else []), f"{states} after a kill {where}"
        for message in answers:
            assert message["content"].endswith(f"-# {price} credits" if paintings else "-# Nothing was charged: 10 credits went back.")
        return sum(self.paid())


def test_killed_at_every_exchange_each_request_is_paid_once_or_not_at_all(bot: Bot, crossing: Crossing, emulator: Troupe) -> None:
    paid = 0
    for moment in Moment:
        for number in itertools.count(1):
            crossing.arm(number, moment, bot.kill)
            asked = [Request(emulator, bot, "painter"), Request(emulator, bot, "broken")]
            eventually(
                lambda: crossing.fired.is_set()
                or crossing.number < number and all(request.is_over() for request in asked) and not bot.unfinished(),
                "the place is reached or the walk is over", seconds=60)
            where = f"at request {number}, {moment.value}"
            walked = not crossing.fired.is_set()
            if walked:
                crossing.disarm()
            else:
                bot.start()
            for request in asked:
                eventually(request.is_over, f"an answer to {request.prompt!r} after a kill {where}", seconds=40)
            eventually(lambda: bot.is_online() and not bot.unfinished(), f"nothing is left over after a kill {where}", seconds=40)
            paid += sum(request.check(where) for request in asked)
            if walked:
                break
        assert number > 3, "a request walks over at least four exchanges"
    audit = json.loads(bot.say("credits", "audit", "--json"))
    assert audit["sound"] is True and audit["open_holds"] == 0 and audit["findings"] == []
    balance = json.loads(bot.say("credits", "balance", emulator.control.people()[0]["id"], "--json"))
    assert balance["posted"] == balance["available"] == start - paid
    assert paid > 0 and bot.kills >= 10
