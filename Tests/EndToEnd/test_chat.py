"""Talking with the bot: seen to be written, stopped, remembered by consent, followed when edited, forgotten when deleted; and
answered exactly once though the bot is killed in the middle of an answer."""

import json
import os
import subprocess
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.parrot import Parrot
from harness.process import Troupe
from harness.talker import Talker
from harness.waiting import eventually

models = "models:\n  - {{name: pocket, kind: image, engine: pocket}}\n  - {{name: talker, kind: chat, engine: openai, url: '{url}', contextTokens: 4096}}\n"


class Talk:
    """People and the bot in one channel."""

    def __init__(self, troupe: Troupe, talker: Talker):
        self.troupe, self.talker, self.control = troupe, talker, troupe.control
        self.channel = self.control.channel("general")
        state = self.control.state()
        self.bot = next(user["id"] for user in state["users"] if user.get("bot"))
        self.mention = f"<@{self.bot}>"

    def say(self, text: str, **more) -> str:
        return self.control.say(self.channel, text, **more)["id"]

    def shown(self, asked: str) -> list[dict]:
        """The messages of the bot that answer a message."""
        return [
            message for message in self.control.messages(self.channel, limit=100)
            if message["author"]["id"] == self.bot and (message.get("message_reference") or {}).get("message_id") == asked
        ]

    def answer(self, asked: str, seconds: float = 40) -> dict:
        """The whole answer, once it is there: without a button to stop it."""
        def whole() -> dict | None:
            return next((m for m in self.shown(asked) if "Stop" not in labels(m)), None)
        return eventually(whole, "an answer", seconds=seconds)

    def ask(self, text: str, **more) -> dict:
        return self.answer(self.say(text, **more))

    def press(self, message: dict, label: str) -> str:
        return self.control.click(message["id"], labels(message)[label])

    def whisper(self, name: str, **options) -> dict:
        return self.control.settled(self.control.command(self.channel, name, options), seconds=40)["message"]


def labels(message: dict) -> dict[str, str]:
    return {button["label"]: button["custom_id"] for row in message.get("components") or [] for button in row["components"] if "label" in button}


@pytest.fixture(scope="module")
def talker() -> Iterator[Talker]:
    talker = Talker()
    yield talker
    talker.stop()


@pytest.fixture(scope="module")
def talking(binary: Path, talker: Talker, recorded) -> Iterator[Talk]:
    """`troupe run` with a chat model on a server."""
    with Troupe(binary, "run", document=models.format(url=talker.address)).living() as troupe:
        yield Talk(troupe, talker)
        recorded.setdefault("run", []).extend(troupe.control.traffic())


def test_an_answer_is_seen_to_be_written(talking: Talk) -> None:
    asked = talking.say(f"{talking.mention} slowly now count the seven words of this sentence")
    seen: list[str] = []

    def whole() -> bool:
        shown = talking.shown(asked)
        seen.extend(message["content"] for message in shown if message["content"] not in seen)
        return any("Again" in labels(message) for message in shown)
    eventually(whole, "the whole answer", seconds=40)
    assert len(seen) >= 2 and all(later.startswith(earlier) for earlier, later in zip(seen, seen[1:]))
    assert seen[-1] == "1: slowly now count the seven words of this sentence"
    assert len(talking.shown(asked)) == 1


def test_the_first_words_are_there_before_the_model_has_the_last(talking: Talk) -> None:
    talking.talker.gate.clear()
    # Each in a channel of their own: in one, a bot may say five things in five seconds.
    people = [talking.control.acting_as(talking.control.make_user(f"reader{number}")["id"]) for number in range(10)]
    channels = [person.direct_channel(talking.bot) for person in people]
    for number, (person, channel) in enumerate(zip(people, channels)):
        person.say(channel, f"wait one two three {number}")

    def shown(words: str) -> bool:
        return all(any(words in m["content"] and m["author"]["id"] == talking.bot for m in p.messages(c)) for p, c in zip(people, channels))
    eventually(lambda: shown("1: wait"), "first words for everybody", seconds=40)
    assert not shown("three")
    talking.talker.go()
    eventually(lambda: shown("two three"), "the whole answers", seconds=40)


