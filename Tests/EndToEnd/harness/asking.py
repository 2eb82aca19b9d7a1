"""People who ask while parts fail: requests of all kinds, what became of each, and what all of them have cost."""

import itertools
import json
from typing import TYPE_CHECKING

from harness.control import Control
from harness.waiting import eventually

if TYPE_CHECKING:
    from harness.hosts import Hosts

numbers = itertools.count(1)
price = 2
start = 100_000
# What is said instead of an answer where no storage can be reached, and costs nothing.
refusal = "I cannot take requests"


class Asked:
    """One request, and what became of it."""

    def __init__(self, control: Control, channel: str):
        self.control, self.channel = control, channel
        self.words = f"number {next(numbers)} end"
        self.id = self.ask()

    def ask(self) -> str:
        raise NotImplementedError

    def is_final(self, message: dict) -> bool:
        raise NotImplementedError

    def is_of_it(self, message: dict) -> bool:
        return (message.get("interaction_metadata") or {}).get("id") == self.id

    def since(self) -> list[dict]:
        """The channel's messages since it was asked."""
        found: list[dict] = []
        page = self.control.messages(self.channel, limit=100)
        while page:
            found += [message for message in page if int(message["id"]) > int(self.id)]
            oldest = min(page, key=lambda message: int(message["id"]))["id"]
            page = self.control.messages(self.channel, limit=100, before=oldest) if int(oldest) > int(self.id) else []
        return found

    def own(self) -> list[dict]:
        return [message for message in self.since() if self.is_of_it(message)]

    def answers(self) -> list[dict]:
        return [message for message in self.own() if self.is_final(message)]

    def is_given_up(self) -> bool:
        """Discord saw no acknowledgement in time, and has told the person so: it was not accepted."""
        return self.control.interaction(self.id)["state"] == "failed"

    def is_refused(self) -> bool:
        return any(message["content"].startswith(refusal) for message in self.own())

    def is_over(self) -> bool:
        return self.is_given_up() or self.is_refused() or bool(self.answers())

    def account(self) -> str:
        """What became of it, in a line."""
        state = "given up" if self.is_given_up() else "refused" if self.is_refused() else "accepted"
        return f"{type(self).__name__} {self.id} {self.words!r}, {state}: {[(m['content'], len(m['attachments'])) for m in self.own()]}"


class Picture(Asked):
    """`/generate`"""

    def ask(self) -> str:
        return self.control.command(self.channel, "generate", {"prompt": self.words, "count": 1})

    def is_final(self, message: dict) -> bool:
        return "\n-# " in message["content"] and self.words in message["content"]

    def is_of_it(self, message: dict) -> bool:
        # One that Discord had given up on is answered by a message of its own.
        return super().is_of_it(message) or self.words in message["content"] and not message.get("interaction_metadata")


class Ledger:
    """The people who ask, with so many credits each, and what they must have left."""

    def __init__(self, stage: "Hosts", people: int):
        self.stage = stage
        self.people = [stage.emulator.control.make_user(f"asker{next(numbers)}")["id"] for _ in range(people)]
        # What stood there before them.
        self.before = self.delivered()
        for person in self.people:
            given = stage.command("credits", "grant", person, str(start))
            assert given.returncode == 0, given.stderr

    def audit(self) -> dict:
        done = self.stage.command("credits", "audit", "--json")
        assert done.returncode == 0, done.stdout + done.stderr
        return json.loads(done.stdout)

    def spent(self) -> int:
        sums = [json.loads(self.stage.command("credits", "balance", person, "--json").stdout) for person in self.people]
        assert all(one["posted"] == one["available"] for one in sums), sums
        return sum(start - one["posted"] for one in sums)

    def delivered(self) -> int:
        """What all that stands in the channels has cost: what Discord gave up on may be painted still, and is paid like the rest."""
        total, control = 0, self.stage.emulator.control
        for channel in self.stage.channels:
            page = control.messages(channel, limit=100)
            while page:
                for message in page:
                    if message["author"].get("bot"):
                        total += price * len(message["attachments"])
                page = control.messages(channel, limit=100, before=min(page, key=lambda message: int(message["id"]))["id"])
        return total

    def adds_up(self, asked: list[Asked]) -> None:
        """In the end: nothing is left over or held, each that was accepted has one answer or a refusal, and what was delivered is paid."""
        stage = self.stage
        for one in asked:
            eventually(lambda: (stage.supervise(), one.is_over())[1], f"an answer to {one.words!r}", seconds=120)
        eventually(
            lambda: stage.redis.ask("ZCARD", "{troupe}:outbox") == ["0"] == stage.redis.ask("ZCARD", "{troupe}:leases"), "nothing is left over", seconds=120)
        eventually(lambda: self.audit()["open_holds"] == 0, "nothing is held", seconds=240)

        def is_paid() -> bool:
            spent, delivered = self.spent(), self.delivered() - self.before
            assert spent == delivered, f"{spent} spent, {delivered} delivered\n" + "\n".join(one.account() for one in asked)
            return True

        eventually(is_paid, "what was delivered is what was paid")
        wrong = [one.account() for one in asked if len(one.answers()) + one.is_refused() != 1 and (not one.is_given_up() or one.answers())]
        assert not wrong, "\n".join(wrong)
        final = self.audit()
        assert final["sound"] is True and final["findings"] == []
