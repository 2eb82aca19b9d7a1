"""Clones: a person allows it in their own words, their export is brought in, the clone answers and talks to others under a name that
says what it is, a human changes the topic, and forgetting leaves nothing. A bot killed while clones talk says nothing twice."""

import json
import random
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.process import Troupe
from harness.waiting import eventually

# No chat model: the voice that goes from word to word, so that every word is the person's.
document = "models:\n  - {name: pocket, kind: image, engine: pocket}\nclones:\n  pause: [0.2, 0.4]\n  blocked: [turnip]\n"

# Three invented people, each with words of their own.
manners = {
    "pirl": ("arr kettle storm anchor rum gull deck sail moon tide barnacle hull rope fog harbour".split(), "arr, the {} and the {} be {} tonight"),
    "quib": ("spreadsheet column quarter budget margin forecast ledger invoice audit policy memo".split(), "per my last memo the {} needs a {} before the {}"),
    "zuzu": ("sparkle glitter cupcake ribbon bunny rainbow sprinkle tulip cloud bubble".split(), "omg the {} is sooo {} i need a {} right now!!"),
}


def export(people: dict[str, str], folder: Path) -> Path:
    """A channel in which they talk in turn, as DiscordChatExporter writes it; with a bot, a command, a link and a secret in it."""
    chance = random.Random(5)
    messages, moment = [], 1_600_000_000_000

    def write(author: dict, content: str, **more) -> None:
        nonlocal moment
        moment += 20_000
        messages.append({
            "id": str((moment - 1_420_070_400_000) << 22), "type": "Default", "timestamp": "2020-09-13T12:26:40.000+00:00", "content": content,
            "author": author, "attachments": [], "embeds": [], "mentions": [], **more})

    for turn in range(240):
        name = list(people)[turn % len(people)]
        words, shape = manners[name]
        write({"id": people[name], "name": name, "isBot": False}, shape.format(*chance.sample(words, 3)))
    first = {"id": people["pirl"], "name": "pirl", "isBot": False}
    for content in ["https://example.com", "!play something", "my password is hunter2", "...", "write to me at pirl@example.org"]:
        write(first, content)
    write({"id": "99", "name": "helper", "isBot": True}, "beep")
    path = folder / "G - general [2].json"
    path.write_text(json.dumps({"guild": {"id": "1", "name": "G"}, "channel": {"id": "2", "name": "general"}, "messages": messages}))
    return path


class Stage:
    """Three people who may be mimicked, and a channel of their own."""

    def __init__(self, troupe: Troupe):
        self.troupe, self.control = troupe, troupe.control
        self.people = {name: self.control.make_user(name, global_name=name.title())["id"] for name in manners}
        self.channel = self.control.channel("chat")
        self.export = export(self.people, Path(troupe.folder.name))

    def run(self, name: str, options: dict, user: str | None = None, **query) -> str:
        control = self.control.acting_as(user) if user else self.control
        return control.settled(control.command(self.channel, name, options), seconds=60, **query)["message"]["content"]

    def allow(self, name: str) -> str:
        return self.run("clone", {"allow": {"words": f"Yes, {name} is fine with that."}}, self.people[name], contains="On record")

    def teach(self, name: str) -> dict:
        return json.loads(self.troupe.say("clone", "import", str(self.export), "--person", self.people[name], "--json"))

    def lines(self) -> list[dict]:
        """What clones said, the oldest first."""
        messages = self.control.messages(self.channel, limit=100)
        return [m for m in reversed(messages) if m.get("webhook_id") and m["author"]["username"].startswith("AI of @")]


@pytest.fixture
def stage(binary: Path) -> Iterator[Stage]:
    with Troupe(binary, "run", document=document).living("clone", "clones") as troupe:
        yield Stage(troupe)


