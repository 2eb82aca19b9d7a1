"""The page as a person uses it, beside a bot that nobody here wrote."""

import json
import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from harness.bot import BotThread, picture
from harness.process import Troupe

hostile = '<img src=x onerror="document.title=1"> <script>document.title=2</script> [press](javascript:document.title=3)'


def echoed(text: str) -> dict:
    """What /echo says that it got."""
    return json.loads(text.removeprefix("json").strip())


# Messages


def test_the_page_shows_the_guild_its_channels_and_who_is_there(emulator: Troupe, tab) -> None:
    client = tab(emulator.address).open()
    page = client.page
    guild = emulator.control.state()["guilds"][0]
    expect(page.get_by_role("heading", name=guild["name"])).to_be_visible()
    expect(page.get_by_test_id("channel-general")).to_be_visible()
    members = page.get_by_test_id("members")
    for member in guild["members"]:
        shown = members.get_by_role("button", name=member["user"]["global_name"] or member["user"]["username"])
        expect(shown).to_be_visible()
        assert (shown.locator(".tag").count() > 0) == member["user"].get("bot", False)


def test_a_message_appears_with_its_markdown(emulator: Troupe, tab) -> None:
    client = tab(emulator.address).open(channel="general")
    message = client.say("**bold** and `code`, ~~gone~~ and <t:86400:D>", shown="bold and code")
    expect(message.locator("strong")).to_have_text("bold")
    expect(message.locator("code")).to_have_text("code")
    expect(message.locator("s")).to_have_text("gone")
    expect(message.locator("time.timestamp")).to_contain_text("1970")


def test_what_people_write_is_never_run(emulator: Troupe, tab) -> None:
    client = tab(emulator.address).open(channel="general")
    message = client.say(hostile)
    expect(message.get_by_test_id("message-content")).to_have_text(hostile)
    assert message.locator("img[src=x], script, a").count() == 0
    assert not re.fullmatch(r"[123]", client.page.title())


def test_a_reply_shows_what_it_answers(emulator: Troupe, tab) -> None:
    client = tab(emulator.address).open(channel="general")
    client.say("Who is on stage?").click(button="right")
    client.page.get_by_test_id("menu-reply").click()
    expect(client.page.get_by_test_id("context")).to_contain_text("Replying to")
    reply = client.say("The whole troupe")
    expect(reply.locator(".origin")).to_contain_text("Who is on stage?")


def test_messages_are_edited_and_deleted_live_for_everybody(emulator: Troupe, tab) -> None:
    guest = emulator.control.people()[1]
    author = tab(emulator.address).open(channel="general")
    reader = tab(emulator.address).open(guest["id"], channel="general")
    author.say("a first thougt")
    expect(reader.message("a first thougt")).to_be_visible()
    author.composer.press("ArrowUp")
    author.composer.fill("a first thought")
    author.composer.press("Enter")
    expect(reader.message("a first thought")).to_contain_text("(edited)")
    author.message("a first thought").click(button="right")
    author.page.get_by_test_id("menu-delete").click()
    expect(reader.message("a first thought")).to_have_count(0)


def test_a_message_elsewhere_marks_its_channel_until_it_is_read(emulator: Troupe, tab) -> None:
    control = emulator.control
    me, guest = control.people()[:2]
    client = tab(emulator.address).open(me["id"], channel="general")
    channel = client.page.get_by_test_id("channel-pictures")
    control.acting_as(guest["id"]).say(control.channel("pictures"), f"look, <@{me['id']}>")
    expect(channel).to_have_accessible_name("pictures, unread")
    expect(channel.locator(".count")).to_have_text("1")
    channel.click()
    expect(client.message("look").locator(".mention")).to_have_text(f"@{me['global_name']}")
    expect(channel).to_have_accessible_name("pictures")