def test_it_stops_when_told_and_goes_on_when_told(talking: Talk) -> None:
    talking.talker.gate.clear()
    asked = talking.say(f"{talking.mention} wait one two three four five six")
    half = eventually(lambda: next((m for m in talking.shown(asked) if "one" in m["content"]), None), "half an answer", seconds=40)
    talking.press(half, "Stop")
    stopped = talking.answer(asked)
    assert stopped["content"].startswith("1: wait one two") and stopped["content"].endswith("-# Stopped.")
    talking.talker.go()
    talking.press(stopped, "Continue")
    assert talking.answer(stopped["id"])["content"].startswith("3: Go on")


def test_the_conversation_is_remembered_once_one_allowed_it_and_edits_are_followed(talking: Talk) -> None:
    first = talking.ask(f"{talking.mention} my name is Ada")
    talking.ask("what is my name?", reply_to=first["id"])
    assert talking.talker.said() == ["what is my name?"]
    statement = talking.ask("!optin")
    assert "**How long:** 90 days" in statement["content"]

    first = talking.ask(f"{talking.mention} my name is Ada")
    asked = talking.say("what is my nmae?", reply_to=first["id"])
    answer = talking.answer(asked)
    assert answer["content"] == "3: what is my nmae?"
    talking.control.edit(asked, "what is my name?")
    eventually(lambda: talking.answer(asked)["content"] == "3: what is my name?", "the answer to the edited question", seconds=40)
    assert talking.answer(asked)["id"] == answer["id"]
    assert talking.talker.said() == ["my name is Ada", "what is my name?"]

    talking.control.delete(asked)
    last = talking.ask("who am I?", reply_to=answer["id"])
    assert talking.talker.said() == ["my name is Ada", "who am I?"], last
    assert "This chain of replies" in talking.whisper("context")["content"]


def test_an_error_is_said_once_and_honestly(talking: Talk) -> None:
    answer = talking.ask(f"{talking.mention} fail")
    assert answer["content"].startswith("⚠️ ") and "Try again" in labels(answer)


def test_a_long_answer_is_split_and_pings_nobody(talking: Talk) -> None:
    asked = talking.say(f"{talking.mention} long @everyone")
    def pieces() -> list[dict] | None:
        found = [m for m in talking.control.messages(talking.channel, limit=20) if m["author"]["id"] == talking.bot and int(m["id"]) > int(asked)]
        return found if any("word899" in m["content"] and "Again" in labels(m) for m in found) else None
    found = eventually(pieces, "all of a long answer", seconds=40)
    assert len(found) >= 3 and all(len(m["content"]) <= 2000 for m in found)
    words = " ".join(m["content"] for m in sorted(found, key=lambda m: int(m["id"]))).split()
    assert words == [f"word{n}" for n in range(900)]
    assert not any(m["mention_everyone"] or m["mentions"] for m in found)


def test_a_user_is_exported_and_forgotten_at_the_terminal(talking: Talk) -> None:
    folder, user = Path(talking.troupe.folder.name), talking.control.people()[0]["id"]
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("DISCORD_", "TROUPE_"))}

    def run(*arguments: str) -> str:
        done = subprocess.run(
            [talking.troupe.binary, "user", *arguments], cwd=folder, env=environment, capture_output=True, text=True, timeout=240)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout
    run("export", user, "--output", "me.zip")
    with zipfile.ZipFile(folder / "me.zip") as archive:
        assert archive.testzip() is None
        memory = json.loads(archive.read("memory.json"))
        assert any(turn["content"] == "my name is Ada" for turn in memory["turns"])
        assert "token" not in archive.read("requests.json").decode()
    assert "messages" in run("forget", user)
    receipt = json.loads(run("forget", user, "--yes", "--json"))
    assert receipt["records"]["memory"]["turns"] >= 2 and receipt["requests"] >= 2
    assert "nothing is kept" in run("forget", user)