def test_from_the_export_to_talking_to_forgetting(stage: Stage) -> None:
    look = stage.troupe.say("clone", "import", str(stage.export))
    assert "pirl" in look and "dropped 1: may hold a password or a key" in look and "hunter2" not in look

    pirl = stage.people["pirl"]
    assert "allowed no clone" in stage.run("clone", {"say": {"who": pirl, "message": "hello?"}})
    assert "three words" in stage.run("clone", {"allow": {"words": "sure."}}, pirl)
    assert "Yes, pirl is fine with that." in stage.allow("pirl")
    assert "has read nothing yet" in stage.run("clone", {"say": {"who": pirl, "message": "hello?"}}, contains="nothing yet")

    report = stage.teach("pirl")
    assert report["new"] == report["kept"] == 80
    assert {d["reason"]: d["messages"] for d in report["dropped"]} == {"link": 1, "command": 1, "secret": 1, "junk": 1, "address": 1}
    assert stage.teach("pirl")["new"] == 0

    stage.run("clone", {"say": {"who": pirl, "message": "how is the harbour?"}}, contains="how is the harbour")
    said = eventually(stage.lines, "the clone answers")
    assert said[0]["author"]["username"] == "AI of @Pirl" and said[0]["author"].get("bot") is True
    assert set(re.findall(r"\w+", said[0]["content"].lower())) <= set(manners["pirl"][0]) | set("arr the and be tonight".split())
    assert "blocked" in stage.run("clone", {"say": {"who": pirl, "message": "say turnip"}})

    assert "Noted" in stage.run("clone", {"rate": {"who": pirl, "opinion": "good"}})
    shown = stage.run("clone", {"show": {}}, pirl, contains="Kept")
    assert "80 examples" in shown and "1 lines" in shown and "1 ratings" in shown and "Yes, pirl is fine with that." in shown
    assert "you have no clone" in stage.run("clone", {"show": {}}, stage.people["quib"])

    receipt = stage.run("clone", {"forget": {}}, pirl, contains="Erased")
    assert "80 examples" in receipt and "1 lines" in receipt
    assert "allowed no clone" in stage.run("clone", {"say": {"who": pirl, "message": "hello?"}})
    assert json.loads(stage.troupe.say("clone", "list", "--json")) == []


def test_clones_talk_a_human_changes_the_topic_and_one_takes_their_word_back(stage: Stage) -> None:
    assert "Nobody here allowed" in stage.run("clones", {"start": {}})
    for name in manners:
        stage.allow(name)
        stage.teach(name)
    began = stage.run("clones", {"start": {"lines": 60}}, contains="talk to each other")
    assert all(f"AI of @{name.title()}" in began for name in manners)
    assert "already" in stage.run("clones", {"start": {}})
    # Who speaks next is chance: of three, one may be silent for a while.
    eventually(lambda: len(stage.lines()) >= 6 and len({line["author"]["username"] for line in stage.lines()}) == 3, "all talk", seconds=60)
    speakers = [line["author"]["username"] for line in stage.lines()]
    assert all(a != b for a, b in zip(speakers, speakers[1:]))

    stage.control.say(stage.channel, "zuzu, what about the invoice?")
    assert "speaks of that" in stage.run("clones", {"topic": {"topic": "the fog"}})

    stage.run("clone", {"forbid": {}}, stage.people["quib"], contains="Paused at once")
    quiet = len(stage.lines()) + 1
    eventually(lambda: len(stage.lines()) >= quiet + 4, "the others go on", seconds=60)
    assert all(line["author"]["username"] != "AI of @Quib" for line in stage.lines()[quiet:])

    message = next(m for m in stage.control.messages(stage.channel, limit=100) if "talk to each other" in m["content"] and m.get("components"))
    stop = next(b["custom_id"] for row in message["components"] for b in row["components"] if b["label"] == "Stop")
    assert "stopped" in stage.control.settled(stage.control.click(message["id"], stop), seconds=30)["message"]["content"]
    assert "No clones are talking" in stage.run("clones", {"status": {}}) or "were stopped" in stage.run("clones", {"status": {}})


def test_a_bot_killed_while_clones_talk_says_nothing_twice(binary: Path) -> None:
    emulator = Troupe(binary, "emulator").start()
    settings = {"DISCORD_TOKEN": "test-token", "DISCORD_API_BASE_URL": f"{emulator.address}/api/v10", "TROUPE_LEASE": "1"}
    bot = Troupe(binary, "run", settings=settings, document=document)
    bot.control = emulator.control
    try:
        bot.start()
        eventually(lambda: bot.offers("clone", "clones"), "the commands are there", seconds=120)
        stage = Stage(bot)
        for name in manners:
            stage.allow(name)
            stage.teach(name)
        stage.run("clones", {"start": {"lines": 25}}, contains="talk to each other")
        for kill in range(4):
            eventually(lambda: len(stage.lines()) >= 3 * (kill + 1), "they talk", seconds=60)
            bot.kill()
            bot.start()
        eventually(lambda: any("all their lines" in m["content"] for m in stage.control.messages(stage.channel, limit=100)), "the end", seconds=120)
        said = [line["content"] for line in stage.lines()]
        assert len(said) == 25
        speakers = [line["author"]["username"] for line in stage.lines()]
        assert all(a != b for a, b in zip(speakers, speakers[1:])), speakers
    finally:
        for troupe in (bot, emulator):
            troupe.kill()
            troupe.remove()
