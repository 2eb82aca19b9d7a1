"""The people of the emulator: the client that the emulator ships, by the name the tests use, and as patient as they are."""

import sys
from pathlib import Path
from typing import Any

from harness.waiting import patience

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "Sources/DiscordEmulator/Clients/python"))

import discord_emulator  # noqa: E402
from discord_emulator import Refused, file  # noqa: E402

__all__ = ["Control", "Refused", "file"]


class Control(discord_emulator.Control):
    def acting_as(self, user: str) -> "Control":
        return Control(self.address, user)

    def settled(self, interaction: str, seconds: float = 30, **query: Any) -> dict[str, Any]:
        return super().settled(interaction, min(seconds * patience, 120), **query)
