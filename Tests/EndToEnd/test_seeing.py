"""Pictures asked about: the story in the browser, both kinds of servers, a Flamingo of Troupe's own, many people and a kill."""

import io
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import expect

from harness.bot import png
from harness.control import file
from harness.mortal import Bot
from harness.process import Troupe
from harness.waiting import eventually
from servers.process import ServerProcess
from servers.seeing import colours

fixtures = Path(__file__).resolve().parents[2] / "Tests/NeuralTests/Fixtures"


def picture(name: str) -> bytes:
    return png(64, 48, colours[name])


def document(engine: str, server: ServerProcess) -> str:
    """A troupe.yaml with the pocket painter and a model that sees."""
    return f"""\
models:
  - {{name: pocket-painter, kind: image, engine: pocket}}
  - {{name: looker, kind: vision, engine: {engine}, url: "{server.address}", model: looker, key: sk-test}}
"""


@pytest.fixture
def company(binary: Path) -> Iterator[Callable[..., tuple[Troupe, ServerProcess]]]:
    """Starts a Troupe with a model that sees on a server of the tests' own."""
    servers: list[ServerProcess] = []
    with ExitStack() as stack:
        def start(kind: str = "openai-chat", **options) -> tuple[Troupe, ServerProcess]:
            server = ServerProcess(kind, **options)
            servers.append(server)
            stack.callback(server.kill)
            words = document("ollama" if kind == "ollama" else "openai", server)
            troupe = Troupe(binary, "run", settings={"TROUPE_LEASE": "2"}, document=words)
            return stack.enter_context(troupe.living("Add to a task…")), server

        yield start
        assert all(server.record()["violations"] == [] for server in servers)


def embed(outcome: dict) -> dict:
    return outcome["message"]["embeds"][0]


def test_in_the_browser_a_picture_is_asked_about_a_task_registered_from_a_message_and_used(company, tab) -> None:
    troupe, _ = company()
    client = tab(troupe.address).open(channel="pictures")
    page = client.page

    def upload(name: str) -> dict:
        return {"name": f"{name}.png", "mimeType": "image/png", "buffer": picture(name)}

    client.begin("comprehend")
    client.add("image").set_input_files([upload("red")])
    page.keyboard.press("Enter")
    answer = client.message("three red squares in a row.")
    expect(answer).to_contain_text("caption", timeout=30_000)
    answer = client.pinned(answer)
    expect(answer.get_by_test_id("embed").locator("img")).to_have_js_property("naturalWidth", 64)
    expect(answer).to_contain_text("looker")

    page.get_by_test_id("upload").set_input_files([upload("green")])
    client.say("what a green").get_by_text("what a green").click(button="right")
    page.get_by_role("menuitem", name="Add to a task…").click()
    page.get_by_test_id("field-task").fill("sums")
    page.get_by_test_id("field-answer").fill("2 + green")
    page.get_by_test_id("modal").get_by_role("button", name=re.compile("Submit|Send")).click()
    expect(client.message("sums")).to_contain_text("is there, with 1 example")

    answer.get_by_test_id("button-Make this an example").click()
    page.get_by_test_id("field-task").fill("sums")
    page.get_by_test_id("field-answer").fill("2 + red")
    page.get_by_test_id("modal").get_by_role("button", name=re.compile("Submit|Send")).click()
    expect(client.message("Example 2 is in")).to_contain_text("which has 2 examples now")

    client.begin("comprehend")
    client.add("image").set_input_files([upload("blue")])
    client.add("task").press_sequentially("sums")
    offered = page.get_by_test_id("suggestions").get_by_role("option")
    expect(offered).to_have_count(1, timeout=30_000)  # what fits all that was typed, and no longer what fitted its beginning
    offered.filter(has_text="sums").click()
    client.field("task").press("Enter")
    expect(client.message("2 + blue")).to_contain_text("version 2, 2 examples", timeout=30_000)


@pytest.mark.parametrize("kind", ["openai-chat", "ollama"])
def test_both_kinds_of_servers_are_told_the_examples_and_the_wishes(company, kind: str) -> None:
    troupe, server = company(kind)
    control = troupe.control
    channel = control.channel("pictures")
    asked = control.command(
        channel, "comprehend", {"prompt": "<image>Which colour?", "task": "instruct", "max_new_tokens": 9, "temperature": 0.5, "seed": 3, "num_beams": 4},
        attachments={"image": file("a.png", picture("yellow"))})
    outcome = control.settled(asked, attachments=1)
    assert embed(outcome)["description"] == "Three yellow squares of the same size stand in a row."
    assert embed(outcome)["footer"]["text"].endswith("this model does not follow num_beams")
    seen = server.painted()[-1]
    assert seen["prompt"] == "Which colour?" and seen["turns"] == 8
    length = "num_predict" if kind == "ollama" else "max_tokens"
    assert seen["options"][length] == 9 and seen["options"]["temperature"] == 0.5 and seen["options"]["seed"] == 3


def test_a_server_that_does_not_see_says_so(company) -> None:
    troupe, _ = company("ollama", blind=True)
    asked = troupe.control.command(troupe.control.channel("pictures"), "comprehend", {}, attachments={"image": file("a.png", picture("red"))})
    outcome = troupe.control.settled(asked, contains="does not see pictures")
    assert "looker cannot do that: it does not see pictures" in outcome["message"]["content"]


