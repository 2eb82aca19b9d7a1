"""nextcord, which nobody here wrote, runs on the emulator with nothing changed but its base address."""

import json
from collections.abc import Iterator

import pytest

from harness.bot_process import BotProcess, running
from harness.control import file
from harness.process import Attached, Troupe
from harness.waiting import eventually

commands = {"echo", "paint", "form", "controls", "credits", "branch", "persona", "burst", "Count words", "Greet"}


@pytest.fixture(scope="module")
def nextcord(emulator: Troupe | Attached, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BotProcess]:
    yield from running("nextcord_bot.py", commands, emulator, tmp_path_factory.mktemp("nextcord"))


def test_every_kind_of_option_arrives_as_what_it_is(emulator: Troupe, nextcord: BotProcess) -> None:
    control = emulator.control
    guest = control.people()[1]
    painter = next(role for role in control.state()["guilds"][0]["roles"] if role["name"] == "Painter")
    options = {
        "text": "two words", "count": 3, "ratio": 0.5, "loud": True, "who": guest["id"], "role": painter["id"], "where": control.channel("pictures"),
        "style": "oil", "model": "dalle-mini",
    }
    interaction = control.command(control.channel("general"), "echo", options, attachments={"file": file("a.txt", b"hello")})
    answer = json.loads(control.settled(interaction)["message"]["content"].strip("`").removeprefix("json"))
    assert answer == options | {"who": guest["username"], "role": "Painter", "where": "pictures", "file": "a.txt", "size": 5}


def test_it_completes_options(emulator: Troupe, nextcord: BotProcess) -> None:
    control = emulator.control
    choices = control.complete(control.channel("general"), "echo", "model", {"text": "xx", "model": "dalle"})
    assert [choice["value"] for choice in choices] == ["dalle-mini", "dalle-mega"]


def test_it_defers_and_follows_up_with_a_file(emulator: Troupe, nextcord: BotProcess) -> None:
    control = emulator.control
    settled = control.settled(control.command(control.channel("general"), "paint", {"text": "a square"}), attachments=1)
    assert settled["message"]["content"] == "Painted a square"
    assert (settled["message"]["attachments"][0]["width"], settled["message"]["attachments"][0]["height"]) == (96, 64)


def test_buttons_and_every_kind_of_select(emulator: Troupe, nextcord: BotProcess) -> None:
    control = emulator.control
    guest = control.people()[1]
    painter = next(role for role in control.state()["guilds"][0]["roles"] if role["name"] == "Painter")
    message = control.settled(control.command(control.channel("general"), "controls"), contains="Press something")["message"]
    for _ in range(2):
        assert control.settled(control.click(message["id"], "count"))["state"] == "answered"
    assert next(known for known in control.messages(message["channel_id"]) if known["id"] == message["id"])["content"] == "Pressed 2 times"
    chosen = {
        "colours": (["red", "blue"], "Chosen: red, blue"), "people": ([guest["id"]], f"People: {guest['username']}"), "roles": ([painter["id"]], "Roles: Painter"),
        "places": ([control.channel("pictures")], "Channels: pictures"),
    }
    for custom_id, (values, answer) in chosen.items():
        assert control.settled(control.click(message["id"], custom_id, values))["message"]["content"] == answer


def test_forms_come_back_filled_in(emulator: Troupe, nextcord: BotProcess) -> None:
    control = emulator.control
    interaction = control.command(control.channel("general"), "form")
    eventually(lambda: control.interaction(interaction).get("modal"), "the form opens")
    answer = control.settled(control.submit(interaction, {"subject": "Colours", "details": "All fine"}))
    assert answer["message"]["content"] == "Colours: All fine"


def test_subcommands_and_commands_of_context_menus(emulator: Troupe, nextcord: BotProcess) -> None:
    control = emulator.control
    general = control.channel("general")
    assert control.settled(control.command(general, "credits give", {"amount": 5}))["message"]["content"] == "Gave 5"
    said = control.say(general, "one two three")
    assert control.settled(control.command(general, "Count words", target_id=said["id"]))["message"]["content"] == "3 words"
    assert control.settled(control.command(general, "Greet", target_id=control.people()[1]["id"]))["message"]["content"] == "Hello guest"


def test_it_hears_replies_and_reacts(emulator: Troupe, nextcord: BotProcess) -> None:
    control = emulator.control
    general = control.channel("general")
    said = control.say(general, "ping")
    reply = eventually(lambda: next((message for message in control.messages(general) if message["content"] == "pong"), None), "the bot replies")
    assert reply["message_reference"]["message_id"] == said["id"]
    eventually(lambda: next(message for message in control.messages(general) if message["id"] == said["id"]).get("reactions"), "the bot reacts")
    control.react(said["id"], "🎉")
    nextcord.wait_for("reaction 🎉")


def test_threads_and_personas(emulator: Troupe, nextcord: BotProcess) -> None:
    control = emulator.control
    general = control.channel("general")
    control.settled(control.command(general, "branch", {"name": "aside"}))
    thread = eventually(lambda: next((c for c in control.state()["guilds"][0]["channels"] if c["name"] == "aside"), None), "the thread is there")
    eventually(lambda: any(message["content"] == "The first word" for message in control.messages(thread["id"])), "the first word is said")
    control.settled(control.command(general, "persona"), contains="Said")
    assert any(message["author"]["username"] == "Hamlet" for message in control.messages(general))


def test_a_burst_meets_the_limits_and_loses_nothing(emulator: Troupe, nextcord: BotProcess) -> None:
    control = emulator.control
    chat = control.channel("chat")
    control.fault("rate_limit", route="POST /channels/{channel_id}/messages", retry_after_ms=300)
    before = len(control.traffic())
    control.settled(control.command(chat, "burst", {"count": 12}), seconds=60, contains="All sent")
    said = [message["content"] for message in control.messages(chat)]
    assert {f"burst {number}" for number in range(12)} <= set(said)
    assert any(exchange["status"] == 429 for exchange in control.traffic()[before:])


def test_it_resumes_after_its_socket_is_cut_and_misses_nothing(emulator: Troupe, nextcord: BotProcess) -> None:
    control = emulator.control
    control.fault("disconnect")
    for number in range(3):
        control.say(control.channel("general"), f"away {number}")
    nextcord.wait_for("resumed")
    for number in range(3):
        nextcord.wait_for(f"heard away {number}")
    assert nextcord.lines().count("ready") == 1
