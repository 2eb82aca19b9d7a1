"""discord.py, which nobody here wrote, runs on the emulator with nothing changed but its base address."""

import json
import urllib.request

import pytest

from harness.bot import BotThread, models, picture
from harness.control import Refused, file
from harness.process import Troupe
from harness.waiting import eventually


def answer_of(settled: dict) -> dict:
    """The JSON that /echo wrote."""
    return json.loads(settled["message"]["content"].strip("`").removeprefix("json"))


def test_its_commands_are_registered(emulator: Troupe, bot: BotThread) -> None:
    commands = {command["name"]: command for command in emulator.control.state()["commands"]}
    assert {"paint", "echo", "form", "secret", "controls", "credits", "Count words"} <= set(commands)
    count = next(option for option in commands["echo"]["options"] if option["name"] == "count")
    assert (count["type"], count["min_value"], count["max_value"]) == (4, 1, 9)


def test_it_defers_and_follows_up_with_a_file(emulator: Troupe, bot: BotThread) -> None:
    control = emulator.control
    interaction = control.command(control.channel("general"), "paint", {"text": "a red square"})
    settled = control.settled(interaction, attachments=1)
    message = settled["message"]
    assert settled["state"] == "answered"
    assert message["content"] == "Painted **a red square**"
    attachment = message["attachments"][0]
    assert (attachment["filename"], attachment["width"], attachment["height"]) == ("painted.png", 96, 64)
    with urllib.request.urlopen(attachment["url"]) as response:
        assert response.read() == picture


def test_every_kind_of_option_arrives_as_what_it_is(emulator: Troupe, bot: BotThread) -> None:
    control = emulator.control
    guest = control.people()[1]
    options = {
        "text": "two words", "count": 3, "ratio": 0.5, "loud": True, "who": guest["id"], "where": control.channel("pictures"), "style": "oil",
    }
    interaction = control.command(control.channel("general"), "echo", options, attachments={"file": file("a.txt", b"hello")})
    assert answer_of(control.settled(interaction)) == options | {"who": guest["username"], "where": "pictures", "file": "a.txt", "size": 5}


def test_options_out_of_bounds_are_refused_before_the_bot_sees_them(emulator: Troupe, bot: BotThread) -> None:
    control = emulator.control
    with pytest.raises(Refused) as refusal:
        control.command(control.channel("general"), "echo", {"text": "two words", "count": 100})
    assert refusal.value.status == 400


def test_it_completes_options(emulator: Troupe, bot: BotThread) -> None:
    control = emulator.control
    choices = control.complete(control.channel("general"), "echo", "model", {"text": "x", "model": "dalle"})
    assert [choice["value"] for choice in choices] == [model for model in models if "dalle" in model]


def test_subcommands_run(emulator: Troupe, bot: BotThread) -> None:
    control = emulator.control
    interaction = control.command(control.channel("general"), "credits give", {"amount": 5})
    assert control.settled(interaction)["message"]["content"] == "Gave 5"


def test_buttons_edit_their_message_and_selects_answer(emulator: Troupe, bot: BotThread) -> None:
    control = emulator.control
    message = control.settled(control.command(control.channel("general"), "controls"), contains="Press something")["message"]
    control.settled(control.click(message["id"], "count"))
    control.settled(control.click(message["id"], "count"))
    now = next(known for known in control.messages(message["channel_id"]) if known["id"] == message["id"])
    assert now["content"] == "Pressed 2 times"
    answer = control.settled(control.click(message["id"], "colours", ["red", "blue"]))
    assert answer["message"]["content"] == "Chosen: red, blue"


def test_forms_come_back_filled_in(emulator: Troupe, bot: BotThread) -> None:
    control = emulator.control
    interaction = control.command(control.channel("general"), "form")
    form = eventually(lambda: control.interaction(interaction).get("modal"), "the form opens")
    assert form["title"] == "Feedback"
    fields = [component["components"][0]["custom_id"] for component in form["components"]]
    answer = control.settled(control.submit(interaction, dict(zip(fields, ["Colours", "All fine"]))))
    assert answer["message"]["content"] == "Thank you for “Colours”: All fine"


def test_private_answers_are_seen_by_one_person_only(emulator: Troupe, bot: BotThread) -> None:
    control = emulator.control
    general = control.channel("general")
    message = control.settled(control.command(general, "secret"))["message"]
    guest = control.acting_as(control.people()[1]["id"])
    assert message["id"] in [known["id"] for known in control.messages(general)]
    assert message["id"] not in [known["id"] for known in guest.messages(general)]


def test_it_hears_messages_and_replies(emulator: Troupe, bot: BotThread) -> None:
    control = emulator.control
    general = control.channel("general")
    said = control.say(general, "ping")
    reply = eventually(lambda: next((m for m in control.messages(general) if m["content"] == "pong"), None), "the bot replies")
    assert reply["message_reference"]["message_id"] == said["id"]


def test_it_resumes_after_its_socket_is_cut_and_misses_nothing(emulator: Troupe, bot: BotThread) -> None:
    control = emulator.control
    general = control.channel("general")
    client = bot.client
    assert client is not None
    resumes, readies = client.resumes, client.readies
    control.fault("disconnect")
    said = [f"while you were away {number}" for number in range(5)]
    for text in said:
        control.say(general, text)
    eventually(lambda: client.resumes > resumes, "the session is resumed", seconds=30)
    eventually(lambda: [text for text in client.heard if text in said] == said, "each message arrives once, in order")
    assert client.readies == readies
    assert control.settled(control.command(general, "paint", {"text": "again"}), attachments=1)["state"] == "answered"


def test_a_command_that_is_never_answered_fails_after_three_seconds(emulator: Troupe, bot: BotThread) -> None:
    control = emulator.control
    interaction = control.command(control.channel("general"), "silent")
    control.advance(3_100)
    assert control.settled(interaction)["state"] == "failed"