def test_what_is_pressed_is_clicked_though_the_page_hears_of_something_meanwhile(emulator: Troupe, tab) -> None:
    client = tab(emulator.address).open(channel="general")
    control = emulator.control
    link = client.page.get_by_test_id("channel-pictures")
    link.hover()
    client.page.mouse.down()
    control.acting_as(control.people()[1]["id"]).say(control.channel("pictures"), "said while it was pressed")
    # However late the page hears of it: it must not be drawn before the release.
    client.page.wait_for_timeout(300)
    expect(link).to_have_accessible_name("pictures")
    client.page.mouse.up()
    expect(client.message("said while it was pressed")).to_be_visible()
    expect(link).to_have_attribute("aria-current", "page")


def test_who_has_just_chosen_a_channel_types_into_it(emulator: Troupe, tab) -> None:
    client = tab(emulator.address).open(channel="general")
    client.page.get_by_test_id("channel-pictures").click()
    expect(client.page.get_by_test_id("channel-title")).to_have_text("pictures")
    client.page.keyboard.type("typed at once")
    client.page.keyboard.press("Enter")
    expect(client.message("typed at once")).to_be_visible()


def test_one_click_makes_one_somebody_else(emulator: Troupe, tab) -> None:
    guest = emulator.control.people()[1]
    client = tab(emulator.address).open(channel="general")
    client.page.get_by_test_id("user-switch").click()
    client.page.get_by_test_id(f"as-{guest['username']}").click()
    expect(client.page.get_by_test_id("user-switch")).to_contain_text(guest["username"])
    expect(client.page.get_by_test_id("channel-title")).to_have_text("general")
    expect(client.say("now it is me").locator(".name").first).to_have_text(guest["global_name"])


def test_typing_is_shown_to_the_others(emulator: Troupe, tab) -> None:
    guest = emulator.control.people()[1]
    writer = tab(emulator.address).open(guest["id"], channel="general")
    reader = tab(emulator.address).open(channel="general")
    writer.composer.press_sequentially("hm")
    expect(reader.page.get_by_text(re.compile("is typing"))).to_contain_text(guest["global_name"])


def test_names_are_completed_after_an_at_sign(emulator: Troupe, tab) -> None:
    guest = emulator.control.people()[1]
    client = tab(emulator.address).open(channel="general")
    client.composer.press_sequentially(f"hello @{guest['username'][:3]}")
    client.composer.press("Tab")
    client.composer.press_sequentially("welcome")
    client.composer.press("Enter")
    expect(client.message("welcome").locator(".mention")).to_have_text(f"@{guest['global_name']}")


def test_files_are_sent_with_previews_and_opened_large(emulator: Troupe, tab) -> None:
    client = tab(emulator.address).open(channel="general")
    page = client.page
    page.get_by_test_id("upload").set_input_files([
        {"name": "one.png", "mimeType": "image/png", "buffer": picture},
        {"name": "two.png", "mimeType": "image/png", "buffer": picture},
        {"name": "notes.txt", "mimeType": "text/plain", "buffer": b"x" * 2048},
    ])
    expect(page.get_by_role("list", name="Files to send")).to_contain_text("2.0 KB")
    message = client.say("three files")
    expect(message.get_by_test_id("file")).to_contain_text("2.0 KB")
    images = message.get_by_test_id("gallery").locator("img")
    expect(images).to_have_count(2)
    expect(images.first).to_have_js_property("naturalWidth", 96)
    message.get_by_role("button", name="Open one.png").click()
    lightbox = page.get_by_test_id("lightbox")
    expect(lightbox).to_contain_text("1 of 2 · one.png · 96 × 64")
    page.keyboard.press("ArrowRight")
    expect(lightbox).to_contain_text("two.png")
    page.keyboard.press("Escape")
    expect(lightbox).to_have_count(0)


def test_reactions_are_counted_and_taken_back(emulator: Troupe, tab) -> None:
    client = tab(emulator.address).open(channel="general")
    message = client.say("clap, please")
    message.hover()
    message.get_by_role("button", name="React").click()
    client.page.get_by_role("menuitem", name="party").click()
    reaction = message.get_by_role("button", name="🎉, 1, yours too")
    reaction.click()
    expect(message.locator(".reaction")).to_have_count(0)


