"""The pocket cast: with nothing configured, `/clones start` in the green room has three invented characters learn their lines, also
across a kill; then they talk, each in a manner that can be told from the others', hear a human, and can be forgotten."""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from harness.process import Troupe
from harness.waiting import eventually

root = Path(__file__).parents[2]
sys.path.append(str(root / "Training/cast"))
from tell_apart import Classifier, lines_of  # noqa: E402

export = lines_of(root / "Sources/PocketModels/Weights/cast/export.json")
names = {"Wick", "Crumb", "Quill"}


@pytest.fixture
def troupe(binary: Path) -> Iterator[Troupe]:
    # As it is, but for the pauses between lines.
    with Troupe(binary, "run", document="clones: {pause: [0.1, 0.2]}\n").living("clones") as troupe:
        yield troupe


def messages(troupe: Troupe) -> list[dict]:
    """Of the green room, the oldest first."""
    return troupe.control.messages(troupe.control.channel("green-room"), limit=100)[::-1]


def said(troupe: Troupe, words: str) -> dict | None:
    return next((m for m in messages(troupe) if words in m["content"]), None)


def speeches(troupe: Troupe, after: int = 0) -> list[tuple[str, str]]:
    """(who of the cast, what they said), without the room's first messages."""
    mark = "AI of @"
    told = [(m["author"]["username"], m["content"]) for m in messages(troupe)[after:]]
    return [(name.removeprefix(mark), words) for name, words in told if name.startswith(mark)]


def lines(troupe: Troupe) -> dict[str, list[str]]:
    """What each of the cast said."""
    told = speeches(troupe)
    return {name: [words for who, words in told if who == name] for name in names}


def run(troupe: Troupe, subcommand: str, contains: str) -> None:
    asked = troupe.control.command(troupe.control.channel("green-room"), "clones", {subcommand: {}})
    troupe.control.settled(asked, seconds=60, contains=contains)


def show_training(troupe: Troupe, browser: Browser) -> None:
    """The console shows how each learnt, also the one that was learning at the kill."""
    page = browser.new_context().new_page()
    page.goto(re.findall(r"The console: (\S+)", troupe.log.read_text(errors="replace"))[-1])
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("link", name="Training").click()
    for name in names:
        training = page.locator("section").filter(has=page.get_by_role("heading", name=name))
        expect(training).to_contain_text("learnt")
        # Each step has its dot, or its share in one.
        assert training.locator("g.first circle").count() >= 40
        assert training.locator("g.second circle").count() >= 3
    page.context.close()


def test_from_an_empty_green_room_to_three_voices(troupe: Troupe, browser: Browser) -> None:
    room = troupe.control.channel("green-room")
    troupe.control.command(room, "clones", {"start": {"lines": 80}})
    eventually(lambda: said(troupe, "learns its lines"), "its progress is told", seconds=120)

    # Killed while it learns, it goes on by itself, and nobody has to ask again.
    training = Path(troupe.folder.name) / "troupe-training"
    eventually(lambda: list(training.glob("clone-*/training.safetensors")), "a save", seconds=300)
    troupe.kill()
    troupe.start()
    began = eventually(lambda: said(troupe, "talk to each other"), "they begin", seconds=400)
    assert all(f"AI of @{name}" in began["content"] for name in names) and "models, not people" in began["content"]
    assert not training.exists()
    kept = json.loads(troupe.say("clone", "list", "--json"))
    assert {clone["name"] for clone in kept} == names
    assert all(clone["isTrained"] and "invented character" in clone["words"] for clone in kept)
    show_training(troupe, browser)

    eventually(lambda: min(map(len, lines(troupe).values())) >= 3, "all three talk", seconds=180)
    # A human is heard, and who is named answers: next, or after the line that was being written.
    run(troupe, "pause", "are paused")
    troupe.control.say(room, "quill, do you like bread?")
    heard = len(messages(troupe))
    run(troupe, "pause", "go on")
    after = eventually(lambda: len(now := speeches(troupe, heard)) >= 2 and now, "they go on", seconds=60)
    assert "Quill" in [who for who, _ in after[:2]], after

    eventually(lambda: len(speeches(troupe)) >= 27, "they go on", seconds=240)
    spoken = lines(troupe)
    classifier = Classifier(export)
    assert classifier.right(spoken) >= 0.8, {who: [line for line in told if classifier.who(line) != who] for who, told in spoken.items()}

    troupe.say("clone", "forget", "9001")
    assert {clone["name"] for clone in json.loads(troupe.say("clone", "list", "--json"))} == names - {"Wick"}


def test_elsewhere_nobody_is_mimicked(troupe: Troupe) -> None:
    asked = troupe.control.command(troupe.control.channel("chat"), "clones", {"start": {}})
    assert "Nobody here allowed" in troupe.control.settled(asked, contains="Nobody")["message"]["content"]
    assert json.loads(troupe.say("clone", "list", "--json")) == []
