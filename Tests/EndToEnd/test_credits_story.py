"""Credits as people meet them: told the price, charged when the pictures are there, given back when they are not."""

import json
import re
import struct
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.bot import png
from harness.control import Refused, file
from harness.process import Troupe
from harness.waiting import eventually

repository = Path(__file__).resolve().parents[2]
document = f"""
models:
  - {{name: painter, kind: image, engine: neural, path: '{repository / "Tests/NeuralTests/Fixtures/painter-half"}', price: 2}}
  - {{name: broken, kind: image, engine: neural, path: nowhere, price: 3}}
  - {{name: gratis, kind: image, engine: neural, path: '{repository / "Tests/NeuralTests/Fixtures/painter-half"}', price: 0}}
  - {{name: flamingo, kind: vision, engine: neural, path: '{repository / "Tests/NeuralTests/Fixtures/flamingo-every"}', price: 4}}
  - {{name: blind, kind: vision, engine: neural, path: nowhere, price: 5}}
"""


@pytest.fixture(scope="module")
def troupe(binary: Path) -> Iterator[Troupe]:
    troupe = Troupe(binary, "run", settings={"TROUPE_CREDITS": "on"}, document=document)
    with troupe.living("credits", "redeem", "gift", "voucher"):
        yield troupe
        assert json.loads(troupe.say("credits", "audit", "--json"))["sound"] is True


class Person:
    """Somebody with so many credits, new to each test."""

    def __init__(self, troupe: Troupe, credits: int = 0, user: str | None = None):
        self.troupe = troupe
        self.id = user or troupe.control.make_user(f"person{len(troupe.control.people())}")["id"]
        self.control = troupe.control.acting_as(self.id)
        self.channel = self.control.channel("pictures")
        if credits:
            troupe.say("credits", "grant", self.id, str(credits), "--note", "welcome")

    def ask(self, name: str, options: dict | None = None, **query) -> dict:
        """Runs a command; the message that answers it."""
        interaction = self.control.command(self.channel, name, options)
        return self.control.settled(interaction, seconds=60, **query)["message"]

    def balance(self) -> dict:
        line = json.loads(self.troupe.say("credits", "balance", self.id, "--json"))
        return {"posted": line["posted"], "held": line["held"]}


def size(attachment: dict) -> tuple[int, int]:
    with urllib.request.urlopen(attachment["url"], timeout=120) as response:
        content = response.read()
    assert content[:8] == b"\x89PNG\r\n\x1a\n"
    return struct.unpack(">II", content[16:24])


def test_the_price_is_told_while_one_chooses_a_model(troupe: Troupe) -> None:
    person = Person(troupe)
    offered = {choice["value"]: choice["name"] for choice in person.control.complete(person.channel, "generate", "model", {"model": ""})}
    assert offered["painter"].endswith("· 2 credits") and offered["broken"].endswith("· 3 credits")
    assert "credit" not in offered["gratis"]
    counted = person.control.complete(person.channel, "generate", "count", {"count": "", "model": "broken"})
    assert [choice["value"] for choice in counted] == list(range(1, 10))
    assert counted[3]["name"] == "4 pictures · 12 credits"


def test_the_price_stands_in_what_a_command_does(troupe: Troupe) -> None:
    said = {command["name"]: command["description"] for command in troupe.control.state()["commands"]}
    assert said["generate"].endswith(" · up to 3 credits a picture") and said["again"].endswith(" · up to 3 credits a picture")
    assert said["comprehend"].endswith(" · 4 to 5 credits an answer")
    assert "credit" not in said["gallery"]


def test_the_price_stands_on_the_buttons(troupe: Troupe) -> None:
    person = Person(troupe, credits=20)
    answer = person.ask("generate", {"prompt": "a red square", "count": 1}, attachments=1)
    buttons = [button["label"] for row in answer["components"] for button in row["components"]]
    assert "Again · 2 credits" in buttons and "Variations · 8 credits" in buttons
    free = person.ask("generate", {"prompt": "a red square", "count": 1, "model": "gratis"}, attachments=1)
    assert "Again" in [button["label"] for row in free["components"] for button in row["components"]]


def test_the_price_is_told_held_and_charged_and_the_receipt_says_so(troupe: Troupe) -> None:
    person = Person(troupe, credits=20)
    interaction = person.control.command(person.channel, "generate", {"prompt": "a red square", "count": 3})
    lines = set()

    def is_painted() -> bool:
        message = person.control.interaction(interaction).get("message") or {}
        lines.add(message.get("content", ""))
        return bool(message.get("attachments"))

    eventually(is_painted, "the pictures", seconds=60)
    answer = person.control.interaction(interaction)["message"]["content"]
    assert answer.endswith("\n-# 6 credits")
    assert all(" · 6 credits" in line for line in lines if "Painting…" in line)
    eventually(lambda: person.balance() == {"posted": 14, "held": 0}, "the price is paid")


