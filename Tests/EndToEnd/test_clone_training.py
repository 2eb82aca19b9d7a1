"""A clone that is trained: only with the person's word for it, on a base of the operator's choice; it talks at the terminal and among
other clones, goes on after a kill, and forgetting leaves nothing of it."""

import json
import re
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from harness.process import Troupe
from harness.waiting import eventually
from test_clones import Stage

base = Path(__file__).parents[1] / "NeuralTests/Fixtures/gpt2-folder"
llama = Path(__file__).parents[2] / "Sources/PocketModels/Weights/llama"
document = (
    "models:\n  - {name: pocket, kind: image, engine: pocket}\nclones:\n  pause: [0.2, 0.4]\n" + f"  base: {base}\n"
)


@pytest.fixture
def stage(binary: Path) -> Iterator[Stage]:
    with Troupe(binary, "run", document=document).living("clone", "clones") as troupe:
        yield Stage(troupe)


def command(stage: Stage, *arguments: str) -> list[str]:
    return [str(stage.troupe.binary), "clone", "train", *arguments, "--threads", "1"]


def refused(stage: Stage, *arguments: str) -> str:
    done = subprocess.run(
        command(stage, *arguments), cwd=stage.troupe.folder.name, env=stage.troupe.environment, capture_output=True, text=True, timeout=300)
    assert done.returncode != 0, done.stdout
    return done.stderr


def kept(stage: Stage) -> Path:
    return Path(stage.troupe.folder.name) / "troupe-training"


def test_from_the_word_to_training_to_talking_to_forgetting(stage: Stage) -> None:
    pirl, quib = stage.people["pirl"], stage.people["quib"]
    stage.allow("pirl")
    stage.teach("pirl")
    assert "did not allow training" in refused(stage, pirl)
    assert "nothing is trained" in stage.run("clone", {"allow": {"words": "Show it to a model."}}, pirl, contains="On record")
    told = stage.run("clone", {"allow": {"words": "Train it, I am curious.", "training": True}}, pirl, contains="On record")
    assert "a small adapter is trained here" in told

    # Killed while it learns, it goes on from its last save.
    learning = subprocess.Popen(
        command(stage, pirl, "--steps", "40"), cwd=stage.troupe.folder.name, env=stage.troupe.environment, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT)
    eventually(lambda: list(kept(stage).glob("clone-*/training.safetensors")) or learning.poll() is not None, "a save", seconds=120)
    learning.send_signal(signal.SIGKILL)
    learning.wait()
    report = json.loads(
        stage.troupe.say("clone", "train", pirl, "--steps", "40", "--threads", "1", "--out", "adapter", "--json"))
    assert report["examples"] == 80 and report["loss"] > 0
    assert not kept(stage).exists()
    settings = json.loads((Path(stage.troupe.folder.name) / "adapter/adapter_config.json").read_text())
    assert settings["peft_type"] == "LORA" and settings["r"] == 3
    assert json.loads(stage.troupe.say("clone", "list", "--json"))[0]["isTrained"] is True
    assert "AI of @Pirl: " in stage.troupe.say("clone", "talk", pirl, "how is the harbour?")
    assert "a trained adapter" in stage.run("clone", {"show": {}}, pirl, contains="Kept")

    stage.allow("quib")
    stage.teach("quib")
    stage.run("clones", {"start": {"lines": 6}}, contains="talk to each other")
    eventually(lambda: len(stage.lines()) >= 6, "they talk", seconds=120)
    speakers = {line["author"]["username"] for line in stage.lines()}
    assert speakers == {"AI of @Pirl", "AI of @Quib"}

    receipt = stage.run("clone", {"forget": {}}, pirl, contains="Erased")
    assert "a trained adapter" in receipt and "80 examples" in receipt
    assert "allowed no clone" in refused(stage, pirl)
    assert [c["person"] for c in json.loads(stage.troupe.say("clone", "list", "--json"))] == [quib]