def test_of_a_picture_that_moves_the_first_frame_is_looked_at_and_that_is_said(company) -> None:
    troupe, _ = company()
    control = troupe.control
    frames = [Image.new("RGB", (64, 48), colours[name]) for name in ("green", "blue")]
    moving = io.BytesIO()
    frames[0].save(moving, "GIF", save_all=True, append_images=frames[1:], duration=200)
    asked = control.command(control.channel("pictures"), "comprehend", {}, attachments={"image": file("a.gif", moving.getvalue())})
    answer = control.settled(asked, attachments=1)["message"]
    assert answer["embeds"][0]["description"] == "three green squares in a row."
    assert answer["embeds"][0]["footer"]["text"].endswith(" · its first frame: the picture moves")
    still = control.command(control.channel("pictures"), "comprehend", {}, attachments={"image": file("a.png", picture("red"))})
    assert "moves" not in embed(control.settled(still, attachments=1))["footer"]["text"]


def test_a_flamingos_folder_answers_without_a_server_and_a_wrong_one_is_named(binary: Path) -> None:
    document = f"""\
models:
  - {{name: pocket-painter, kind: image, engine: pocket}}
  - {{name: flamingo, kind: vision, engine: neural, path: '{fixtures / "flamingo-every"}'}}
  - {{name: painter, kind: vision, engine: neural, path: '{fixtures / "painter-half"}'}}
"""
    with Troupe(binary, "run", document=document).living("Add to a task…") as troupe:
        channel = troupe.control.channel("pictures")

        def ask(**options) -> dict:
            given = {"image": file("a.png", picture("red"))}
            asked = troupe.control.command(channel, "comprehend", {"prompt": "It is", "max_new_tokens": 12, **options}, attachments=given)
            return embed(troupe.control.settled(asked, attachments=1, seconds=60))

        first = ask()
        assert first["description"] and "does not follow" not in first["footer"]["text"]
        assert ask()["description"] == first["description"]
        wishes = {"num_beams": 4, "length_penalty": -1.0, "no_repeat_ngram_size": 2, "repetition_penalty": 1.5, "early_stopping": True}
        assert "does not follow" not in ask(**wishes)["footer"]["text"]
        drawn = [ask(do_sample=True, temperature=1.5, top_k=80, top_p=0.99, seed=seed)["description"] for seed in (1, 2, 3, 1)]
        assert drawn[0] == drawn[3] and len(set(drawn)) > 1
        asked = troupe.control.command(channel, "comprehend", {"model": "painter"}, attachments={"image": file("a.png", picture("red"))})
        troupe.control.settled(asked, contains="painter failed at this request")
        assert "config.json: model_type: is not flamingo: Training/convert/open_flamingo.py makes such a folder" in troupe.printed()


def test_fifty_people_on_five_tasks_are_answered_once_though_the_process_is_killed_in_the_middle(emulator: Troupe) -> None:
    server = ServerProcess("openai-chat", seconds=0.2)
    control = emulator.control
    control.rate_limits(False)
    # Straight to the emulator: pictures are read only from where the API is.
    bot = Bot(emulator, emulator, document("openai", server))
    names = list(colours)
    channel, guild = control.channel("pictures"), control.state()["guilds"][0]["id"]
    asked: list[tuple[str, str]] = []

    def ask(number: int) -> None:
        person = control.make_user(f"person{number}")["id"]
        control.member(guild, person)
        colour = names[number // 5 % 5]
        interaction = control.acting_as(person).command(
            channel, "comprehend", {"task": f"task{number % 5}"}, attachments={"image": file("a.png", picture(colour))})
        asked.append((interaction, f"{number % 5}: {colour}"))

    def answer(interaction: str) -> str | None:
        """Nil until there is one; "" where Discord told the person that nobody heard."""
        now = control.interaction(interaction)
        if now["state"] == "failed":
            return ""
        return next((card["description"] for card in (now.get("message") or {}).get("embeds", [])), None)

    try:
        bot.start()
        eventually(lambda: bot.is_online() and emulator.offers("Add to a task…"), "the bot is online", seconds=120)
        for number, name in enumerate(names):
            made = control.command(
                channel, "register_task", {"name": f"task{number}", "text1": f"{number}: {name}", "text2": f"{number}: {name}"},
                attachments={"image1": file("a.png", picture(name)), "image2": file("b.png", picture(name))})
            assert "is there, with 2 examples" in control.settled(made, contains="is there", seconds=60)["message"]["content"]
        for number in range(26):
            ask(number)
        eventually(lambda: len(server.painted()) >= 10, "the work has begun", seconds=120)
        bot.kill()
        eventually(lambda: not any(a["online"] for a in control.state()["applications"]), "it is gone", seconds=60)
        bot.start()
        eventually(bot.is_online, "it is back", seconds=120)
        for number in range(26, 50):
            ask(number)
        answers = [eventually(lambda: [answer(interaction)] if answer(interaction) is not None else None, f"an answer to {said}", seconds=180)[0]
                   for interaction, said in asked]
        assert all(got in ("", said) for got, (_, said) in zip(answers, asked, strict=True)), answers
        accepted = [got for got in answers if got]
        assert len(accepted) >= 10
        eventually(lambda: bot.is_online() and not bot.unfinished(), "nothing is left over", seconds=120)
        shown = [m for m in control.messages(channel, limit=100) if m["embeds"]]
        assert len(accepted) <= len(shown) <= len(accepted) + answers.count("")
        assert server.record()["violations"] == []
    finally:
        bot.end()
        server.kill()