def test_two_hundred_people_at_once_are_all_answered_once_and_nothing_is_crossed(talking: Talk) -> None:
    before = len(talking.control.traffic())
    people = [talking.control.acting_as(talking.control.make_user(f"person{n}")["id"]) for n in range(200)]
    # Each in their own channel, as people do; Discord lets a bot say five things in five seconds in one.
    channels = [person.direct_channel(talking.bot) for person in people]
    began = time.monotonic()
    asked = [person.say(channel, f"this is person {number} end")["id"] for number, (person, channel) in enumerate(zip(people, channels))]

    def answers() -> list[list[dict]] | None:
        found = [[m for m in person.messages(channel) if m["author"]["id"] == talking.bot] for person, channel in zip(people, channels)]
        return found if all(ms and all("Again" in labels(m) for m in ms) for ms in found) else None
    found = eventually(answers, "200 answers", seconds=100)
    print(f"200 answers after {time.monotonic() - began:.1f} s")
    for number, messages in enumerate(found):
        assert len(messages) == 1 and messages[0]["content"].startswith(f"1: this is person {number} end")
        assert messages[0]["message_reference"]["message_id"] == asked[number]
    assert not [e for e in talking.control.traffic()[before:] if e["status"] == 429]


def test_commands_may_be_typed_as_text_where_people_switched_that_on(talking: Talk) -> None:
    before = len(talking.talker.requests)
    talking.say("!chat is anybody there?")
    assert "typed as text behind `!`" in talking.whisper("talk", prefix="!")["content"]
    assert len(talking.talker.requests) == before, "without a prefix it is a message like any other"

    def typed(text: str, contains: str) -> dict:
        asked = talking.say(text)
        return eventually(lambda: next((m for m in talking.shown(asked) if contains in m["content"]), None), contains, seconds=60)
    assert "Again" in labels(typed("!chat is anybody there?", "1: is anybody there?"))
    painted = typed("!generate a red circle --count 2 --seed 7", "seed `7`")
    assert len(painted["attachments"]) == 1 and "2" in labels(painted) and "3" not in labels(painted)
    assert "count is 1 to" in typed("!generate a red circle --count 99", "count")["content"]
    assert "prompt is missing" in typed("!generate", "missing")["content"]
    # What only the person may see is in a direct message.
    typed("!privacy show", "direct message")
    direct = talking.control.direct_channel(talking.bot)
    assert any("I keep" in message["content"] for message in talking.control.messages(direct))
    assert not [e for e in talking.control.traffic() if e.get("path", "").split("?")[0].endswith(f"/guilds/{talking.control.state()['guilds'][0]['id']}")], \
        "what roles permit is known from the gateway"
    # Commands for some are not for all.
    guest = talking.control.acting_as(talking.control.make_user("somebody")["id"])
    asked = guest.say(talking.channel, "!talk always")["id"]
    eventually(lambda: any("You may not use" in m["content"] for m in talking.shown(asked)), "a refusal", seconds=40)
    assert "registered in this server" in typed("!sync", "registered")["content"]
    assert guest.say(talking.channel, "!sync")["id"] and "no longer" not in talking.whisper("talk", prefix="off")["content"]


def test_a_real_llama_cpp_server_answers_in_the_channel(binary: Path, tmp_path: Path) -> None:
    pytest.importorskip("xllamacpp", reason="the wheel with llama.cpp's server is not installed. NO REAL MODEL SERVER WAS TALKED WITH.")
    pytest.importorskip("gguf", reason="gguf is not installed. NO REAL MODEL SERVER WAS TALKED WITH.")
    from harness import random_llama
    from harness.llama_server import LlamaServer

    random_llama.write(tmp_path / "random.gguf")
    server = LlamaServer(tmp_path / "random.gguf")
    try:
        configuration = f"models:\n  - {{name: pocket, kind: image, engine: pocket}}\n  - {{name: random, kind: chat, engine: openai, url: '{server.address}', options: {{maxTokens: 24, seed: 3}}}}\n"
        with Troupe(binary, "run", document=configuration).living() as troupe:
            talk = Talk(troupe, Talker())
            answer = talk.ask(f"{talk.mention} hello world")
            assert answer["content"].strip() and "⚠️" not in answer["content"]
            assert "Again" in labels(answer)
    finally:
        server.stop()


