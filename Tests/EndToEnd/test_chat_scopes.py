"""Whose words the model is told: each kind of memory in a server, with two people who both allowed it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.control import Control
from harness.process import Troupe
from harness.talker import Talker
from harness.waiting import eventually
from test_chat import Talk, labels, models


class Person:
    """Somebody who talks with the bot in one channel."""

    def __init__(self, talk: Talk, name: str):
        self.talk = talk
        self.name = name
        self.control: Control = talk.control.acting_as(talk.control.make_user(name)["id"])

    def ask(self, text: str, **more) -> dict:
        asked = self.control.say(self.talk.channel, text, **more)["id"]
        return self.talk.answer(asked)

    def whisper(self, name: str, **options) -> str:
        return self.control.settled(self.control.command(self.talk.channel, name, options), seconds=40)["message"]["content"]


@pytest.fixture(scope="module")
def talk(binary: Path) -> Iterator[Talk]:
    talker = Talker()
    with Troupe(binary, "run", document=models.format(url=talker.address)).living() as troupe:
        troupe.control.rate_limits(False)
        yield Talk(troupe, talker)
    talker.stop()


@pytest.fixture
def people(talk: Talk, request: pytest.FixtureRequest) -> tuple[Person, Person]:
    """Two who allowed it, in a server of their own."""
    guild = talk.control.make_guild(request.node.name[:80], channels=["tower"])
    talk.control.member(guild["id"], talk.bot)
    talk.channel = guild["channels"][0]["id"]
    number = len(talk.control.people())
    both = Person(talk, f"ada{number}"), Person(talk, f"bea{number}")
    for person in both:
        assert "90 days" in person.whisper("optin")
    return both


def test_everyone_here_shares_one_conversation_and_is_told_apart(talk: Talk, people: tuple[Person, Person]) -> None:
    ada, bea = people
    assert "everyone" in talk.whisper("talk", memory="everyone_in_channel")["content"].lower()
    ada.ask(f"{talk.mention} the tower is red")
    bea.ask(f"{talk.mention} what colour is the tower?")
    said = [f"{ada.name}: the tower is red", f"{bea.name}: what colour is the tower?"]
    assert talk.talker.said() == said, "the model is told who said what"


def test_this_channel_and_me_is_mine_alone(talk: Talk, people: tuple[Person, Person]) -> None:
    ada, bea = people
    talk.whisper("talk", memory="person_in_channel")
    ada.ask(f"{talk.mention} the tower is red")
    bea.ask(f"{talk.mention} what colour is the tower?")
    assert talk.talker.said() == ["what colour is the tower?"]
    ada.ask(f"{talk.mention} what colour is the tower?")
    assert talk.talker.said() == ["the tower is red", "what colour is the tower?"]


def test_who_takes_their_word_back_is_forgotten_at_once(talk: Talk, people: tuple[Person, Person]) -> None:
    ada, bea = people
    talk.whisper("talk", memory="everyone_in_channel")
    ada.ask(f"{talk.mention} the tower is red")
    asked = ada.control.say(talk.channel, "!optout")["id"]
    eventually(lambda: talk.shown(asked), "it says that it forgot", seconds=40)
    bea.ask(f"{talk.mention} what colour is the tower?")
    assert talk.talker.said() == ["what colour is the tower?"], "she is alone in it, and needs no name"


def test_the_button_under_the_statement_does_what_the_command_does(talk: Talk, people: tuple[Person, Person]) -> None:
    ada, _ = people
    talk.whisper("talk", memory="person_in_channel")
    ada.ask(f"{talk.mention} the tower is red")
    statement = ada.control.settled(ada.control.command(talk.channel, "optin", {}), seconds=40)["message"]
    ada.control.settled(ada.control.click(statement["id"], labels(statement)["Forget and opt out"]), seconds=40)
    ada.ask(f"{talk.mention} what colour is the tower?")
    assert talk.talker.said() == ["what colour is the tower?"]
