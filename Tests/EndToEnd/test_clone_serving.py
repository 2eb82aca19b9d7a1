"""Clones for other programs: a header and plain text, as BotConvo asks, and OpenAI's API; each answer asks the person's word anew."""

import json
import re
import signal
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.process import Troupe, free_port
from harness.waiting import eventually
from test_clones import Stage, document, manners


@pytest.fixture
def stage(binary: Path) -> Iterator[Stage]:
    with Troupe(binary, "run", document=document).living("clone", "clones") as troupe:
        yield Stage(troupe)


class Served:
    """`troupe clone serve` beside a running Troupe."""

    def __init__(self, stage: Stage, *arguments: str):
        self.address = f"127.0.0.1:{free_port()}"
        self.log = Path(stage.troupe.folder.name) / "serve.txt"
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [stage.troupe.binary, "clone", "serve", *arguments, "--at", self.address], cwd=stage.troupe.folder.name,
                env=stage.troupe.environment | {"TROUPE_SERVE_TOKEN": "right"}, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        eventually(self.is_ready, "clones are served", seconds=120)

    def is_ready(self) -> bool:
        assert self.process.poll() is None, self.log.read_text()
        try:
            return self.ask("/health")[0] == 200
        except (urllib.error.URLError, ConnectionError):
            return False

    def ask(self, path: str, body: dict | None = None, **headers: str) -> tuple[int, str]:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"http://{self.address}{path}", data, headers)
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()


def test_clones_answer_other_programs_until_their_people_take_their_word_back(stage: Stage) -> None:
    for name in ("pirl", "quib"):
        stage.allow(name)
        stage.teach(name)
    own = set(manners["pirl"][0]) | set("arr the and be tonight".split())
    served = Served(stage)
    try:
        status, line = served.ask("/", prompt="how is the harbour?", model="Pirl")
        assert status == 200 and set(re.findall(r"\w+", line.lower())) <= own, line
        assert served.ask("/", prompt="how is the harbour?")[0] == 400

        assert served.ask("/v1/models")[0] == 401
        status, models = served.ask("/v1/models", Authorization="Bearer right")
        assert status == 200 and [model["id"] for model in json.loads(models)["data"]] == ["Pirl", "Quib"]
        question = {"model": "Pirl", "messages": [{"role": "user", "content": "how is the harbour?"}]}
        status, answer = served.ask("/v1/chat/completions", question, Authorization="Bearer right")
        assert status == 200 and set(re.findall(r"\w+", json.loads(answer)["choices"][0]["message"]["content"].lower())) <= own
        completion = {"model": "Quib", "prompt": "the budget"}
        status, answer = served.ask("/v1/completions", completion, Authorization="Bearer right")
        assert status == 200 and json.loads(answer)["choices"][0]["text"]

        stage.run("clone", {"forbid": {}}, stage.people["pirl"], contains="Paused at once")
        status, answer = served.ask("/", prompt="how is the harbour?", model="Pirl")
        assert status == 400 and "paused it" in answer
        stage.run("clone", {"forget": {}}, stage.people["quib"], contains="Erased")
        status, answer = served.ask("/v1/completions", completion, Authorization="Bearer right")
        assert status == 400 and "took their word back" in answer

        served.process.send_signal(signal.SIGINT)
        assert served.process.wait(60) == 0, served.log.read_text()
    finally:
        if served.process.poll() is None:
            served.process.kill()
            served.process.wait()