def test_killed_in_the_middle_of_an_answer_it_answers_once_in_the_same_message(emulator: Troupe, tmp_path: Path) -> None:
    talker = Talker()
    (tmp_path / "troupe.yaml").write_text(models.format(url=talker.address))
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("DISCORD_", "TROUPE_"))} | {
        "DISCORD_TOKEN": "test-token", "DISCORD_API_BASE_URL": f"{emulator.address}/api/v10", "TROUPE_DATABASE": "sqlite:bot.db",
        "TROUPE_LEASE": "1", "TROUPE_HTTP": "127.0.0.1:0",
    }

    def start() -> subprocess.Popen:
        with (tmp_path / "bot.log").open("ab") as log:
            process = subprocess.Popen([emulator.binary, "run"], cwd=tmp_path, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log)

        def is_online() -> bool:
            assert process.poll() is None, (tmp_path / "bot.log").read_text()[-4000:]
            state = emulator.control.state()
            return any(a["online"] for a in state["applications"]) and any(c["name"] == "chat" for c in state["commands"])
        eventually(is_online, "the bot is online", seconds=60)
        return process
    process = start()
    try:
        talk = Talk(emulator, talker)
        for _ in range(3):
            talker.gate.clear()
            asked = talk.say(f"{talk.mention} wait one two three four five six")
            half = eventually(lambda: next((m for m in talk.shown(asked) if "one" in m["content"]), None), "half an answer", seconds=40)
            process.kill()
            process.wait()
            talker.go()
            process = start()
            assert talk.answer(asked)["content"] == "1: wait one two three four five six"
            assert [m["id"] for m in talk.shown(asked)] == [half["id"]]
    finally:
        process.terminate()
        process.wait(90)
        talker.stop()


@pytest.fixture
def paid(binary: Path) -> Iterator[Talk]:
    """A model with a price, and a bot that takes it."""
    talker = Talker()
    configuration = 'TROUPE_CREDITS: "on"\n' + models.format(url=talker.address).replace("name: talker,", "name: talker, price: 2, options: {maxTokens: 900},")
    with Troupe(binary, "run", document=configuration).living() as troupe:
        yield Talk(troupe, talker)
    talker.stop()


def test_an_answer_costs_its_tokens_and_a_failure_nothing(paid: Talk) -> None:
    user = paid.control.people()[0]["id"]
    offered = {c["value"]: c["name"] for c in paid.control.complete(paid.control.channel("chat"), "model", "name", {"name": ""})}
    assert offered["talker"].endswith(" · 2 credits per 1,000 tokens")
    assert "This costs 4 credits" in paid.ask(f"{paid.mention} hello")["content"]
    assert not any("hello" in json.dumps(request) for request in paid.talker.requests)
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("DISCORD_", "TROUPE_"))}

    def credits(*arguments: str) -> str:
        return subprocess.run(
            [paid.troupe.binary, "credits", *arguments], cwd=paid.troupe.folder.name, env=environment, capture_output=True, text=True,
            check=True, timeout=240).stdout
    credits("grant", user, "10")
    assert paid.ask(f"{paid.mention} hello")["content"].splitlines() == ["1: hello", "-# 2 credits; 2 credits went back"]
    failed = paid.ask(f"{paid.mention} fail")["content"]
    assert failed.startswith("⚠️ ") and failed.endswith("-# Nothing was charged: 4 credits went back.")
    paid_for = {"account": f"user:{user}", "posted": 8, "held": 0, "available": 8, "debt": 0}
    eventually(lambda: json.loads(credits("balance", user, "--json")) == paid_for, "one answer is paid")


def test_two_bots_do_not_talk_for_ever(talking: Talk) -> None:
    parrot = Parrot(talking.troupe.address, talking.bot)
    try:
        talking.whisper("talk", bots=True)
        before = len(talking.talker.requests)
        talking.say("polly, begin")
        eventually(lambda: len(talking.talker.requests) - before >= 2, "the two talk", seconds=60)
        eventually(lambda: parrot.quiet_for(8), "the two are silent again", seconds=90)
        said = len(talking.talker.requests) - before
        assert 2 <= said <= 6, f"{said} answers to another bot"
        # A human's word, and they may go on.
        talking.say("polly, begin")
        eventually(lambda: len(talking.talker.requests) - before > said, "it answers again", seconds=40)
    finally:
        parrot.stop()
        talking.whisper("talk", reset=True)
