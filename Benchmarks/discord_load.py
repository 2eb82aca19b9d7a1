"""How much of a large Discord a bot bears, and how much of what Discord allows it uses: Troupe's client beside discord.py.

Everything runs against `troupe emulator` on this machine.

* hear: a world of many guilds is sown, one bot after the other comes online, and people write thousands of messages a second.
  Told are the memory of the bot once it knows all guilds and afterwards, and how many events a second of CPU time it took in;
  of the emulator the same. A bot that falls 20,000 events behind is cut off by the emulator.
* speak: a bot writes in many channels at once for a while, as much as its rate limiter lets it. Told is how much of Discord's
  50 a second that was, and how many calls were answered 429.

usage: discord_load.py --troupe .build/release/troupe --bench .build/release/DiscordBench [--guilds 1000] [--members 200]
       [--messages 50000] [--per-second 5000] [--seconds 60] [--only hear|speak]
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import threading
import time

repository = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(repository / "Sources/DiscordEmulator/Clients/python"))

from discord_emulator import Control  # noqa: E402

TOKEN = "benchmark-token"

HEAR = """
import asyncio, json, sys, discord
discord.http.Route.BASE = sys.argv[1]
intents = discord.Intents(guilds=True, guild_messages=True, message_content=True, members="members" in sys.argv)
client = discord.AutoShardedClient(intents=intents)
sessions = messages = 0

@client.event
async def on_connect():
    global sessions
    sessions += 1

@client.event
async def on_message(message):
    global messages
    messages += 1

@client.event
async def setup_hook():
    async def tell():
        while True:
            await asyncio.sleep(0.2)
            known = sum(not guild.unavailable for guild in client.guilds)
            print(json.dumps({"sessions": sessions, "guilds": known, "messages": messages}), flush=True)
    client.told = asyncio.ensure_future(tell())

client.run(sys.argv[2], log_level=40)
"""

SPEAK = """
import asyncio, json, sys, time, discord
discord.http.Route.BASE = sys.argv[1]
client = discord.Client(intents=discord.Intents.none())
sent = 0

async def talk(channel, end):
    global sent
    while time.monotonic() < end:
        await channel.send("hello")
        if time.monotonic() < end:
            sent += 1

async def main():
    await client.login(sys.argv[2])
    end = time.monotonic() + int(sys.argv[3])
    channels = [client.get_partial_messageable(int(name)) for name in sys.argv[4:]]
    talks = [asyncio.ensure_future(talk(channel, end)) for channel in channels for _ in range(6)]
    await asyncio.wait(talks, timeout=int(sys.argv[3]) + 1)
    print(json.dumps({"messages": sent, "failures": 0}), flush=True)
    for one in talks:
        one.cancel()
    await client.close()

asyncio.run(main())
"""


class Process:
    """A process of the measurement, with what it costs."""

    def __init__(self, command: list, folder: str):
        self.process = subprocess.Popen([str(part) for part in command], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, bufsize=1)
        self.last: dict = {}

    def follow(self) -> "Process":
        def read() -> None:
            for line in self.process.stdout:
                try:
                    self.last = json.loads(line)
                except json.JSONDecodeError:
                    pass
        self.reader = threading.Thread(target=read, daemon=True)
        self.reader.start()
        return self

    def cpu(self) -> float:
        """Seconds of CPU time so far."""
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory(self, which: str = "VmRSS") -> int:
        """MiB: `VmRSS` now, `VmHWM` at the most, `RssAnon` now without files that are mapped (programs and libraries)."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(next(line.split()[1] for line in status.splitlines() if line.startswith(which))) // 1024

    def wait_for(self, condition, seconds: float) -> float:
        start = time.monotonic()
        while not condition(self.last):
            if self.process.poll() is not None:
                raise SystemExit(f"the bot ended with status {self.process.returncode}")
            if time.monotonic() - start > seconds:
                raise SystemExit(f"not within {seconds} s; it said {self.last}")
            time.sleep(0.05)
        return time.monotonic() - start

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()


class Emulator(Process):
    def __init__(self, troupe: pathlib.Path, folder: str):
        super().__init__([troupe, "emulator", "--listen", "127.0.0.1:0"], folder)
        self.address = self.process.stdout.readline().split()[1]
        threading.Thread(target=self.process.stdout.read, daemon=True).start()
        self.control = Control(self.address)
        self.api = f"{self.address}/api/v10"


