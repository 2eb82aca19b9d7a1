"""How runner processes scale: pictures a second with one to eight `troupe runner` on Redis and PostgreSQL.

An image server takes fixed five seconds for each picture, and each runner has four there at a time. Twenty people ask at once for
twenty pictures a runner. What is counted is how much of the runners' time was spent in the image server, from its first request until
it begins with the last one, when the queue is empty: the rest is what the way through queue and database costs.

usage: runners.py --troupe .build/release/troupe [--runners 1 2 4 8]
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "Tests/EndToEnd"))

import overhead  # noqa: E402
from harness.parts import Parts  # noqa: E402
from harness.postgres import Postgres  # noqa: E402
from harness.process import Troupe  # noqa: E402
from harness.redis import Redis  # noqa: E402
from harness.waiting import eventually  # noqa: E402

overhead.SECONDS = 5.0
AT_A_TIME = 4


class Timed(overhead.Handler):
    def do_POST(self):
        began = time.perf_counter()
        super().do_POST()
        self.server.spans.append((began, time.perf_counter()))


class Server(overhead.Server):
    def __init__(self):
        super().__init__()
        self.RequestHandlerClass = Timed
        self.spans: list[tuple[float, float]] = []


def measure(troupe: Path, count: int, each: int) -> dict:
    server = Server()
    emulator = Troupe(troupe, "emulator").start()
    emulator.control.rate_limits(False)
    postgres, redis = Postgres(), Redis()
    with tempfile.TemporaryDirectory() as folder:
        parts = Parts(emulator, Path(folder), TROUPE_DATABASE=postgres.address, TROUPE_QUEUE=redis.address, TROUPE_LEASE="15")
        (Path(folder) / "troupe.yaml").write_text(json.dumps({"models": [{
            "name": "painter", "kind": "image", "engine": "openai", "model": "dall-e-2", "key": "none",
            "url": f"http://127.0.0.1:{server.server_port}/v1"}]}))
        try:
            parts.online("bot")
            for _ in range(count):
                parts.start("runner")
            console = emulator.control
            people = [console.make_user(f"asker{number}")["id"] for number in range(20)]
            channel = console.channel("pictures")
            rows = [postgres.binaries / "psql", postgres.address, "-Atc", "SELECT COUNT(*) FROM processes WHERE models <> ''"]
            eventually(lambda: subprocess.run(rows, capture_output=True, text=True).stdout.strip() == str(count), "all runners are there", seconds=120)
            server.spans.clear()
            for number in range(count * each):
                asker = console.acting_as(people[number % len(people)])
                asker.command(channel, "generate", {"prompt": f"number {number}", "count": 1})
            eventually(lambda: len(server.spans) >= count * each, "all are painted", seconds=600)
        finally:
            parts.kill_all()
            redis.stop()
            postgres.crash()
            postgres.remove()
            emulator.stop()
            emulator.remove()
            server.shutdown()
    first, last = min(start for start, _ in server.spans), max(start for start, _ in server.spans)
    busy = sum(min(end, last) - start for start, end in server.spans) / ((last - first) * count * AT_A_TIME)
    return {"runners": count, "asked": count * each, "pictures": len(server.spans), "of_their_time": round(busy, 3)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--troupe", type=lambda p: Path(p).resolve(), required=True)
    parser.add_argument("--runners", type=int, nargs="+", default=[1, 2, 4, 8])
    parser.add_argument("--each", type=int, default=20)
    arguments = parser.parse_args()
    for count in arguments.runners:
        print(json.dumps(measure(arguments.troupe, count, arguments.each)), flush=True)


if __name__ == "__main__":
    main()