def test_long_channels_load_older_pages_when_one_scrolls_up(emulator: Troupe, tab) -> None:
    control = emulator.control
    chat = control.channel("chat")
    for number in range(120):
        control.say(chat, f"line {number}")
    client = tab(emulator.address).open(channel="chat")
    expect(client.last()).to_contain_text("line 119")
    for known in (50, 100, 120):
        expect(client.messages).to_have_count(known)
        client.page.get_by_role("log").evaluate("list => list.scrollTop = 0")
    expect(client.messages.first).to_contain_text("line 0")


# Commands


def test_the_picker_lists_commands_and_obeys_the_keyboard(emulator: Troupe, bot: BotThread, tab) -> None:
    client = tab(emulator.address).open(channel="general")
    client.composer.press_sequentially("/")
    picker = client.page.get_by_test_id("suggestions")
    expect(picker.get_by_role("option").filter(has_text="/credits give")).to_contain_text("Give credits")
    expect(picker.get_by_role("option").first).to_have_attribute("aria-selected", "true")
    client.composer.press("ArrowDown")
    expect(picker.get_by_role("option").nth(1)).to_have_attribute("aria-selected", "true")
    client.composer.press("Escape")
    expect(picker).to_be_hidden()
    client.composer.press_sequentially("ec")
    expect(picker.get_by_role("option").first).to_contain_text("/echo")
    client.composer.press("Enter")
    expect(client.field("text")).to_be_focused()
    client.field("text").press("Escape")
    expect(client.composer).to_be_focused()


def test_options_are_typed_checked_and_sent(emulator: Troupe, bot: BotThread, tab) -> None:
    control = emulator.control
    guest = control.people()[1]
    client = tab(emulator.address).open(channel="general")
    page = client.page
    client.begin("echo")
    expect(page.get_by_test_id("more-options")).to_have_text("+8 optional")
    client.field("text").press("Enter")
    expect(page.get_by_test_id("option-error")).to_have_text("This option is required.")
    client.field("text").fill("x")
    client.field("text").press("Enter")
    expect(page.get_by_test_id("option-error")).to_have_text("At least 2 characters; this has 1.")
    client.field("text").fill("two words")
    count = client.add("count")
    count.fill("100")
    count.press("Enter")
    expect(page.get_by_test_id("option-error")).to_have_text("At most 9.")
    count.fill("some")
    count.press("Enter")
    expect(page.get_by_test_id("option-error")).to_have_text("Write a whole number.")
    count.fill("3")
    client.add("ratio").fill("0.5")
    client.add("loud").press_sequentially("tr")
    client.field("loud").press("Tab")
    client.add("who").press_sequentially(guest["global_name"][:3])
    client.field("who").press("Tab")
    client.add("where").press_sequentially("pict")
    client.field("where").press("Tab")
    client.add("style").press_sequentially("oil")
    client.field("style").press("Tab")
    client.add("model").press_sequentially("mega")
    page.get_by_role("option", name="dalle-mega").click()
    client.add("file").set_input_files([{"name": "a.txt", "mimeType": "text/plain", "buffer": b"hello"}])
    client.field("text").press("Control+Enter")
    answer = client.message("dalle-mega").locator("pre")
    expect(answer).to_contain_text("two words")
    assert echoed(answer.inner_text()) == {
        "text": "two words", "count": 3, "ratio": 0.5, "loud": True, "who": guest["username"], "where": "pictures", "style": "oil",
        "model": "dalle-mega", "file": "a.txt", "size": 5,
    }


def test_a_deferred_answer_arrives_under_who_used_the_command(emulator: Troupe, bot: BotThread, tab) -> None:
    me = emulator.control.people()[0]
    client = tab(emulator.address).open(channel="general")
    client.begin("paint")
    client.field("text").fill("a red square")
    client.field("text").press("Enter")
    message = client.message("Painted a red square")
    expect(message.locator(".origin")).to_have_text(re.compile(f"{me['global_name']} used /paint"))
    expect(message.get_by_test_id("gallery").locator("img")).to_have_js_property("naturalWidth", 96)
    expect(client.page.get_by_test_id("pending")).to_have_count(0)


