"""How soon an answer is in the channel: Troupe beside llmcord, on the same emulator with Discord's rate limits, with the same model server.

The model server begins after 100 ms and says forty words, one every 25 ms. Somebody mentions the bot, one question after the
other; then many people do at once, each in a channel of their own. Told are, at the median and the 99th percentile: how long
after the question the first words of the answer are seen, how long after the model's last word the whole answer is, and how
many calls Discord answered with 429.

usage: chat_vs_llmcord.py --troupe .build/release/troupe --llmcord FOLDER [--questions 30] [--people 20] [--rounds 3]
"""

import argparse
import http.server
import itertools
import json
import pathlib
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

from discord_load import TOKEN, Control, Emulator, Process
from interactions import percentile

FIRST, PACE, WORDS = 0.1, 0.025, 40
numbers = itertools.count(1)

LLMCORD = """
import json, sys, runpy, discord, urllib.request, yarl
discord.http.Route.BASE = sys.argv[1]
gateway = json.load(urllib.request.urlopen(sys.argv[1] + "/gateway"))["url"]
discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway)
runpy.run_path(sys.argv[2], run_name="__main__")
"""


class Model(http.server.ThreadingHTTPServer):
    """Streams an answer whose words say which question it answers; notes when it said the last one."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Speaking)
        self.address = f"http://127.0.0.1:{self.server_port}/v1"
        self.ended: dict[str, float] = {}
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Speaking(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Model

    def do_GET(self):
        body = b'{"object": "list", "data": [{"id": "talker", "object": "model"}]}'
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["messages"][-1]["content"]
        asked = asked if isinstance(asked, str) else "".join(part.get("text", "") for part in asked)
        name = asked.split()[-1]
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        try:
            self.speak(name)
        except OSError:
            self.close_connection = True  # nobody listens any more

    def speak(self, name: str):
        time.sleep(FIRST)
        for word in range(WORDS):
            self.event({"content": f"{name}w{word} "})
            time.sleep(PACE)
        self.event({}, "stop")
        self.server.ended[name] = time.time()
        self.chunk(b"data: [DONE]\n\n")
        self.chunk(b"")

    def event(self, delta: dict, reason: str | None = None):
        choice = {"index": 0, "delta": delta, "finish_reason": reason}
        body = {"id": "1", "object": "chat.completion.chunk", "created": 0, "model": "talker", "choices": [choice]}
        self.chunk(b"data: " + json.dumps(body).encode() + b"\n\n")

    def chunk(self, data: bytes):
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        self.wfile.flush()

    def log_message(self, *_):
        pass


class Reader(threading.Thread):
    """Sees what one person sees, as it comes: when the first and the last word of each answer were there."""

    def __init__(self, address: str, person: str):
        super().__init__(daemon=True)
        self.stream = urllib.request.urlopen(f"{address}/_emulator/events?as={person}")
        self.first: dict[str, float] = {}
        self.whole: dict[str, float] = {}
        self.changed = threading.Condition()
        self.start()

    def run(self):
        for line in self.stream:
            if not line.startswith(b"data: ") or b'"message' not in line:
                continue
            message = json.loads(line[6:]).get("message") or {}
            if not message.get("author", {}).get("bot"):
                continue
            words = (message["content"] + " " + " ".join(embed.get("description", "") for embed in message["embeds"])).split()
            now = time.time()
            with self.changed:
                for word in words:
                    name, _, place = word.partition("w")
                    if place == "0":
                        self.first.setdefault(name, now)
                    elif place == str(WORDS - 1):
                        self.whole.setdefault(name, now)
                self.changed.notify_all()

    def wait(self, names: list[str], seconds: float = 120):
        with self.changed:
            if not self.changed.wait_for(lambda: all(name in self.whole for name in names), seconds):
                raise SystemExit(f"no whole answer to {[name for name in names if name not in self.whole]}")


def measure(name: str, command, options, model: Model) -> None:
    with tempfile.TemporaryDirectory() as folder:
        emulator = Emulator(options.troupe, folder)
        control = emulator.control
        names = [f"person{n}" for n in range(options.people)]
        sown = control.sow({
            "users": [{"username": name} for name in names],
            "guilds": [{"name": "talk", "owner": names[0], "members": [*names, "Troupe"], "channels": [{"name": name} for name in names]}]})
        people = [(control.acting_as(sown["users"][name]), channel) for name, channel in zip(names, sown["channels"].values())]
        bot = Process(command(pathlib.Path(folder), emulator), folder)
        try:
            while not any(application["online"] for application in control.state()["applications"]):
                if bot.process.poll() is not None:
                    raise SystemExit(f"{name} ended with status {bot.process.returncode}")
                time.sleep(0.1)
            time.sleep(2)
            reader = Reader(emulator.address, sown["users"][names[0]])
            mention = f"<@{next(user['id'] for user in control.state()['users'] if user.get('bot'))}>"
            asked: dict[str, float] = {}

            def ask(who: Control, channel: str) -> str:
                question = f"q{next(numbers)}"
                asked[question] = time.time()
                who.say(channel, f"{mention} tell me about {question}")
                return question

            def tell(case: str, questions: list[str]) -> None:
                first = sorted(1000 * (reader.first[q] - asked[q]) for q in questions)
                late = sorted(1000 * (reader.whole[q] - model.ended[q]) for q in questions)
                refused = sum(exchange["status"] == 429 for exchange in control.traffic())
                print(json.dumps({
                    "bot": name, "case": case, "first_words_ms": [round(percentile(first, p)) for p in (0.5, 0.99)],
                    "whole_after_last_word_ms": [round(percentile(late, p)) for p in (0.5, 0.99)], "429s": refused,
                }), flush=True)

            reader.wait([ask(*people[0])])  # opens connections
            alone = []
            for number in range(options.questions):
                alone.append(ask(*people[number % len(people)]))
                reader.wait(alone)
            tell("one after the other", alone)
            together: list[str] = []
            for _ in range(options.rounds):
                together += [ask(*one) for one in people]
                reader.wait(together)
            tell(f"{len(people)} people at once", together)
        finally:
            bot.stop()
            emulator.stop()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--troupe", type=lambda p: pathlib.Path(p).resolve(), required=True)
    parser.add_argument("--llmcord", type=lambda p: pathlib.Path(p).resolve(), required=True, help="a folder with llmcord.py")
    parser.add_argument("--questions", type=int, default=30)
    parser.add_argument("--people", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    model = Model()

    def llmcord(folder: pathlib.Path, emulator: Emulator) -> list:
        nobody = {"allowed_ids": [], "blocked_ids": []}
        # JSON is YAML.
        (folder / "config.yaml").write_text(json.dumps({
            "bot_token": TOKEN, "providers": {"bench": {"base_url": model.address}}, "models": {"bench/talker": None},
            "permissions": {"users": nobody | {"admin_ids": []}, "roles": nobody, "channels": nobody}}))
        return [sys.executable, "-c", LLMCORD, emulator.api, options.llmcord / "llmcord.py"]

    def troupe(folder: pathlib.Path, emulator: Emulator) -> list:
        (folder / "troupe.yaml").write_text(json.dumps({"models": [
            {"name": "talker", "kind": "chat", "engine": "openai", "url": model.address, "contextTokens": 4096}]}))
        settings = [f"DISCORD_TOKEN={TOKEN}", f"DISCORD_API_BASE_URL={emulator.api}", "TROUPE_HTTP=127.0.0.1:0"]
        return ["env", *settings, options.troupe, "run"]

    measure("llmcord", llmcord, options, model)
    measure("Troupe", troupe, options, model)


if __name__ == "__main__":
    main()
