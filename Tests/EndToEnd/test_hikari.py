"""hikari, which nobody here wrote and which shares nothing with discord.py, runs on the emulator with nothing changed but its base address."""

from collections.abc import Iterator

import pytest

from harness.bot_process import BotProcess, running
from harness.control import file
from harness.process import Attached, Troupe
from harness.waiting import eventually

commands = {"echo", "form", "controls", "slow", "branch", "Count words", "Greet"}


@pytest.fixture(scope="module")
def hikari(emulator: Troupe | Attached, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BotProcess]:
    yield from running("hikari_bot.py", commands, emulator, tmp_path_factory.mktemp("hikari"))


def test_every_kind_of_option_and_completion(emulator: Troupe, hikari: BotProcess) -> None:
    control = emulator.control
    general, guest = control.channel("general"), control.people()[1]["id"]
    painter = next(role for role in control.state()["guilds"][0]["roles"] if role["name"] == "Painter")["id"]
    options = {
        "text": "two words", "count": 3, "ratio": 0.5, "loud": True, "who": guest, "role": painter, "where": control.channel("pictures"), "anybody": painter,
        "model": "dalle-mini",
    }
    answer = control.settled(control.command(general, "echo", options, attachments={"file": file("a.txt", b"hello")}))["message"]["content"]
    assert all(f"{name}={value}" in answer for name, value in options.items())
    assert "file=" in answer
    assert [choice["value"] for choice in control.complete(general, "echo", "model", {"text": "x", "model": "d"})] == ["dalle-mini", "dalle-mega"]


def test_forms_buttons_and_selects(emulator: Troupe, hikari: BotProcess) -> None:
    control = emulator.control
    general = control.channel("general")
    form = control.command(general, "form")
    eventually(lambda: control.interaction(form).get("modal"), "the form opens")
    assert control.settled(control.submit(form, {"subject": "Colours"}))["message"]["content"] == "Thank you for Colours"
    message = control.settled(control.command(general, "controls"))["message"]
    control.settled(control.click(message["id"], "count"))
    assert next(known for known in control.messages(general) if known["id"] == message["id"])["content"] == "Pressed"
    assert control.settled(control.click(message["id"], "colours", ["red"]))["message"]["content"] == "Chosen: red"


def test_deferred_answers_files_and_followups(emulator: Troupe, hikari: BotProcess) -> None:
    control = emulator.control
    interaction = control.command(control.channel("general"), "slow")
    assert control.settled(interaction, attachments=1)["message"]["content"] == "Done"
    eventually(lambda: [said["content"] for said in control.interaction(interaction)["followups"]] == ["And more"], "it follows up")


def test_commands_of_context_menus_replies_reactions_threads_and_personas(emulator: Troupe, hikari: BotProcess) -> None:
    control = emulator.control
    general = control.channel("general")
    said = control.say(general, "one two three")
    assert control.settled(control.context_menu(general, "Count words", said["id"]))["message"]["content"] == "3 words"
    assert control.settled(control.context_menu(general, "Greet", control.people()[1]["id"]))["message"]["content"] == "Hello guest"
    ping = control.say(general, "ping")
    eventually(lambda: next(known for known in control.messages(general) if known["id"] == ping["id"]).get("reactions"), "the bot reacts")
    assert any(known["content"] == "pong" and known["message_reference"]["message_id"] == ping["id"] for known in control.messages(general))
    control.settled(control.command(general, "branch"))
    eventually(lambda: any(known["author"]["username"] == "Hamlet" for known in control.messages(general)), "Hamlet speaks")
    thread = next(channel for channel in control.state()["guilds"][0]["channels"] if channel["name"] == "aside")
    assert any(known["content"] == "The first word" for known in control.messages(thread["id"]))


def test_it_resumes_after_its_socket_is_cut_and_misses_nothing(emulator: Troupe, hikari: BotProcess) -> None:
    control = emulator.control
    control.fault("disconnect")
    for number in range(3):
        control.say(control.channel("general"), f"away {number}")
    hikari.wait_for("resumed")
    for number in range(3):
        hikari.wait_for(f"heard away {number}")
    assert hikari.lines().count("ready") == 1


def test_it_finds_no_header_that_it_does_not_expect(emulator: Troupe, hikari: BotProcess) -> None:
    assert not any("unexpected" in line for line in hikari.lines())