def test_the_console_shows_how_a_training_goes(stage: Stage, browser: Browser) -> None:
    link = eventually(lambda: re.search(r"The console: (\S+)", stage.troupe.printed()), "the console's link is printed").group(1)
    zuzu = stage.people["zuzu"]
    stage.run("clone", {"allow": {"words": "Yes to all of it.", "training": True}}, zuzu, contains="On record")
    stage.teach("zuzu")
    page = browser.new_context().new_page()
    page.goto(link)
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("link", name="Training").click()
    expect(page.get_by_text("No clone was trained yet")).to_be_visible()

    done = subprocess.run(
        command(stage, zuzu, "--steps", "12"), cwd=stage.troupe.folder.name, env=stage.troupe.environment, capture_output=True, text=True,
        timeout=300)
    # Away from a terminal, a line for each look at what is held out.
    looks = re.findall(r"^step (\d+) of 12: loss [\d.]+, held out [\d.]+$", done.stderr, re.MULTILINE)
    assert looks == ["5", "10", "12"] and "step 0 of 12: held out" in done.stderr, done.stderr
    page.reload()
    training = page.locator("section").filter(has_text="Zuzu")
    expect(training).to_contain_text("learnt")
    expect(training).to_contain_text("12 of 12")
    expect(training.locator("g.first circle")).to_have_count(12)
    expect(training.locator("g.second circle")).to_have_count(4)
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.context.close()

    stage.run("clone", {"forget": {}}, zuzu, contains="Erased")
    assert "Zuzu" not in stage.troupe.say("clone", "list")


def test_all_weights_of_a_gpt2_may_learn_too(stage: Stage) -> None:
    pirl = stage.people["pirl"]
    stage.run("clone", {"allow": {"words": "Yes to all of it.", "training": True}}, pirl, contains="On record")
    stage.teach("pirl")
    assert "--out" in refused(stage, pirl, "--full")
    told = stage.troupe.say("clone", "train", pirl, "--steps", "6", "--threads", "1", "--full", "--out", "whole")
    assert "Pirl's clone learnt from 80" in told and not kept(stage).exists()
    assert "is there already" in refused(stage, pirl, "--full", "--out", "whole")
    assert json.loads((Path(stage.troupe.folder.name) / "whole/config.json").read_text())["model_type"] == "gpt2"
    assert "AI of @Pirl: " in stage.troupe.say("clone", "talk", pirl, "how is the harbour?", "--whole", "whole")
    # No adapter is kept.
    assert json.loads(stage.troupe.say("clone", "list", "--json"))[0]["isTrained"] is False


def test_a_llama_is_a_base_too(binary: Path) -> None:
    with Troupe(binary, "run", document=document.replace(str(base), str(llama))).living("clone", "clones") as troupe:
        stage = Stage(troupe)
        pirl = stage.people["pirl"]
        stage.run("clone", {"allow": {"words": "Yes to all of it.", "training": True}}, pirl, contains="On record")
        stage.teach("pirl")
        assert "Pirl's clone learnt from 80" in stage.troupe.say("clone", "train", pirl, "--steps", "6", "--threads", "1", "--out", "adapter")
        settings = json.loads((Path(stage.troupe.folder.name) / "adapter/adapter_config.json").read_text())
        assert "self_attn.q_proj" in settings["target_modules"] and settings["fan_in_fan_out"] is False
        assert "AI of @Pirl: " in stage.troupe.say("clone", "talk", pirl, "how is the harbour?")
        stage.run("clone", {"say": {"who": pirl, "message": "how is the harbour?"}}, contains="how is the harbour")
        assert eventually(stage.lines, "the clone answers", seconds=120)[0]["author"]["username"] == "AI of @Pirl"


def test_taking_the_word_for_training_back_erases_what_was_learnt(stage: Stage) -> None:
    zuzu = stage.people["zuzu"]
    stage.run("clone", {"allow": {"words": "Yes to all of it.", "training": True}}, zuzu, contains="On record")
    stage.teach("zuzu")
    shorter = stage.troupe.say("clone", "train", zuzu, "--steps", "6", "--threads", "1")
    assert "Zuzu's clone learnt from 7" in shorter and "in 6 steps" in shorter
    stage.run("clone", {"allow": {"words": "No training any more."}}, zuzu, contains="On record")
    assert json.loads(stage.troupe.say("clone", "list", "--json"))[0]["isTrained"] is False