def test_buttons_edit_live_and_say_when_nothing_answered(emulator: Troupe, bot: BotThread, tab) -> None:
    client = tab(emulator.address).open(channel="general")
    page = client.page
    client.begin("controls")
    page.keyboard.press("Enter")
    message = client.message("Press something")
    message.get_by_test_id("button-Count").click()
    pressed = client.message(re.compile("Pressed 1 times"))
    expect(pressed).to_be_visible()
    pressed.get_by_test_id("button-Nothing").click()
    expect(pressed.get_by_test_id("button-Nothing")).to_have_attribute("aria-busy", "true")
    emulator.control.advance(3_100)
    expect(pressed.get_by_role("alert")).to_contain_text(re.compile("did not respond|failed"))


def test_a_select_sends_all_that_was_ticked(emulator: Troupe, bot: BotThread, tab) -> None:
    client = tab(emulator.address).open(channel="general")
    client.begin("controls")
    client.page.keyboard.press("Enter")
    select = client.message("Press something").get_by_test_id("select-colours")
    select.click()
    client.page.get_by_role("option", name="Red").click()
    client.page.get_by_role("option", name="Blue").click()
    client.page.keyboard.press("Escape")
    expect(client.message("Chosen: red, blue")).to_be_visible()


def test_a_form_is_checked_and_answered_privately(emulator: Troupe, bot: BotThread, tab) -> None:
    guest = emulator.control.people()[1]
    client = tab(emulator.address).open(channel="general")
    other = tab(emulator.address).open(guest["id"], channel="general")
    client.begin("form")
    client.page.keyboard.press("Enter")
    form = client.page.get_by_test_id("modal")
    expect(form.get_by_role("heading", name="Feedback")).to_be_visible()
    form.get_by_role("button", name="Submit").click()
    expect(form.get_by_role("alert").first).to_have_text("Please fill this in.")
    form.get_by_label("Subject").fill("Colours")
    form.get_by_role("button", name="Submit").click()
    message = client.message("Thank you for “Colours”")
    expect(message).to_contain_text("Only you can see this")
    expect(form).to_have_count(0)
    expect(other.message("Thank you for “Colours”")).to_have_count(0)
    message.get_by_role("button", name="Dismiss message").click()
    expect(client.message("Thank you for “Colours”")).to_have_count(0)


def test_a_command_that_nobody_answers_says_so(emulator: Troupe, bot: BotThread, tab) -> None:
    client = tab(emulator.address).open(channel="general")
    client.begin("silent")
    client.page.keyboard.press("Enter")
    pending = client.page.get_by_test_id("pending")
    expect(pending).to_contain_text("Sending /silent…")
    emulator.control.advance(3_100)
    expect(pending).to_contain_text("did not respond")
    pending.get_by_role("button", name="Dismiss").click()
    expect(pending).to_have_count(0)


def test_commands_on_messages_stand_in_their_menu(emulator: Troupe, bot: BotThread, tab) -> None:
    client = tab(emulator.address).open(channel="general")
    client.say("one two three four").click(button="right")
    client.page.get_by_role("menuitem", name="Count words").click()
    expect(client.message("4 words")).to_contain_text("Only you can see this")


def test_an_embed_is_a_card_with_its_picture(emulator: Troupe, bot: BotThread, tab) -> None:
    client = tab(emulator.address).open(channel="general")
    client.begin("card")
    client.page.keyboard.press("Enter")
    card = client.page.get_by_test_id("embed").last
    expect(card.get_by_role("link", name="A card")).to_have_attribute("href", "https://example.com/")
    expect(card.locator("strong")).to_have_text("bold")
    expect(card.locator("dt")).to_have_text(["Left", "Right"])
    expect(card.locator("img")).to_have_js_property("naturalWidth", 96)
    expect(card).to_contain_text("the end")


# The page itself


