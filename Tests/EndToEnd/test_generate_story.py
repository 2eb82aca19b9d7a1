"""The story that Troupe is for: a prompt typed in Discord becomes four pictures."""

import os
import re
import signal
import subprocess
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, expect

from harness.process import Troupe
from harness.waiting import eventually

prompt = "two red circles above a blue square"


def test_a_prompt_becomes_four_pictures_then_one_then_four_again(troupe: Troupe, tab) -> None:
    client = tab(troupe.address).open(channel="pictures")
    page = client.page
    client.begin("generate")
    client.field("prompt").press_sequentially(prompt)
    client.field("prompt").press("Enter")

    waiting = client.pinned(client.message(prompt))
    expect(waiting.get_by_test_id("button-Cancel")).to_be_visible()
    expect(waiting).to_contain_text("Painting…")
    expect(waiting.locator(".origin")).to_contain_text("used /generate")

    painted = waiting
    expect(painted.get_by_test_id("button-Again")).to_be_visible(timeout=60_000)
    expect(painted).to_contain_text(prompt)
    expect(painted).to_contain_text(re.compile(r"seed \d+ · model .* · 4 pictures painted in"))
    expect(painted.get_by_test_id("button-Cancel")).to_have_count(0)
    grid = size_of_picture(painted)
    assert grid[0] == grid[1] and grid[0] >= 256

    painted.get_by_test_id("button-1").click()
    single = client.pinned(client.message("Picture 1 of"))
    assert size_of_picture(single)[0] * 2 <= grid[0]

    painted.get_by_test_id("button-Again").click()
    again = client.messages.filter(has=page.get_by_test_id("button-Again"))
    expect(again).to_have_count(2, timeout=60_000)
    size_of_picture(client.pinned(again.last))


def size_of_picture(message: Locator) -> list[int]:
    """Width and height of a message's picture, once it is there."""
    image = message.get_by_test_id("gallery").locator("img")
    expect(image).to_have_js_property("complete", True, timeout=60_000)
    return image.evaluate("image => [image.naturalWidth, image.naturalHeight]")


@pytest.fixture
def waiting_room(emulator: Troupe) -> Iterator[Troupe]:
    """An emulator with `troupe bot` and no runner: what is asked waits."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("DISCORD_", "TROUPE_"))}
    environment |= {"DISCORD_TOKEN": "test-token", "DISCORD_API_BASE_URL": f"{emulator.address}/api/v10"}
    bot = subprocess.Popen([emulator.binary, "bot"], cwd=emulator.folder.name, env=environment, stdin=subprocess.DEVNULL)
    try:
        eventually(lambda: any(c["name"] == "generate" for c in emulator.control.state()["commands"]), "the bot is there", seconds=60)
        yield emulator
    finally:
        bot.send_signal(signal.SIGINT)
        assert bot.wait(60) == 0


def test_only_the_owner_can_cancel(waiting_room: Troupe, tab) -> None:
    owner, guest = waiting_room.control.people()[:2]
    first = tab(waiting_room.address).open(owner["id"], channel="pictures")
    second = tab(waiting_room.address).open(guest["id"], channel="pictures")
    first.begin("generate")
    first.field("prompt").fill("a yellow heart")
    first.field("prompt").press("Enter")
    mine = first.pinned(first.message("a yellow heart"))
    expect(mine).to_contain_text("position 1")
    second.message("a yellow heart").get_by_test_id("button-Cancel").click()
    expect(second.message("Only the person who asked for this can cancel it.")).to_contain_text("Only you can see this")
    expect(first.message("Only the person who asked for this can cancel it.")).to_have_count(0)
    mine.get_by_test_id("button-Cancel").click()
    expect(mine).to_contain_text("Cancelled.")
    expect(mine.get_by_test_id("button-Cancel")).to_have_count(0)


def test_a_prompt_that_is_too_long_is_refused_in_the_form(troupe: Troupe, tab) -> None:
    client = tab(troupe.address).open(channel="pictures")
    client.begin("generate")
    client.field("prompt").fill("red " * 300)
    client.field("prompt").press("Enter")
    expect(client.page.get_by_test_id("option-error")).to_have_text("At most 1,000 characters; this has 1,200.")


def test_a_prompt_cannot_mention_everyone(troupe: Troupe, tab) -> None:
    control = troupe.control
    interaction = control.command(control.channel("pictures"), "generate", {"prompt": "@everyone a red square", "count": 1})
    message = control.settled(interaction, seconds=60, attachments=1)["message"]
    assert message["mention_everyone"] is False and message["mentions"] == []


def test_models_are_offered_while_one_types(troupe: Troupe, tab) -> None:
    client = tab(troupe.address).open(channel="pictures")
    client.begin("generate")
    client.add("model")
    expect(client.page.get_by_test_id("suggestions").get_by_role("option").first).to_be_visible()
