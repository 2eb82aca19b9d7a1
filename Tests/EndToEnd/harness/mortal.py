"""`troupe run` as a process that is killed and started again at will, on a database that stays."""

import os
import sqlite3
import subprocess
from pathlib import Path

from harness.crossing import Crossing
from harness.process import Troupe
from harness.redis import Redis

repository = Path(__file__).resolve().parents[3]
painter = repository / "Tests/NeuralTests/Fixtures/painter-half"
open_in_redis = """
local open = redis.call('ZRANGE', '{troupe}:outbox', 0, -1)
local over = { completed = true, cancelled = true, discarded = true }
for _, key in ipairs(redis.call('KEYS', '{troupe}:j:*')) do
    if not over[redis.call('HGET', key, 'state')] then open[#open + 1] = key end
end
return open
"""


class Bot:
    """`troupe bot` and its runner, killed and started again at will."""

    def __init__(
        self, troupe: Troupe, crossing: Crossing, document: str, settings: dict[str, str] | None = None, name: str = "bot", queue: Redis | None = None
    ):
        """`document` is its troupe.yaml, `settings` are put into its environment; its database has the name; its jobs are in the queue, if given."""
        self.troupe = troupe
        self.queue = queue
        self.folder = Path(troupe.folder.name)
        self.database = self.folder / f"{name}.db"
        (self.folder / "troupe.yaml").write_text(document)
        self.environment = {key: value for key, value in os.environ.items() if not key.startswith(("DISCORD_", "TROUPE_"))} | {
            "DISCORD_TOKEN": "test-token",
            "DISCORD_API_BASE_URL": f"{crossing.address}/api/v10",
            "TROUPE_DATABASE": f"sqlite:{self.database}",
            "TROUPE_LEASE": "1",
            "TROUPE_HTTP": "127.0.0.1:0",
        } | (settings or {})
        self.process: subprocess.Popen[bytes] | None = None
        self.kills = 0

    def start(self) -> None:
        with (self.folder / "bot.log").open("ab") as log:
            self.process = subprocess.Popen(
                [self.troupe.binary, "run"], cwd=self.folder, env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def is_online(self) -> bool:
        assert self.process is not None and self.process.poll() is None, (self.folder / "bot.log").read_text()[-4000:]
        state = self.troupe.control.state()
        return any(a["online"] for a in state["applications"]) and any(c["name"] == "generate" for c in state["commands"])

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait()
        self.kills += 1

    def end(self) -> None:
        """As an operator ends it."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(90)

    def say(self, *arguments: str) -> str:
        """Another command on the same database: what it prints."""
        done = subprocess.run(
            [self.troupe.binary, *arguments], cwd=self.folder, env=self.environment, capture_output=True, text=True, timeout=240)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def rows(self, query: str, *values: str) -> list[tuple]:
        with sqlite3.connect(f"file:{self.database}?mode=ro", uri=True, timeout=60) as database:
            return database.execute(query, values).fetchall()

    def unfinished(self) -> list[tuple]:
        """Jobs and deliveries that are neither done nor given up for a reason."""
        if self.queue:
            return [(key,) for key in self.queue.ask("EVAL", open_in_redis, "0")]
        jobs = self.rows("SELECT request_id, state FROM jobs WHERE state NOT IN ('completed', 'cancelled', 'discarded')")
        return jobs + self.rows("SELECT request_id, state FROM deliveries WHERE state NOT IN ('delivered', 'abandoned')")