def test_a_phone_shows_one_column_and_channels_behind_a_button(emulator: Troupe, tab) -> None:
    client = tab(emulator.address, screen={"width": 390, "height": 780})
    client.page.set_viewport_size({"width": 390, "height": 780})
    client.open()
    page = client.page
    expect(page.get_by_test_id("channels")).to_be_hidden()
    page.get_by_role("button", name="Channels").click()
    page.get_by_test_id("channel-pictures").click()
    expect(page.get_by_test_id("channel-title")).to_have_text("pictures")
    expect(page.get_by_test_id("channels")).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_nothing_stands_in_the_way_of_people_who_see_or_move_otherwise(emulator: Troupe, bot: BotThread, tab, scheme: str) -> None:
    client = tab(emulator.address, color_scheme=scheme, bypass_csp=True).open(channel="general")
    page = client.page

    def faults() -> list[str]:
        # The list of suggestions is walked with the arrow keys from the field above it, and needs no focus of its own.
        found = Axe().run(page, options={"rules": {"scrollable-region-focusable": {"enabled": False}}}).response["violations"]
        return [f"{fault['id']}: {[node['target'] for node in fault['nodes']][:3]}" for fault in found]

    assert faults() == []
    client.composer.press_sequentially("/")
    expect(page.get_by_test_id("suggestions")).to_be_visible()
    assert faults() == []
    client.composer.press_sequentially("echo ")
    expect(client.field("text")).to_be_focused()
    assert faults() == []
    client.field("text").press("Escape")
    client.begin("form")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("modal")).to_be_visible()
    assert faults() == []


def test_everything_can_be_done_without_a_mouse(emulator: Troupe, bot: BotThread, tab) -> None:
    client = tab(emulator.address).open()
    keyboard = client.page.keyboard
    keyboard.press("Alt+ArrowDown")
    expect(client.page.get_by_test_id("channel-title")).to_have_text("pictures")
    keyboard.press("/")
    keyboard.type("controls")
    client.page.get_by_test_id("command-controls").wait_for()
    keyboard.press("Enter")
    keyboard.press("Enter")
    expect(client.message("Press something")).to_be_visible()
    client.page.get_by_role("log").focus()
    keyboard.press("ArrowUp")
    expect(client.last()).to_be_focused()
    keyboard.press("Tab")
    expect(client.last().get_by_test_id("button-Count")).to_be_focused()
    keyboard.press("Enter")
    expect(client.last()).to_contain_text("Pressed 1 times")
    client.last().focus()
    keyboard.press("Enter")
    expect(client.page.get_by_role("menuitem", name="React")).to_be_focused()
    keyboard.press("Escape")
    expect(client.last()).to_be_focused()
    keyboard.press("r")
    expect(client.composer).to_be_focused()
    expect(client.page.get_by_test_id("context")).to_contain_text("Replying to")


def test_the_theme_is_kept(emulator: Troupe, tab) -> None:
    client = tab(emulator.address, color_scheme="dark").open()
    client.page.get_by_role("button", name="Use the light theme").click()
    client.page.reload()
    expect(client.page.locator("html")).to_have_attribute("data-theme", "light")
    expect(client.page.get_by_role("button", name="Use the dark theme")).to_be_visible()


@pytest.fixture
def own_emulator(request: pytest.FixtureRequest, binary: Path):
    if request.config.getoption("--address"):
        pytest.skip("stops and starts a Troupe of its own")
    with Troupe(binary, "emulator").living() as troupe:
        yield troupe


def test_the_page_says_when_the_emulator_is_gone_and_comes_back_by_itself(own_emulator: Troupe, tab) -> None:
    client = tab(own_emulator.address).open(channel="general")
    own_emulator.stop()
    banner = client.page.get_by_test_id("banner")
    expect(banner).to_contain_text("does not answer")
    client.composer.fill("are you there?")
    client.composer.press("Enter")
    expect(client.page.get_by_test_id("notice")).to_contain_text("The message was not sent")
    expect(client.composer).to_have_value("are you there?")
    own_emulator.start()
    expect(banner).to_be_hidden()
    client.composer.press("Enter")
    expect(client.message("are you there?")).to_be_visible()
    client.problems.clear()
