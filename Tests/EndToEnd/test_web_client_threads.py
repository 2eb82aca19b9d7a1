"""Threads, posts, direct messages and every kind of input on the page, beside a bot that nobody here wrote."""

import json
import re
from pathlib import Path

from playwright.sync_api import Locator, expect

from harness.bot import BotThread, picture
from harness.browser import Client
from harness.process import Troupe
from harness.waiting import eventually


def answer(client: Client, text: str) -> dict:
    """The JSON of the last answer that has that text."""
    message = client.message(text)
    expect(message).to_be_visible()
    return json.loads(message.get_by_test_id("message-content").inner_text().removeprefix("json").strip().removesuffix("Copy").strip())


def pick(scope: Locator, name: str, *labels: str) -> None:
    """Opens a select and takes entries of its list."""
    select = scope.get_by_test_id(f"select-{name}")
    select.click()
    for label in labels:
        scope.page.locator(".select-list:not([hidden])").get_by_role("option", name=label).first.click()
    if len(labels) > 1:
        select.click()


# Pins


def test_what_is_pinned_is_listed_and_found_again(emulator: Troupe, tab) -> None:
    client = tab(emulator.address).open(channel="general")
    page = client.page
    page.get_by_test_id("pins").click()
    expect(page.get_by_text("Nothing is pinned here")).to_be_visible()
    page.keyboard.press("Escape")
    said = emulator.control.say(emulator.control.channel("general"), "The rules of this place")["id"]
    client.message("The rules of this place").click(button="right")
    page.get_by_test_id("menu-pin").click()
    eventually(lambda: [m["id"] for m in emulator.control.pins(emulator.control.channel("general"))] == [said], "it is pinned")
    expect(page.get_by_test_id("system-message").last).to_contain_text("pinned a message")
    for number in range(60):
        emulator.control.say(emulator.control.channel("general"), f"talk {number}")
    expect(client.message("talk 59")).to_be_visible()
    page.reload()
    expect(client.message("talk 59")).to_be_visible()
    expect(page.locator(f'[data-message="{said}"]')).to_have_count(0)
    page.get_by_test_id("pins").click()
    page.get_by_test_id(f"pinned-{said}").click()
    expect(page.locator(f'[data-message="{said}"]')).to_be_in_viewport()
    emulator.control.pin(said, on=False)


# Threads


def test_a_thread_begins_on_a_message_and_is_closed_and_opened_again(emulator: Troupe, tab) -> None:
    guest = emulator.control.people()[1]
    client = tab(emulator.address).open(channel="general")
    other = tab(emulator.address).open(guest["id"], channel="general")
    page = client.page
    client.say("Shall we paint a wall?").click(button="right")
    page.get_by_test_id("menu-thread").click()
    dialog = page.get_by_test_id("dialog")
    expect(dialog.get_by_label("Name")).to_have_value("Shall we paint a wall?")
    dialog.get_by_label("Name").fill("the wall")
    dialog.get_by_role("button", name="Begin").click()
    expect(page.get_by_test_id("channel-title")).to_have_text("the wall")
    client.say("In blue")
    branch = other.message("Shall we paint a wall?").get_by_test_id("branch")
    expect(branch).to_contain_text("the wall")
    expect(branch).to_contain_text("1 message")
    branch.click()
    expect(other.message("In blue")).to_be_visible()
    page.get_by_test_id("thread-menu").click()
    page.get_by_test_id("thread-archive").click()
    expect(page.locator(".channel-header .post-tag")).to_have_text("closed")
    page.get_by_role("button", name="general", exact=True).first.click()
    expect(page.get_by_test_id("channel-the wall")).to_have_count(0)
    page.get_by_test_id("threads").click()
    page.get_by_test_id("thread-the wall").click()
    client.say("Open again")
    expect(page.locator(".channel-header .post-tag")).to_have_count(0)


def test_a_post_is_written_in_a_forum_with_tags_and_a_file(emulator: Troupe, tab, tmp_path: Path) -> None:
    sketch = tmp_path / "sketch.png"
    sketch.write_bytes(picture)
    guest = emulator.control.people()[1]
    client = tab(emulator.address).open(channel="showcase")
    other = tab(emulator.address).open(guest["id"], channel="showcase")
    page = client.page
    expect(client.composer).to_be_hidden()
    page.get_by_test_id("new-post").click()
    dialog = page.get_by_test_id("dialog")
    dialog.get_by_label("Title").fill("A red square")
    dialog.get_by_label("Text").fill("My **first**")
    dialog.get_by_label("Sketch").check()
    dialog.get_by_test_id("ask-attachments").set_input_files(sketch)
    dialog.get_by_role("button", name="Post").click()
    expect(page.get_by_test_id("channel-title")).to_have_text("A red square")
    expect(client.message("My first").locator("strong")).to_have_text("first")
    expect(client.message("My first").locator(".message-files img")).to_have_js_property("naturalWidth", 96)
    post = other.page.get_by_test_id("post-A red square")
    expect(post).to_contain_text("sketch")
    other.page.get_by_role("button", name="finished").click()
    expect(post).to_have_count(0)
    other.page.get_by_role("button", name="All", exact=True).click()
    post.click()
    other.say("Lovely")
    expect(client.message("Lovely")).to_be_visible()


