"""The people of the emulator: the client that the emulator ships, by the name the tests use."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "Sources/DiscordEmulator/Clients/python"))

from discord_emulator import Control, Refused, file  # noqa: E402

__all__ = ["Control", "Refused", "file"]
