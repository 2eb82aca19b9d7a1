"""Pictures, their start and their price agree, though the process is killed between any two steps.

Somebody has paid variations painted from a picture of an earlier painting, on a server of Stable Diffusion WebUI's kind, and edits
a prompt in a form. The bot is killed with SIGKILL at each of its requests to Discord, before, in the middle of and after the
exchange, and started again. Then each request has one answer, was paid for once if that answer has pictures, and all of them stand
in their owner's gallery, once.
"""

import itertools
import json

import pytest

from harness.crossing import Crossing, Moment
from harness.mortal import Bot
from harness.painting import entry
from harness.process import Troupe
from harness.waiting import eventually
from servers.process import ServerProcess

start = 100_000
price = 6


@pytest.fixture(scope="module")
def server():
    server = ServerProcess("webui")
    yield server
    violations = server.record()["violations"]
    server.kill()
    assert violations == []


@pytest.fixture(scope="module")
def bot(emulator: Troupe, crossing: Crossing, server: ServerProcess):
    document = json.dumps({"models": [entry("webui", [server], price=3)]})
    bot = Bot(emulator, crossing, document, settings={"TROUPE_CREDITS": "on"})
    bot.say("credits", "grant", emulator.control.people()[0]["id"], str(start))
    bot.start()
    eventually(bot.is_online, "the bot is online", seconds=60)
    yield bot
    bot.end()


class Request:
    """Something that becomes a painting of two pictures, and what became of it and of its price."""

    def __init__(self, control, bot: Bot, id: str):
        self.control = control
        self.bot = bot
        self.id = id

    def answers(self) -> list[dict]:
        """The response to the interaction once it is finished, and what was sent instead of it."""
        shown = self.control.interaction(self.id).get("message")
        sent = {str(receipt) for (receipt,) in self.bot.rows("SELECT receipt FROM deliveries WHERE request_id = ?", self.id) if receipt}
        channel = self.control.channel("pictures")
        others = [m for m in self.control.messages(channel, limit=20) if m["id"] in sent and m["id"] != (shown or {}).get("id")]
        return [m for m in [shown, *others] if m and "-# " in m["content"]]

    def is_refused_by_discord(self) -> bool:
        return self.control.interaction(self.id)["state"] == "failed"

    def is_over(self) -> bool:
        return self.is_refused_by_discord() or bool(self.answers())

    def check(self, where: str) -> int:
        """What it cost."""
        answers = self.answers()
        assert len(answers) <= 1, f"{len(answers)} answers to {self.id} after a kill {where}"
        assert len(answers) == 1 or self.is_refused_by_discord()
        paid = [amount for (amount,) in self.bot.rows("SELECT amount FROM credit_transfers WHERE id = ?", f"hold:{self.id}")]
        assert paid == [price] * len(answers), f"{paid} paid for {len(answers)} paintings after a kill {where}"
        for message in answers:
            assert len(message["attachments"]) == 1 and message["content"].endswith(f"-# {price} credits"), message["content"]
        shelved = self.bot.rows("SELECT count FROM shelved_pictures WHERE request_id = ?", self.id)
        assert shelved == [(2,)] * len(answers), f"{shelved} on the shelf after a kill {where}"
        return sum(paid)


def components(message: dict) -> list[dict]:
    return [inner for row in message["components"] for inner in row["components"]]


def test_killed_at_every_exchange_variations_and_edits_have_one_answer_and_one_price(
    bot: Bot, crossing: Crossing, emulator: Troupe, server: ServerProcess
) -> None:
    control, channel = emulator.control, emulator.control.channel("pictures")
    asked = control.command(channel, "settings usual", {"count": 2})
    assert "2 pictures" in control.settled(asked)["message"]["content"]
    first = control.command(channel, "generate", {"prompt": "the first of all", "count": 2})
    source = control.settled(first, seconds=60, attachments=1, contains="painted in")["message"]
    eventually(lambda: not bot.unfinished(), "the first is painted")
    menu = next(c for c in components(source) if c["type"] == 3)["custom_id"]
    edit = next(c for c in components(source) if c.get("label") == "Edit prompt")["custom_id"]
    paid, numbers = price, itertools.count(1)
    for moment in Moment:
        for number in itertools.count(1):
            opened = control.click(source["id"], edit)
            eventually(lambda: control.interaction(opened)["state"] != "pending", "the form is open")
            crossing.arm(number, moment, bot.kill)
            requests = [Request(control, bot, control.click(source["id"], menu, ["1"]))]
            requests.append(Request(control, bot, control.submit(opened, {"prompt": f"edited {next(numbers)}", "count": "2"})))
            eventually(
                lambda: crossing.fired.is_set() or all(request.is_over() for request in requests) and not bot.unfinished(),
                "the place is reached or the walk is over", seconds=60)
            where = f"at request {number}, {moment.value}"
            walked = not crossing.fired.is_set()
            if walked:
                crossing.disarm()
            else:
                bot.start()
            for request in requests:
                eventually(request.is_over, f"an answer to {request.id} after a kill {where}", seconds=40)
            eventually(lambda: bot.is_online() and not bot.unfinished(), f"nothing is left over after a kill {where}", seconds=40)
            paid += sum(request.check(where) for request in requests)
            told = [m for m in control.messages(channel, limit=20) if int(m["id"]) > int(requests[0].id) and m["attachments"]]
            assert len(told) == sum(len(request.answers()) for request in requests), f"more answers than requests after a kill {where}"
            if walked:
                break
        assert number > 3, "a request walks over at least four exchanges"
    audit = json.loads(bot.say("credits", "audit", "--json"))
    assert audit["sound"] is True and audit["open_holds"] == 0 and audit["findings"] == []
    balance = json.loads(bot.say("credits", "balance", control.people()[0]["id"], "--json"))
    assert balance["posted"] == balance["available"] == start - paid
    assert paid > price and bot.kills >= 10
    assert any(job["image"] for job in server.painted()), "variations start from the picture"
