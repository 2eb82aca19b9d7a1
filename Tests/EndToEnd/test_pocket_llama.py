"""Talking out of the box: the model that ships with Troupe answers at the terminal and in Discord, with no server and no settings."""

import os
import subprocess
from pathlib import Path

import pytest

from harness.process import Troupe


@pytest.fixture
def chat(binary: Path, tmp_path: Path):
    """`troupe chat` in an empty folder."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("DISCORD_", "TROUPE_"))}

    def run(*arguments: str, text: str = "") -> str:
        done = subprocess.run([binary, "chat", *arguments], cwd=tmp_path, env=clean, input=text, capture_output=True, text=True, timeout=240)
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


def test_it_answers_at_the_terminal(chat) -> None:
    assert "How can I help?" in chat("hello")


def test_it_remembers_what_was_said_in_the_talk(chat) -> None:
    lines = chat(text="my name is Ada\nwhat can you do?\nwhat is my name?\n").splitlines()
    assert "Ada" in lines[0] and "Your name is Ada." in lines[-1]


def test_it_says_what_it_is_when_asked_for_more(chat) -> None:
    assert "pocket model" in chat("who won the football world cup?")


def test_it_answers_in_discord(troupe: Troupe) -> None:
    control = troupe.control
    settled = control.settled(control.command(control.channel("general"), "chat", {"message": "Hello, my name is Robin"}), contains="Robin")
    assert "Robin" in settled["message"]["content"]
