"""`troupe emulator` for the author of any bot: what it prints, worlds that are kept, sown and made to go wrong."""

import asyncio
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from harness.bot import BotThread
from harness.control import Refused
from harness.process import Troupe
from harness.raw import RawBot
from harness.waiting import eventually


plain_bot = """
import discord, yarl
from discord.ext import commands
# settings
bot = commands.Bot("!", intents=discord.Intents.all())

@bot.command()
async def ping(context):
    await context.send("pong")

bot.run("any", log_level=40)
"""

atelier = """
users:
  - {username: ada, global_name: Ada}
guilds:
  - name: Atelier
    owner: ada
    channels:
      - {name: hall, messages: [{by: ada, content: Welcome}]}
"""


def test_it_says_what_to_set_in_which_library(binary: Path) -> None:
    emulator = Troupe(binary, "emulator", "--token", "only-this").start()
    try:
        for words in ["discord.py", "nextcord", "discord.js", "JDA", f"{emulator.address}/api/v10"]:
            eventually(lambda: words in emulator.printed(), f"it prints {words}")
        assert RawBot(emulator.address, "Bot another")("GET", "/users/@me").status == 401
        assert RawBot(emulator.address, "Bot only-this")("GET", "/users/@me").status == 200
        assert "only-this" not in emulator.printed()
    finally:
        assert emulator.stop() == 0
        emulator.remove()


def test_what_it_prints_is_all_that_a_bot_of_discord_py_needs(binary: Path) -> None:
    with Troupe(binary, "emulator").living() as emulator:
        eventually(lambda: "DEFAULT_GATEWAY" in emulator.printed(), "it says what to set")
        settings = re.findall(r"(discord\.(?:http|gateway)\..*)", emulator.printed())
        bot = subprocess.Popen([sys.executable, "-c", plain_bot.replace("# settings", "\n".join(settings))])
        try:
            control = emulator.control
            eventually(lambda: any(application["online"] for application in control.state()["applications"]), "it is online", seconds=60)
            channel = control.channel("general")
            control.say(channel, "!ping")
            eventually(lambda: any(message["content"] == "pong" for message in control.messages(channel)), "it answers")
        finally:
            bot.kill()
            bot.wait()


def test_a_sown_world_is_kept_between_runs(binary: Path, tmp_path: Path) -> None:
    seed = tmp_path / "seed.yaml"
    seed.write_text(atelier)
    options = ["--state", str(tmp_path / "world.json"), "--seed", str(seed)]
    first = Troupe(binary, "emulator", *options).start()
    try:
        hall = first.control.channel("hall")
        assert first.control.messages(hall)[0]["content"] == "Welcome"
        assert RawBot(first.address)("POST", f"/channels/{hall}/messages", {"content": "with a file"}, {"a.txt": b"kept"}).status == 200
    finally:
        assert first.stop() == 0
        first.remove()
    assert os.stat(tmp_path / "world.json").st_mode & 0o777 == 0o600
    second = Troupe(binary, "emulator", *options).start()
    try:
        control = second.control
        assert [message["content"] for message in control.messages(hall)] == ["with a file", "Welcome"]
        assert [user["username"] for user in control.people()].count("ada") == 1
        saved = control.saved()
        control.say(hall, "too much")
        control.load(saved)
        assert control.messages(hall)[0]["content"] == "with a file"
        bo = control.sow({"users": [{"username": "bo"}]})["users"]["bo"]
        assert control.acting_as(bo).state()["me"]["username"] == "bo"
    finally:
        assert second.stop() == 0
        second.remove()


def test_a_session_is_taken_up_again_where_the_emulator_was_started_again(binary: Path, tmp_path: Path) -> None:
    emulator = Troupe(binary, "emulator", "--state", str(tmp_path / "world.json")).start()
    try:
        with ThreadPoolExecutor(1) as beside:
            beside.submit(lambda: asyncio.run(resume_over_a_start(emulator))).result()
    finally:
        assert emulator.stop() == 0
        emulator.remove()


async def resume_over_a_start(emulator: Troupe) -> None:
    """A bot of nothing but frames: it hears something, the emulator ends and comes again, and the session goes on."""
    general = emulator.control.channel("general")
    token = "test-token"
    intents = 1 | 1 << 9 | 1 << 15
    async with aiohttp.ClientSession() as http:
        async with http.ws_connect(f"{emulator.address}/gateway/?v=10&encoding=json") as socket:
            await socket.send_json({"op": 2, "d": {"token": token, "intents": intents, "properties": {}}})
            ready = await dispatch(socket, "READY")
            emulator.control.say(general, "before")
            before = await dispatch(socket, "MESSAGE_CREATE")
            assert before["d"]["content"] == "before"
            assert await asyncio.to_thread(emulator.stop) == 0
        await asyncio.to_thread(emulator.start)
        async with http.ws_connect(f"{emulator.address}/gateway/?v=10&encoding=json") as socket:
            await socket.send_json({"op": 6, "d": {"token": token, "session_id": ready["d"]["session_id"], "seq": before["s"]}})
            await dispatch(socket, "RESUMED")
            emulator.control.say(general, "after")
            assert (await dispatch(socket, "MESSAGE_CREATE"))["d"]["content"] == "after"


async def dispatch(socket: aiohttp.ClientWebSocketResponse, name: str) -> dict[str, Any]:
    """The next event of that name; a refused session fails by name."""
    while True:
        frame = await socket.receive_json(timeout=120)
        assert frame["op"] != 9, "the session is not known"
        if frame["t"] == name:
            return frame


def test_many_people_talk_at_once_as_load_for_a_bot(binary: Path) -> None:
    emulator = Troupe(binary, "emulator").start()
    bot = BotThread(emulator.address).start()
    try:
        emulator.control.sow({"guilds": [{"name": f"guild {n}", "members": ["Troupe"], "channels": [{"name": "talk"}]} for n in range(20)]})
        # Each place hears 20 messages; one of the first guild's five is closed to the bot.
        said = emulator.control.chatter(500, per_second=1_000, content="all at once")
        assert said["messages"] == 500
        eventually(lambda: bot.client.heard.count("all at once") == 480, "the bot hears everything that it may read", seconds=120)
        with pytest.raises(Refused):
            emulator.control.chatter(0, per_second=1)
    finally:
        bot.stop()
        assert emulator.stop() == 0
        emulator.remove()


def test_faults_of_a_scenario_come_by_themselves(binary: Path, tmp_path: Path) -> None:
    scenario = tmp_path / "faults.yaml"
    scenario.write_text("faults:\n  - {kind: error, status: 503, after_ms: 60000, count: 1}\n")
    emulator = Troupe(binary, "emulator", "--scenario", str(scenario)).start()
    try:
        bot = RawBot(emulator.address)
        assert bot("GET", "/users/@me").status == 200
        emulator.control.advance(60_000)
        assert bot("GET", "/users/@me").status == 503
        assert bot("GET", "/users/@me").status == 200
    finally:
        assert emulator.stop() == 0
        emulator.remove()


def test_a_document_that_cannot_be_used_is_said_with_its_place(binary: Path, tmp_path: Path) -> None:
    seed = tmp_path / "seed.yaml"
    seed.write_text("guilds: [{name: A, chanels: []}]")
    ended = subprocess.run([binary, "emulator", "--listen", "127.0.0.1:0", "--seed", seed], cwd=tmp_path, capture_output=True, text=True, timeout=240)
    assert ended.returncode == 1
    assert 'guilds[0]: There is no key "chanels"' in ended.stderr
