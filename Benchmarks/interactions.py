"""How quickly interactions are acknowledged under a burst, and how long the start takes: Troupe beside discord.py.

Both bots run against the same emulator, one after the other: `troupe emulator` in a process of its own, then either
`troupe bot` or a discord.py bot that defers each `/generate` at once. The latency is the emulator's own measurement, from
the moment it sends the interaction to the moment the acknowledgement has arrived.

usage: interactions.py --troupe .build/release/troupe [--burst 200] [--rounds 3]
"""

import argparse
import concurrent.futures
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import urllib.request

TOKEN = "benchmark-token"

PEER = """
import sys, discord
from discord import app_commands

discord.http.Route.BASE = sys.argv[1] + "/api/v10"
client = discord.AutoShardedClient(intents=discord.Intents(guilds=True))
tree = app_commands.CommandTree(client)

@tree.command(name="generate", description="defers at once, as a bot should")
async def generate(interaction: discord.Interaction, prompt: str, count: int = 4):
    await interaction.response.defer()

@client.event
async def setup_hook():
    await tree.sync()

client.run(sys.argv[2], log_level=40)
"""


class Emulator:
    """A running `troupe emulator` and its control API."""

    def __init__(self, troupe: pathlib.Path, folder: str):
        self.process = subprocess.Popen(
            [troupe, "emulator", "--listen", "127.0.0.1:0"], cwd=folder, stdout=subprocess.PIPE, text=True
        )
        self.address = self.process.stdout.readline().split()[1]
        self.call("POST", "/_emulator/rate_limits", {"enabled": False})

    def call(self, method: str, path: str, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            self.address + path, data, {"Content-Type": "application/json"}, method=method
        )
        with urllib.request.urlopen(request, timeout=130) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def wait_until_ready(self, process: subprocess.Popen) -> float:
        """Seconds until the bot is online and its command is registered."""
        start = time.perf_counter()
        while True:
            state = self.call("GET", "/_emulator/state")
            if any(a["online"] for a in state["applications"]) and state["commands"]:
                return time.perf_counter() - start
            if process.poll() is not None:
                raise SystemExit(f"the bot ended with status {process.returncode}")
            time.sleep(0.002)

    def burst(self, count: int) -> list:
        """Sends `count` interactions at once; milliseconds to the acknowledgement of each."""
        channel = self.call("GET", "/_emulator/state")["guilds"][0]["channels"][0]["id"]

        def one(number: int) -> float:
            options = {"prompt": f"a red circle, number {number}", "count": 1}
            asked = self.call(
                "POST", "/_emulator/interactions/command",
                {"channel_id": channel, "name": "generate", "options": options},
            )
            while True:
                shown = self.call("GET", f"/_emulator/interactions/{asked['id']}")
                if shown["state"] == "failed":
                    return float("inf")
                if shown["acknowledged_after_ms"] is not None:
                    return shown["acknowledged_after_ms"]
                time.sleep(0.01)

        with concurrent.futures.ThreadPoolExecutor(count) as pool:
            return sorted(pool.map(one, range(count)))


def percentile(values: list, share: float) -> float:
    return values[min(len(values) - 1, int(share * len(values)))]


def measure(name: str, troupe: pathlib.Path, command, environment, burst: int) -> dict:
    with tempfile.TemporaryDirectory() as folder:
        emulator = Emulator(troupe, folder)
        bot = None
        try:
            bot = subprocess.Popen(
                command(emulator.address), cwd=folder, env=os.environ | environment(emulator.address),
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )
            ready = emulator.wait_until_ready(bot)
            latencies = emulator.burst(burst)
        finally:
            for process in (bot, emulator.process):
                if process:
                    process.terminate()
                    process.wait()
    return {
        "bot": name, "ready_s": round(ready, 3), "p50_ms": percentile(latencies, 0.5), "p99_ms": percentile(latencies, 0.99),
        "missed": sum(x == float("inf") for x in latencies),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--troupe", type=lambda p: pathlib.Path(p).resolve(), required=True)
    parser.add_argument("--burst", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        peer = pathlib.Path(folder, "peer.py")
        peer.write_text(PEER)
        bots = [
            ("Troupe", lambda address: [arguments.troupe, "bot"],
             lambda address: {"DISCORD_TOKEN": TOKEN, "DISCORD_API_BASE_URL": f"{address}/api/v10"}),
            ("discord.py", lambda address: [sys.executable, peer, address, TOKEN], lambda address: {}),
        ]
        for _ in range(arguments.rounds):
            for name, command, environment in bots:
                print(json.dumps(measure(name, arguments.troupe, command, environment, arguments.burst)), flush=True)


if __name__ == "__main__":
    main()
