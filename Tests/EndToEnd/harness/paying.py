"""Requests that cost credits, told apart by their prompts: what became of each, and of its price."""

import contextlib
import itertools
import json

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


class PaidRequest:
    """One `/generate` of two pictures, and what became of it and of its price. `broken` is a model that fails."""

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

    def is_answered(self) -> bool:
        return bool(self.said("-# "))

    def settled(self, where: str) -> None:
        """Waits for its answer, and until its price agrees with it."""
        eventually(lambda: self.is_answered() or self.is_refused_by_discord(), f"an answer to {self.prompt!r} after a kill {where}", seconds=120)
        with contextlib.suppress(AssertionError):
            # What Discord refused because its acknowledgement came too late is done and said all the same, unless nobody heard of it.
            eventually(self.is_answered, "an answer as a message", seconds=20)
        eventually(lambda: self.check(where), f"the price of {self.prompt!r} agrees with its answer", seconds=40)

    def paid(self) -> list[int]:
        return [amount for (amount,) in self.bot.rows("SELECT amount FROM credit_transfers WHERE id = ?", f"hold:{self.id}")]

    def check(self, where: str) -> bool:
        """That it was paid once if it was painted, and nothing otherwise."""
        paintings, answers = self.paintings(), self.said("-# ")
        assert len(answers) <= 1, f"{len(answers)} answers to {self.prompt!r} after a kill {where}"
        assert len(answers) == 1 or self.is_refused_by_discord()
        assert self.paid() == [price] * len(paintings), f"{self.paid()} paid for {len(paintings)} paintings after a kill {where}"
        states = [state for (state,) in self.bot.rows("SELECT state FROM credit_holds WHERE id = ?", self.id)]
        assert states == (["posted"] if paintings else ["voided"] if answers else []), f"{states} after a kill {where}"
        for message in answers:
            assert message["content"].endswith(f"-# {price} credits" if paintings else "-# Nothing was charged: 10 credits went back.")
        return True


def check_sums(bot: Bot, person: str, everything: list[PaidRequest]) -> None:
    """The ledger adds up, nothing is promised any more, and what is missing is what the requests cost."""
    audit = json.loads(bot.say("credits", "audit", "--json"))
    assert audit["sound"] is True and audit["open_holds"] == 0 and audit["findings"] == []
    balance = json.loads(bot.say("credits", "balance", person, "--json"))
    paid = sum(sum(request.paid()) for request in everything)
    assert balance["posted"] == balance["available"] == start - paid
    assert paid > 0