def test_who_has_too_little_is_told_what_is_missing(troupe: Troupe) -> None:
    person = Person(troupe, credits=5)
    answer = person.ask("generate", {"prompt": "a red square", "count": 4}, contains="missing")["content"]
    assert "This costs 8 credits, and you have 5 credits: 3 credits missing." in answer and "/redeem" in answer
    assert person.balance() == {"posted": 5, "held": 0}


def test_a_free_model_asks_nobody_for_credits(troupe: Troupe) -> None:
    person = Person(troupe)
    answer = person.ask("generate", {"prompt": "a red square", "count": 1, "model": "gratis"}, attachments=1)
    assert "credit" not in answer["content"]


def test_what_fails_is_given_back(troupe: Troupe) -> None:
    person = Person(troupe, credits=20)
    answer = person.ask("generate", {"prompt": "a red square", "count": 2, "model": "broken"}, contains="charged")["content"]
    assert answer.endswith("-# Nothing was charged: 6 credits went back.")
    eventually(lambda: person.balance() == {"posted": 20, "held": 0}, "the price is given back")


def test_credits_shows_balance_movements_prices_and_a_chart(troupe: Troupe) -> None:
    person = Person(troupe)
    assert "You have no credits." in person.ask("credits", contains="credits")["content"]
    troupe.say("credits", "grant", person.id, "30", "--note", "first")
    troupe.say("credits", "grant", person.id, "12", "--note", "second")
    message = person.ask("credits", attachments=1)
    assert "You have **42 credits**." in message["content"]
    assert "`painter` 2 credits, `broken` 3 credits, `gratis` free" in message["content"]
    assert re.search(r"`\+12` given to you: second <t:\d+:R>\n`\+30` given to you: first", message["content"])
    assert message["flags"] & 64
    chart = message["attachments"][0]
    assert size(chart) == (640, 240) and "now 42 credits" in chart["description"]


def test_the_owner_makes_vouchers_and_one_person_redeems_each(troupe: Troupe) -> None:
    owner = Person(troupe, user=troupe.control.people()[0]["id"])
    guest, other = Person(troupe), Person(troupe)
    with pytest.raises(Refused):
        guest.ask("voucher", {"create": {"credits": 50}})
    # An administrator of the guild lets somebody use the command: that makes nobody the owner of the bot.
    state = owner.control.state()
    command = next(command["id"] for command in state["commands"] if command["name"] == "voucher")
    guild = next(guild["id"] for guild in state["guilds"] for channel in guild["channels"] if channel["id"] == owner.channel)
    owner.control.command_permissions(guild, command, [{"id": guest.id, "type": 2, "permission": True}])
    refusal = guest.ask("voucher", {"create": {"credits": 50}}, contains="owner")["content"]
    assert "Only the owner of this bot can do that." in refusal
    made = owner.ask("voucher", {"create": {"credits": 50, "count": 2, "note": "party"}}, contains="TRPE-")
    codes = re.findall(r"TRPE(?:-[0-9A-Z]{4})+", made["content"])
    assert len(codes) == 2 and made["flags"] & 64
    assert "**50 credits** came to your account (party). You have 50 credits." in guest.ask("redeem", {"code": codes[0]}, contains="credits")["content"]
    assert "You have redeemed this voucher of 50 credits already." in guest.ask("redeem", {"code": codes[0]}, contains="already")["content"]
    assert "Somebody else has redeemed this voucher." in other.ask("redeem", {"code": codes[0]}, contains="voucher")["content"]
    listed = owner.ask("voucher", {"list": {}}, contains="redeemed by")["content"]
    numbers = re.findall(r"^`(\d+)` 50 credits · (open|redeemed by <@\d+>) · party", listed, re.MULTILINE)
    assert {state.split()[0] for _, state in numbers} == {"open", "redeemed"}
    unused = int(next(number for number, state in numbers if state == "open"))
    assert "Revoked:" in owner.ask("voucher", {"revoke": {"number": unused}}, contains="Revoked")["content"]
    assert "This voucher was revoked by its maker." in other.ask("redeem", {"code": codes[1]}, contains="revoked")["content"]
    assert guest.balance()["posted"] == 50 and other.balance()["posted"] == 0


