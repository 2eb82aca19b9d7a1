"""The owner's rules: prices, limits, pools and allowances, from troupe.yaml and changed in Discord while everything runs."""

import itertools
import json
from pathlib import Path

import pytest

from harness.mortal import painter
from harness.process import Troupe
from harness.waiting import eventually

document = f"""
models:
  - {{name: painter, kind: image, engine: neural, path: '{painter}', price: 2}}
credits:
  allowances:
    - {{name: welcome, period: monthly, amount: 3}}
"""
numbers = itertools.count(1)


@pytest.fixture(scope="module")
def troupe(binary: Path):
    with Troupe(binary, "run", settings={"TROUPE_CREDITS": "on"}, document=document).living("settings") as troupe:
        yield troupe
        assert json.loads(troupe.say("credits", "audit", "--json"))["sound"] is True


class Person:
    def __init__(self, troupe: Troupe, user: str | None = None):
        self.troupe = troupe
        self.id = user or troupe.control.make_user(f"guest{next(numbers)}")["id"]
        self.control = troupe.control.acting_as(self.id)
        self.channel = self.control.channel("pictures")

    def ask(self, name: str, options: dict | None = None, **query) -> str:
        return self.control.settled(self.control.command(self.channel, name, options), seconds=60, **query)["message"]["content"]

    def set(self, what: str, **options) -> str:
        return self.ask("settings", {"credits": {what: options}}, contains="picture")

    def paint(self, count: int, **query) -> str:
        return self.ask("generate", {"prompt": "a red square", "count": count, "model": "painter"}, **query)

    def posted(self) -> int:
        return json.loads(self.troupe.say("credits", "balance", self.id, "--json"))["posted"]


@pytest.fixture(scope="module")
def owner(troupe: Troupe) -> Person:
    return Person(troupe, troupe.control.people()[0]["id"])


@pytest.fixture(scope="module")
def guild(troupe: Troupe, owner: Person) -> dict:
    return next(g for g in troupe.control.state()["guilds"] if any(c["id"] == owner.channel for c in g["channels"]))


def test_everybody_has_the_configured_allowance_once_a_month(troupe: Troupe, owner: Person) -> None:
    guest = Person(troupe)
    assert "You have **3 credits**. 3 credits came just now." in guest.ask("credits", contains="credits")
    assert "You have **3 credits**.\n" in guest.ask("credits", contains="allowance: welcome")
    assert guest.posted() == 3


def test_the_owner_changes_a_price_and_the_next_request_costs_that(troupe: Troupe, owner: Person) -> None:
    guest = Person(troupe)
    assert "This costs 4 credits, and you have 3 credits" in guest.paint(2, contains="missing")
    said = owner.set("price", model="painter", credits=1)
    assert "Done: painter: 1 credit a picture." in said and "A picture: `painter` 1 credit." in said
    assert guest.paint(2, attachments=1).endswith("-# 2 credits")
    said = lambda: next(c["description"] for c in troupe.control.state()["commands"] if c["name"] == "generate")  # noqa: E731
    eventually(lambda: said().endswith("· 1 credit a picture"), "the command says what it costs now", seconds=60)
    owner.set("price", model="painter", credits=0)
    assert "credit" not in guest.paint(1, attachments=1)
    assert "`painter` 2 credits" in owner.set("price", model="painter")
    eventually(lambda: guest.posted() == 1, "what was asked is paid")


def test_members_of_a_role_get_theirs_each_day(troupe: Troupe, owner: Person, guild: dict) -> None:
    role = next(r["id"] for r in guild["roles"] if r["id"] != guild["id"])
    assert f"Allowance artists: 40 credits each day for <@&{role}>." in owner.set(
        "allowance", name="artists", credits=40, every="daily", role=role)
    guest, artist = Person(troupe), Person(troupe)
    troupe.control.role(guild["id"], artist.id, role)
    # It comes with the first request that needs it.
    assert artist.paint(5, attachments=1).endswith("-# 10 credits")
    eventually(lambda: artist.posted() == 33, "the request is paid")
    assert "You have **3 credits**" in guest.ask("credits", contains="credits")
    owner.set("allowance", name="artists", credits=0)
    late = Person(troupe)
    troupe.control.role(guild["id"], late.id, role)
    assert "You have **3 credits**" in late.ask("credits", contains="credits")


def test_a_server_has_a_pool_that_everybody_may_spend(troupe: Troupe, owner: Person, guild: dict) -> None:
    guest = Person(troupe)
    assert "Done: 5 credits more for this server's pool." in owner.set("pool", add=5)
    assert guest.paint(2, attachments=1).endswith("-# 4 credits from this server's pool")
    assert "This server's pool has 1 credit that everybody here may spend." in guest.ask("credits", contains="pool")
    assert guest.paint(1, attachments=1).endswith("-# 2 credits")
    eventually(lambda: json.loads(troupe.say("credits", "balance", f"pool:{guild['id']}", "--json"))["posted"] == 1, "the pool has paid")


def test_nobody_spends_more_than_the_limits_of_a_day(troupe: Troupe, owner: Person) -> None:
    guest = Person(troupe)
    troupe.say("credits", "grant", guest.id, "100")
    assert "One person may spend 6 credits a day." in owner.set("limits", person=6)
    assert guest.paint(2, attachments=1).endswith("-# 4 credits")
    assert "you may spend 6 credits a day and have spent 4 today" in guest.paint(2, contains="today")
    said = owner.set("limits", server=1)
    assert "One person may spend without bound." in said and "on this server together may spend 1 credit a day" in said
    assert "everybody here together may spend 1 credit a day" in guest.paint(2, contains="together")
    owner.set("limits")
    assert guest.paint(2, attachments=1).endswith("-# 4 credits")


def test_what_was_changed_stays_after_a_restart_and_only_the_owner_changes_it(troupe: Troupe, owner: Person, guild: dict) -> None:
    owner.set("price", model="painter", credits=7)
    assert troupe.stop() == 0
    troupe.start()
    eventually(lambda: troupe.offers("settings"), "the commands are there", seconds=60)
    again = Person(troupe, troupe.control.people()[0]["id"])
    said = again.set("show")
    assert "`painter` 7 credits" in said and f"-# <@{again.id}>" in said and "painter: 7 credits a picture" in said
    state = again.control.state()
    command = next(command["id"] for command in state["commands"] if command["name"] == "settings")
    guest = Person(troupe)
    here = next(g for g in state["guilds"] if any(c["id"] == again.channel for c in g["channels"]))
    again.control.command_permissions(here["id"], command, [{"id": guest.id, "type": 2, "permission": True}])
    refusal = guest.ask("settings", {"credits": {"price": {"model": "painter", "credits": 0}}}, contains="owner")
    assert refusal == "Only the owner of this bot can do that."