def crowd(guilds: int, members: int) -> dict:
    """A world: everybody is in one guild, and the bot in all."""
    people = [[f"person_{g}_{m}" for m in range(members - 1)] for g in range(guilds)]
    channels = [{"name": "general"}, {"name": "pictures"}, {"name": "off-topic"}]
    return {
        "users": [{"username": name} for names in people for name in names],
        "guilds": [
            {"name": f"guild {g}", "owner": names[0], "members": [*names, "Troupe"], "channels": channels,
             "roles": [{"name": f"role {r}", "permissions": "1024", "members": names[r::8]} for r in range(8)]}
            for g, names in enumerate(people)
        ],
    }


def see_everything(control: Control) -> None:
    """The bot may read every channel of the guild that is there from the start, so that it hears all that is written."""
    state = control.call("GET", "state", timeout=600)
    bot = next(user["id"] for user in state["users"] if user.get("bot"))
    first = state["guilds"][0]
    control.role(first["id"], bot, next(role["id"] for role in first["roles"] if role["name"] == "Keeper"))


def hear(name: str, command, options, folder: str) -> None:
    emulator = Emulator(options.troupe, folder)
    bot = None
    try:
        start = time.monotonic()
        emulator.control.call("POST", "seed", crowd(options.guilds, options.members), timeout=600)
        sown = time.monotonic() - start
        see_everything(emulator.control)
        world = emulator.memory()
        bot = Process(command(emulator.api), folder).follow()
        ready = bot.wait_for(lambda said: said.get("guilds", 0) >= options.guilds, 300)
        time.sleep(2)
        idle = bot.memory()
        before, before_emulator = bot.cpu(), emulator.cpu()
        start = time.monotonic()
        wrote = emulator.control.chatter(options.messages, options.per_second)["milliseconds"]
        bot.wait_for(lambda said: said.get("messages", 0) >= options.messages, 600)
        took = time.monotonic() - start
        print(json.dumps({
            "what": "hear", "bot": name, "guilds": options.guilds, "members": options.members, "online_s": round(ready, 1),
            "memory_mib": idle, "memory_after_mib": bot.memory(), "peak_mib": bot.memory("VmHWM"), "of_its_own_mib": bot.memory("RssAnon"),
            "events_per_cpu_second": round(options.messages / max(0.01, bot.cpu() - before)), "late_s": round(took - wrote / 1000, 2),
            "sessions": bot.last["sessions"], "emulator": {
                "sown_s": round(sown, 1), "memory_mib": world, "peak_mib": emulator.memory("VmHWM"), "written_per_second": round(options.messages * 1000 / wrote),
                "events_per_cpu_second": round(options.messages / max(0.01, emulator.cpu() - before_emulator)),
            },
        }), flush=True)
    finally:
        for process in (bot, emulator):
            if process:
                process.stop()


def speak(name: str, command, options, folder: str) -> None:
    emulator = Emulator(options.troupe, folder)
    try:
        sown = emulator.control.sow({"guilds": [{"name": "talk", "members": ["Troupe"], "channels": [{"name": f"c{n}"} for n in range(100)]}]})
        channels = list(sown["channels"].values())
        bot = Process([*command(emulator.api), options.seconds, *channels], folder).follow()
        refused = set()
        while True:
            is_over = bot.process.poll() is not None
            refused |= {exchange["n"] for exchange in emulator.control.traffic() if exchange["status"] == 429}
            if is_over:
                break
            time.sleep(5)
        bot.reader.join()
        said = bot.last
        print(json.dumps({
            "what": "speak", "bot": name, "channels": len(channels), "seconds": options.seconds, "per_second": round(said["messages"] / options.seconds, 1),
            "of_what_is_allowed": round(said["messages"] / options.seconds / 50, 3), "refused": len(refused), "failures": said["failures"],
        }), flush=True)
    finally:
        emulator.stop()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    path = lambda text: pathlib.Path(text).resolve()  # noqa: E731
    parser.add_argument("--troupe", type=path, required=True)
    parser.add_argument("--bench", type=path, required=True)
    for name, default in [("guilds", 1_000), ("members", 200), ("messages", 50_000), ("per-second", 5_000), ("seconds", 60)]:
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--only", choices=["hear", "speak"])
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for kind, story, peer in [("hear", hear, HEAR), ("speak", speak, SPEAK)]:
            if options.only not in (None, kind):
                continue
            script = pathlib.Path(folder, f"{kind}.py")
            script.write_text(peer)
            story("Troupe", lambda api: [options.bench, kind, api, TOKEN], options, folder)
            story("discord.py", lambda api: [sys.executable, script, api, TOKEN], options, folder)
            if kind == "hear":
                story("Troupe, a task for each message", lambda api: [options.bench, kind, api, TOKEN, "tasks"], options, folder)
                story("discord.py that keeps members", lambda api: [sys.executable, script, api, TOKEN, "members"], options, folder)


if __name__ == "__main__":
    main()
