"""How long a bot's shards are without a bot: one of two `troupe bot` is killed, and another one joins, some times over.

Two bots share sixteen shards on one PostgreSQL with the lease as it comes (nine seconds). Measured from SIGKILL until the other
has every shard's session on a socket again, and from the start of a new process until the shards are shared evenly and all have
their sockets. Sessions are resumed: their names must not change.

usage: takeover.py --troupe .build/release/troupe [--rounds 10]
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "Tests/EndToEnd"))

from harness.parts import Parts  # noqa: E402
from harness.postgres import Postgres  # noqa: E402
from harness.process import Troupe  # noqa: E402

SHARDS = 16


class Bots(Parts):
    def __init__(self, emulator: Troupe, folder: Path, postgres: Postgres):
        super().__init__(emulator, folder, TROUPE_DATABASE=postgres.address, TROUPE_LEASE="15")
        self.postgres = postgres

    def sessions(self) -> dict[int, str]:
        found = self.emulator.control.call("GET", "gateway")["sessions"]
        return {s["shard"][0]: s["session_id"] for s in found if s["connected"]}

    def parts(self) -> list[int]:
        question = "SELECT COALESCE(holder, '') FROM shard_slots"
        lines = subprocess.run(
            [self.postgres.binaries / "psql", self.postgres.address, "-Atc", question], capture_output=True, text=True).stdout.splitlines()
        return [] if "" in lines else sorted(Counter(lines).values())

    def until(self, parts: list[int]) -> float:
        """Seconds until the shards are so parted and all are heard."""
        start = time.monotonic()
        while len(self.sessions()) < SHARDS or self.parts() != parts:
            if time.monotonic() - start > 300:
                raise SystemExit(f"not {parts} after five minutes: {self.parts()}, {len(self.sessions())} sessions\n{self.printed('bot')}")
            time.sleep(0.02)
        return time.monotonic() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--troupe", type=Path, required=True)
    parser.add_argument("--rounds", type=int, default=10)
    arguments = parser.parse_args()
    emulator = Troupe(arguments.troupe.resolve(), "emulator").start()
    postgres = Postgres()
    with tempfile.TemporaryDirectory() as folder:
        bots = Bots(emulator, Path(folder), postgres)
        try:
            old = bots.start("bot", "--shards", f"/{SHARDS}")
            bots.until([SHARDS])
            sessions = bots.sessions()
            joined, replaced = [], []
            for _ in range(arguments.rounds):
                new = bots.start("bot", "--shards", f"/{SHARDS}")
                joined.append(bots.until([SHARDS // 2, SHARDS // 2]))
                old.kill()
                old.wait()
                replaced.append(bots.until([SHARDS]))
                old = new
                assert bots.sessions() == sessions, "a session was begun anew"
        finally:
            bots.kill_all()
            postgres.crash()
            postgres.remove()
            emulator.stop()
            emulator.remove()
    for name, spans in (("one more has its part", joined), ("a dead one is replaced", replaced)):
        spans.sort()
        print(f"{name:24} median {spans[len(spans) // 2]:5.1f} s, longest {spans[-1]:5.1f} s, of {len(spans)}")


if __name__ == "__main__":
    main()