def test_people_talk_directly(emulator: Troupe, bot: BotThread, tab) -> None:
    client = tab(emulator.address).open(channel="general")
    page = client.page
    page.get_by_test_id("members").get_by_role("button", name="Guest").click()
    page.get_by_role("menuitem", name="Message").click()
    expect(page.get_by_test_id("channel-title")).to_have_text("Guest")
    client.say("Just between us")
    guest = tab(emulator.address).open(emulator.control.people()[1]["id"])
    guest.page.get_by_role("button", name="Direct messages").click()
    guest.page.get_by_test_id("channel-You").click()
    expect(guest.message("Just between us")).to_be_visible()


# Forms and selects


def test_a_form_takes_inputs_of_every_kind(emulator: Troupe, bot: BotThread, tab, tmp_path: Path) -> None:
    drawing = tmp_path / "drawing.png"
    drawing.write_bytes(picture)
    client = tab(emulator.address).open(channel="general")
    client.begin("survey")
    client.page.keyboard.press("Enter")
    form = client.page.get_by_test_id("modal")
    form.get_by_role("button", name="Submit").click()
    expect(form.get_by_role("alert").first).to_have_text("Please fill this in.")
    form.get_by_label("Words").fill("a survey")
    pick(form, "colour", "Green")
    pick(form, "person", "Guest")
    pick(form, "place", "#pictures")
    form.get_by_label("Picture").set_input_files(drawing)
    form.get_by_role("button", name="Submit").click()
    expect(form).to_have_count(0)
    assert answer(client, "a survey") == {
        "words": "a survey", "colour": ["green"], "person": ["guest"], "place": ["pictures"], "picture": [["drawing.png", len(picture)]],
    }


def test_a_form_takes_what_is_ticked(emulator: Troupe, bot: BotThread, tab) -> None:
    client = tab(emulator.address).open(channel="general")
    client.begin("ballot")
    client.page.keyboard.press("Enter")
    form = client.page.get_by_test_id("modal")
    expect(form.locator("strong")).to_have_text("everything")
    form.get_by_label("No", exact=True).check()
    form.get_by_label("Mon").check()
    form.get_by_label("Wed").check()
    form.get_by_label("Sure").check()
    form.get_by_role("button", name="Submit").click()
    expect(form).to_have_count(0)
    assert answer(client, "wed") == {"one": "no", "many": ["mon", "wed"], "sure": True}


def test_selects_of_people_roles_and_channels(emulator: Troupe, bot: BotThread, tab) -> None:
    client = tab(emulator.address).open(channel="general")
    client.begin("pickers")
    client.page.keyboard.press("Enter")
    expect(client.message("Pick something")).to_be_visible()
    message = client.pinned(client.message("Pick something"))
    for name, labels, said in [
        ("pick-user", ["Guest"], "Person: guest"), ("pick-role", ["Painter"], "Role: Painter"), ("pick-channel", ["#pictures"], "Channel: pictures"),
        ("pick-any", ["Guest", "Painter"], "Anybody: Painter, guest"),
    ]:
        pick(message, name, *labels)
        expect(client.message(said)).to_be_visible()


def test_the_newer_components_are_laid_out(emulator: Troupe, bot: BotThread, tab) -> None:
    client = tab(emulator.address).open(channel="general")
    client.begin("layout")
    client.page.keyboard.press("Enter")
    message = client.message("The programme")
    expect(message.get_by_role("heading", name="The programme")).to_be_visible()
    expect(message.locator(".container strong")).to_have_text("two")
    expect(message.locator("img[src*='act.png']")).to_have_count(2)
    message.get_by_test_id("button-Applaud").click()
    expect(client.message(re.compile("^.*Applause"))).to_contain_text("Only you can see this")


def test_commands_on_people_stand_in_their_menu(emulator: Troupe, bot: BotThread, tab) -> None:
    client = tab(emulator.address).open(channel="general")
    client.page.get_by_test_id("members").get_by_role("button", name="Guest").click(button="right")
    client.page.get_by_role("menuitem", name="Greet").click()
    expect(client.message("Hello guest")).to_be_visible()


# People and servers


def test_people_and_servers_are_made_and_roles_given(emulator: Troupe, tab) -> None:
    client = tab(emulator.address).open(channel="general")
    page = client.page
    page.get_by_test_id("user-switch").click()
    page.get_by_test_id("new-person").click()
    page.get_by_test_id("ask-username").fill("bea")
    page.get_by_test_id("ask-global_name").fill("Bea")
    page.get_by_role("button", name="Create").click()
    bea = page.get_by_test_id("members").get_by_role("button", name="Bea")
    has_painter = page.get_by_test_id("role-Painter")

    def opened() -> bool:
        # A list that is drawn anew between press and release of the button misses the click.
        page.keyboard.press("Escape")
        bea.click()
        return has_painter.is_visible()
    eventually(opened, "the menu opens")
    has_painter.click()
    painter = next(role["id"] for role in emulator.control.state()["guilds"][0]["roles"] if role["name"] == "Painter")

    def roles() -> list[str]:
        return next(member["roles"] for member in emulator.control.state()["guilds"][0]["members"] if member["user"]["username"] == "bea")
    eventually(lambda: roles() == [painter], "the role is given")

    def checked() -> bool:
        # The page may learn of it a moment after the world did.
        return opened() and has_painter.get_attribute("aria-checked") == "true"
    eventually(checked, "the menu shows the role")
    has_painter.click()
    eventually(lambda: roles() == [], "the role is taken")
    page.get_by_test_id("user-switch").click()
    page.get_by_test_id("new-guild").click()
    page.get_by_test_id("ask-name").fill("Second stage")
    page.get_by_role("button", name="Found").click()
    expect(page.get_by_role("heading", name="Second stage")).to_be_visible()
    expect(page.get_by_test_id("channel-pictures")).to_be_visible()
