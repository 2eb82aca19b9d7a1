"""Bots that are programs of their own, in an environment of their own: `python PROGRAM ADDRESS`.

Such a bot prints `ready` when it is, `resumed` after each resume, and a line that begins with `failure` when something goes wrong.
"""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.process import Attached, Troupe
from harness.waiting import eventually

here = Path(__file__).resolve().parent


class BotProcess:
    """A bot, and what it printed, line by line."""

    def __init__(self, python: Path, program: Path, address: str, log: Path):
        self.log = log
        with log.open("wb") as output:
            self.process = subprocess.Popen([python, program, address], stdout=output, stderr=output, stdin=subprocess.DEVNULL)

    def lines(self) -> list[str]:
        return self.log.read_text(errors="replace").splitlines()

    def wait_for(self, line: str, times: int = 1) -> None:
        def found() -> bool:
            assert self.process.poll() is None, f"the bot ended:\n{self.log.read_text(errors='replace')}"
            return self.lines().count(line) >= times
        eventually(found, f"the bot says {line!r}", seconds=60)


def running(program: str, commands: set[str], emulator: Troupe | Attached, folder: Path) -> Iterator[BotProcess]:
    """The bot, once all its commands are registered; at the end it must have had no failure."""
    python = Path(os.environ.get("LIBRARIES_PYTHON", here.parents[2] / ".venv-libraries/bin/python"))
    if not python.is_file():
        pytest.skip(f"{python} is not there: Scripts/python-environment.sh makes it. {program} WAS NOT TRIED.")
    bot = BotProcess(python, here / program, emulator.address, folder / "log.txt")
    try:
        bot.wait_for("ready")
        # Some register them one by one, as fast as they may.
        eventually(lambda: commands <= {command["name"] for command in emulator.control.state()["commands"]}, "its commands are registered", seconds=120)
        yield bot
        assert [line for line in bot.lines() if line.startswith("failure")] == []
    finally:
        bot.process.terminate()
        bot.process.wait(60)
