"""Who waits how long when fifty people ask for ten pictures each, and three image servers of uneven speed paint them.

The servers paint one picture at a time, in 0.2, 0.4 and 0.8 seconds, and begin when all is asked for. One person after the other asks for
all ten, so that first come first served would have the last one wait for everybody else's. Told are Jain's fairness index over what each person had when half of all
pictures were painted (1: all the same; 0.02: one had everything), the share of their time that the servers painted, how many each
painted, and how long a picture waited from being asked for until a server began with it.

usage: fairness.py --troupe .build/release/troupe [--people 50] [--each 10]
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "Tests/EndToEnd"))

import overhead  # noqa: E402
from harness.process import Troupe  # noqa: E402
from harness.waiting import eventually  # noqa: E402
from interactions import TOKEN, percentile  # noqa: E402

SECONDS = (0.2, 0.4, 0.8)


class Painting(overhead.Handler):
    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        person, number = map(int, re.findall(r"\d+", body["prompt"]))
        with self.server.painting:
            began = time.perf_counter()
            time.sleep(self.server.seconds)
            self.server.painted.append((person, number, began, time.perf_counter()))
        self.send(self.server.answer)


class Server(overhead.Server):
    def __init__(self, seconds: float):
        super().__init__()
        self.RequestHandlerClass = Painting
        self.seconds = seconds
        self.painting = threading.Lock()
        self.painted: list[tuple[int, int, float, float]] = []


def jain(values: list[float]) -> float:
    """Jain, Chiu, Hawe: A Quantitative Measure of Fairness, 1984."""
    return sum(values) ** 2 / (len(values) * sum(value * value for value in values))


def ask(troupe: Path, servers: list[Server], people: int, each: int) -> dict[tuple[int, int], float]:
    """When each was asked for; returns once all are painted."""
    emulator = Troupe(troupe, "emulator").start()
    emulator.control.rate_limits(False)
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "troupe.yaml").write_text(json.dumps({"models": [{
            "name": "painter", "kind": "image", "engine": "openai", "model": "dall-e-2", "key": "none", "requestsAtATime": 1,
            "url": [f"http://127.0.0.1:{server.server_port}/v1" for server in servers]}]}))
        environment = os.environ | {
            "DISCORD_TOKEN": TOKEN, "DISCORD_API_BASE_URL": f"{emulator.address}/api/v10", "TROUPE_HTTP": "127.0.0.1:0"}
        bot = subprocess.Popen([troupe, "run"], cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            eventually(lambda: emulator.control.state()["commands"], "the commands are there", seconds=60)
            control = emulator.control
            channel = control.channel("pictures")
            askers = [control.acting_as(control.make_user(f"asker{number}")["id"]) for number in range(people)]
            asked = {}
            for server in servers:
                server.painting.acquire()
            for person, asker in enumerate(askers):
                for number in range(each):
                    asked[person, number] = time.perf_counter()
                    asker.command(channel, "generate", {"prompt": f"person {person} picture {number}", "count": 1})
            for server in servers:
                server.painting.release()
            eventually(lambda: sum(len(server.painted) for server in servers) >= people * each, "all are painted", seconds=1_200)
            return asked
        finally:
            bot.terminate()
            bot.wait()
            emulator.stop()
            emulator.remove()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--troupe", type=lambda p: Path(p).resolve(), required=True)
    parser.add_argument("--people", type=int, default=50)
    parser.add_argument("--each", type=int, default=10)
    arguments = parser.parse_args()
    servers = [Server(seconds) for seconds in SECONDS]
    asked = ask(arguments.troupe, servers, arguments.people, arguments.each)
    painted = sorted((span for server in servers for span in server.painted), key=lambda span: span[3])
    half = [person for person, *_ in painted[: len(painted) // 2]]
    first, last = min(span[2] for span in painted), max(span[2] for span in painted)
    busy = sum(min(end, last) - began for _, _, began, end in painted) / ((last - first) * len(servers))
    waited = sorted(began - asked[person, number] for person, number, began, _ in painted)
    alone = sorted(
        sum(began - asked[person, number] for person, number, began, _ in painted if person == one) / arguments.each
        for one in range(arguments.people))
    print(json.dumps({
        "people": arguments.people, "pictures": len(painted), "jain_at_half": round(jain([half.count(person) for person in range(arguments.people)]), 4),
        "of_their_time": round(busy, 3), "painted_by_each": [len(server.painted) for server in servers],
        "waited_p50_s": round(percentile(waited, 0.5), 1), "waited_p99_s": round(percentile(waited, 0.99), 1),
        "mean_wait_of_a_person_s": [round(alone[0], 1), round(alone[-1], 1)]}))


if __name__ == "__main__":
    main()