def test_redeem_without_a_code_opens_a_form(troupe: Troupe) -> None:
    code = json.loads(troupe.say("voucher", "create", "--credits", "5", "--json"))[0]["code"]
    person = Person(troupe)
    interaction = person.control.command(person.channel, "redeem")
    eventually(lambda: person.control.interaction(interaction)["state"] == "answered", "the form is open")
    answer = person.control.settled(person.control.submit(interaction, {"code": code.lower()}), contains="came")
    assert "**5 credits** came to your account." in answer["message"]["content"]


def test_a_gift_moves_credits_and_no_more_than_there_are(troupe: Troupe) -> None:
    giver, friend = Person(troupe, credits=10), Person(troupe)
    given = giver.ask("gift", {"user": friend.id, "amount": 7, "note": "thanks"}, contains="gave")["content"]
    assert given == f"You gave 7 credits to <@{friend.id}>. You have 3 credits left."
    assert "You have only 3 credits to give." in giver.ask("gift", {"user": friend.id, "amount": 4}, contains="only")["content"]
    assert "cannot give credits to yourself" in giver.ask("gift", {"user": giver.id, "amount": 1}, contains="yourself")["content"]
    assert f"`+7` gift from <@{giver.id}>: thanks" in friend.ask("credits", contains="gift")["content"]
    assert friend.balance()["posted"] == 7 and giver.balance()["posted"] == 3


@pytest.mark.parametrize("words", ["'; DROP TABLE credit_vouchers; --", '" OR "1"="1', "%27 OR 1=1 --", "{text} ? $1 :name", "\\'); DELETE FROM credit_accounts;--"])
def test_hostile_words_are_only_words_in_every_field(troupe: Troupe, words: str) -> None:
    owner, guest = Person(troupe, user=troupe.control.people()[0]["id"]), Person(troupe, credits=10)
    friend = Person(troupe)
    assert "You gave 1 credit" in guest.ask("gift", {"user": friend.id, "amount": 1, "note": words}, contains="gave")["content"]
    assert "voucher code" in guest.ask("redeem", {"code": words}, contains="code")["content"]
    form = guest.control.command(guest.channel, "redeem")
    eventually(lambda: guest.control.interaction(form)["state"] == "answered", "the form is open")
    assert "voucher code" in guest.control.settled(guest.control.submit(form, {"code": words}), contains="code")["message"]["content"]
    made = owner.ask("voucher", {"create": {"credits": 5, "note": words}}, contains="TRPE-")["content"]
    assert "**5 credits** came" in guest.ask("redeem", {"code": re.search(r"TRPE(?:-[0-9A-Z]{4})+", made)[0]}, contains="came")["content"]
    assert "letters, digits and signs" in owner.ask(
        "settings", {"credits": {"allowance": {"name": words, "credits": 5, "every": "daily"}}}, contains="name")["content"]
    assert "There is: `painter`" in owner.ask("settings", {"credits": {"price": {"model": words, "credits": 5}}}, contains="no model")["content"]
    troupe.say("credits", "grant", guest.id, "1", "--note", words, "--key", f"words-{abs(hash(words))}")
    assert guest.balance() == {"posted": 15, "held": 0} and friend.balance()["posted"] == 1
    assert json.loads(troupe.say("credits", "audit", "--json"))["findings"] == []


def test_an_answer_about_a_picture_is_charged_and_one_that_fails_is_not(troupe: Troupe) -> None:
    person = Person(troupe, credits=10)

    offered = {choice["value"]: choice["name"] for choice in person.control.complete(person.channel, "comprehend", "model", {"model": ""})}
    assert offered == {"flamingo": "flamingo: A Flamingo, run by Troupe itself · 4 credits", "blind": "blind: A Flamingo, run by Troupe itself · 5 credits"}

    def ask(model: str, expected: str) -> dict:
        asked = person.control.command(
            person.channel, "comprehend", {"model": model, "prompt": "So:", "task": "unconditional"},
            attachments={"image": file("a.png", png(30, 20, (200, 40, 40)))})
        return person.control.settled(asked, seconds=60, contains=expected)["message"]

    answer = ask("flamingo", "-# 4 credits")
    assert answer["embeds"][0]["footer"]["text"].startswith("flamingo")
    eventually(lambda: person.balance() == {"posted": 6, "held": 0}, "the price is paid")
    assert "failed at this request" in ask("blind", "5 credits went back")["content"]
    eventually(lambda: person.balance() == {"posted": 6, "held": 0}, "the price is given back")
    ask("flamingo", "-# 4 credits")
    assert "This costs 4 credits, and you have 2 credits: 2 credits missing." in ask("flamingo", "missing")["content"]
