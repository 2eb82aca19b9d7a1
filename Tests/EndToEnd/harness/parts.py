"""Processes of Troupe in one folder, on the emulator's Discord: started, killed and stopped one by one."""

import itertools
import os
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path

from harness.process import Troupe
from harness.waiting import eventually

repository = Path(__file__).resolve().parents[3]
painter = repository / "Tests/NeuralTests/Fixtures/painter-half"
numbers = itertools.count(1)


class Parts:
    def __init__(self, emulator: Troupe, folder: Path, **settings: str):
        self.emulator, self.folder = emulator, folder
        (folder / "troupe.yaml").write_text(f"models:\n  - {{name: random, kind: image, engine: neural, path: '{painter}'}}\n")
        self.environment = {key: value for key, value in os.environ.items() if not key.startswith(("DISCORD_", "TROUPE_"))} | {
            "DISCORD_TOKEN": "test-token", "DISCORD_API_BASE_URL": f"{emulator.address}/api/v10", "TROUPE_LEASE": "2",
            "TROUPE_DATABASE": "sqlite:bot.db", "TROUPE_HTTP": "127.0.0.1:0"} | settings
        self.processes: list[subprocess.Popen[bytes]] = []

    def start(self, subcommand: str, *options: str, entrance: Sequence[str] = (), name: str | None = None) -> subprocess.Popen[bytes]:
        """`entrance` are words before the command; it prints into a file of the subcommand's name, or of `name`."""
        with (self.folder / f"{name or subcommand}.log").open("ab") as log:
            process = subprocess.Popen(
                [*entrance, self.emulator.binary, subcommand, *options], cwd=self.folder, env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self.processes.append(process)
        return process

    def printed(self, subcommand: str) -> str:
        return (self.folder / f"{subcommand}.log").read_text(errors="replace")[-4000:]

    def online(self, subcommand: str = "run", *options: str) -> subprocess.Popen[bytes]:
        process = self.start(subcommand, *options)

        def is_online() -> bool:
            if process.poll() is not None:
                raise RuntimeError(self.printed(subcommand))
            state = self.emulator.control.state()
            return any(a["online"] for a in state["applications"]) and any(c["name"] == "generate" for c in state["commands"])

        eventually(is_online, "the bot is online", seconds=60)
        return process

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([self.emulator.binary, *words], cwd=self.folder, env=self.environment, capture_output=True, text=True, timeout=120)

    def stop(self, process: subprocess.Popen[bytes]) -> None:
        process.send_signal(signal.SIGINT)
        assert process.wait(90) == 0
        eventually(lambda: not any(a["online"] for a in self.emulator.control.state()["applications"]), "the bot is offline")

    def kill_all(self) -> None:
        for process in self.processes:
            if process.poll() is None:
                process.kill()
                process.wait()

    def ask(self, channel: str | None = None) -> tuple[str, str]:
        channel = channel or self.emulator.control.channel("pictures")
        prompt = f"machine picture {next(numbers)} end"
        return self.emulator.control.command(channel, "generate", {"prompt": prompt, "count": 2}), prompt

    def answers(self, prompt: str, channel: str | None = None) -> int:
        messages = self.emulator.control.messages(channel or self.emulator.control.channel("pictures"), limit=100)
        return sum(1 for m in messages if prompt in m["content"] and m["attachments"])
