#!/usr/bin/env python3
"""Takes the pictures in Documentation/screenshots: starts Troupe with its own Discord, lives a short story in it, looks at the page.

    .venv/bin/python Scripts/screenshots.py --troupe .build/release/troupe
"""

import argparse
import re
import sys
from pathlib import Path

repository = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(repository / "Tests/EndToEnd"))

from playwright.sync_api import Browser, expect, sync_playwright  # noqa: E402

from harness.browser import Client, launch  # noqa: E402
from harness.process import Attached, Troupe  # noqa: E402
from harness.talker import Talker  # noqa: E402
from harness.waiting import eventually  # noqa: E402

story = "two red circles above a blue square"
lines = {
    "green": "**Blue** and **yellow** do: mix them in equal parts, and add more of one for a colder or a warmer green.",
    "what is my name": "You said so yourself: Ada!",
}
desktop = {"width": 1180, "height": 760}
phone = {"width": 390, "height": 780}


def tab(browser: Browser, address: str, size: dict[str, int], scheme: str) -> Client:
    context = browser.new_context(viewport=size, device_scale_factor=1.5, color_scheme=scheme, reduced_motion="reduce", locale="en-GB")
    return Client(context.new_page(), address)


def painted(client: Client, prompt: str) -> None:
    """Waits until the last picture for a prompt is on the page, all of it."""
    message = client.message(prompt)
    expect(message.get_by_test_id("button-Again")).to_be_visible(timeout=60_000)
    expect(message.locator("img").last).to_have_js_property("complete", True)


def wishes(client: Client, folder: Path) -> None:
    """What one does with a painting: its form, its facts, the gallery."""
    page = client.page
    client.message(story).get_by_test_id("button-Edit prompt").click()
    expect(page.get_by_test_id("modal")).to_be_visible()
    page.screenshot(path=folder / "edit.png")
    page.keyboard.press("Escape")
    client.begin("gallery")
    page.keyboard.press("Enter")
    gallery = client.pinned(client.message("Your pictures, newest first"))
    expect(gallery.locator("img").last).to_have_js_property("complete", True)
    page.mouse.move(0, 0)
    page.screenshot(path=folder / "gallery.png")
    gallery.get_by_role("button", name="Dismiss message").click()


def take(browser: Browser, troupe: Troupe | Attached, folder: Path) -> None:
    control = troupe.control
    people = control.people()
    pictures = control.channel("pictures")
    guest = control.acting_as(people[1]["id"])
    control.say(control.channel("general"), "Curtain up! Type **/generate** in <#%s> and describe a picture." % pictures)
    guest.settled(guest.command(pictures, "generate", {"prompt": "three small green stars in a row", "count": 4, "seed": 1}), 60, attachments=1)
    guest.say(pictures, "Now you: something with circles?")

    client = tab(browser, troupe.address, desktop, "dark").open(channel="pictures")
    page = client.page
    client.composer.press_sequentially("/gen")
    page.get_by_test_id("command-generate").wait_for()
    page.screenshot(path=folder / "commands.png")
    client.composer.press("Tab")
    client.field("prompt").press_sequentially(story)
    client.add("seed").press_sequentially("1")
    page.screenshot(path=folder / "options.png")
    client.field("seed").press("Enter")
    expect(client.message(story)).to_be_visible()
    painted(client, story)
    page.mouse.move(0, 0)
    page.screenshot(path=folder / "pictures.png")
    wishes(client, folder)

    light = tab(browser, troupe.address, desktop, "light").open(channel="pictures")
    painted(light, story)
    light.page.screenshot(path=folder / "light.png")
    small = tab(browser, troupe.address, phone, "dark").open(channel=None)
    small.page.get_by_role("button", name="Channels").click()
    small.page.get_by_test_id("channel-pictures").click()
    painted(small, story)
    small.page.mouse.move(0, 0)
    small.page.screenshot(path=folder / "phone.png")


def console(browser: Browser, troupe: Troupe, folder: Path) -> None:
    """The operator's pages, after the story above has been lived."""
    found = re.search(r"The console: (\S+)", troupe.printed())
    assert found, "the console's link is printed at the start"
    link = found.group(1)
    page = browser.new_context(viewport=desktop, device_scale_factor=1.5, color_scheme="dark", locale="en-GB").new_page()
    page.goto(link)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("heading", name="Overview")).to_be_visible()
    page.screenshot(path=folder / "console.png")
    base = link.split("/login")[0]
    control = troupe.control
    for name, options in [
        ("settings limits", {"pictures": 6}), ("settings style add", {"name": "Ink", "words": "ink drawing of {prompt}"}),
        ("settings word add", {"word": "tax form", "reason": "It is April."}),
    ]:
        control.settled(control.command(control.channel("general"), name, options))
    page.goto(base + "/audit")
    page.screenshot(path=folder / "console-audit.png")
    page.goto(f"{base}/servers/{control.state()['guilds'][0]['id']}")
    page.screenshot(path=folder / "console-server.png")
    page.goto(base + "/models/new")
    page.get_by_label("Name", exact=True).fill("sdxl")
    page.get_by_label("Engine").select_option("sd-webui")
    page.get_by_label("Address of its server").fill("http://10.0.0.7:7860")
    page.get_by_label("In a line").fill("Stable Diffusion XL, photographs and drawings")
    page.get_by_label("Other settings").fill("sizes: [1024x1024, 1216x832]\nprice: 2")
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_role("heading", name="sdxl")).to_be_visible()
    page.screenshot(path=folder / "console-model.png")
    page.goto(f"{base}/servers/{control.state()['guilds'][0]['id']}")
    page.set_viewport_size(phone)
    page.screenshot(path=folder / "console-server-phone.png")
    page.goto(base + "/audit")
    page.screenshot(path=folder / "console-audit-phone.png")
    page.goto(base + "/jobs")
    page.screenshot(path=folder / "console-phone.png")


def talk(browser: Browser, binary: Path, folder: Path) -> None:
    """The same for talking, with a model that knows its lines."""
    talker = Talker(lines)
    troupe = Troupe(binary, "run")
    (Path(troupe.folder.name) / "troupe.yaml").write_text(
        f"models:\n  - {{name: actor, kind: chat, engine: openai, url: '{talker.address}', contextTokens: 4096}}\n"
        "  - {name: pocket, kind: image, engine: pocket}\n")
    try:
        control = troupe.start().control
        channel, bot = control.channel("general"), next(user for user in control.state()["users"] if user.get("bot"))
        client = tab(browser, troupe.address, desktop, "dark").open(channel="general")
        control.say(channel, "!optin")
        expect(client.message("From now on I remember")).to_be_visible(timeout=30_000)
        asked = control.say(channel, f"<@{bot['id']}> my name is Ada. Which colours make green?")
        answer = client.message("mix")
        expect(answer.get_by_test_id("button-Again")).to_be_visible(timeout=30_000)
        shown = next(m for m in control.messages(channel) if (m.get("message_reference") or {}).get("message_id") == asked["id"])
        control.say(channel, "and what is my name?", reply_to=shown["id"])
        expect(client.message("Ada!").get_by_test_id("button-Again")).to_be_visible(timeout=30_000)
        client.page.mouse.move(0, 0)
        client.page.screenshot(path=folder / "talking.png")
    finally:
        troupe.stop()
        troupe.remove()
        talker.stop()


def green_room(browser: Browser, binary: Path, folder: Path) -> None:
    """The invented cast, with a human among them."""
    troupe = Troupe(binary, "run", document="clones: {pause: [0.5, 0.6]}\n")
    try:
        control = troupe.start().control
        room = control.channel("green-room")
        client = tab(browser, troupe.address, desktop, "dark").open(channel="green-room")
        control.command(room, "clones", {"start": {"topic": "bread"}})
        expect(client.message("talk to each other")).to_be_visible(timeout=180_000)
        eventually(lambda: sum(bool(m.get("webhook_id")) for m in control.messages(room)) >= 8, "they talk", seconds=60)
        control.say(room, "Quill, what do you think about cats?")
        eventually(lambda: sum(bool(m.get("webhook_id")) for m in control.messages(room)) >= 11, "they answer", seconds=60)
        client.page.mouse.move(0, 0)
        client.page.screenshot(path=folder / "green-room.png")
    finally:
        troupe.stop()
        troupe.remove()


def seeing(browser: Browser, binary: Path, folder: Path) -> None:
    """A painting, and what the Flamingo sees in it."""
    troupe = Troupe(binary, "run")
    try:
        control = troupe.start().control
        channel = control.channel("pictures")
        client = tab(browser, troupe.address, desktop, "dark").open(channel="pictures")
        control.settled(control.command(channel, "generate", {"prompt": "two blue stars", "count": 1, "seed": 4}), seconds=60, attachments=1)
        client.message("two blue stars").locator("img").first.click(button="right")
        client.page.get_by_role("menuitem", name="Comprehend…").click()
        client.page.get_by_test_id("modal").get_by_role("button", name=re.compile("Submit|Send")).click()
        expect(client.message("pocket-flamingo")).to_be_visible(timeout=60_000)
        client.page.mouse.move(0, 0)
        client.page.screenshot(path=folder / "seeing.png")
    finally:
        troupe.stop()
        troupe.remove()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--troupe", type=Path, default=repository / ".build/release/troupe", help="the built command")
    parser.add_argument("--address", help="use a Troupe that already runs there")
    parser.add_argument("--output", type=Path, default=repository / "Documentation/screenshots")
    options = parser.parse_args()
    options.output.mkdir(parents=True, exist_ok=True)
    troupe = Attached(options.address) if options.address else Troupe(options.troupe.resolve(), "run").start()
    try:
        with sync_playwright() as playwright:
            browser = launch(playwright)
            take(browser, troupe, options.output)
            if isinstance(troupe, Troupe):
                console(browser, troupe, options.output)
            if not options.address:
                for scene in (talk, seeing, green_room):
                    scene(browser, options.troupe.resolve(), options.output)
            browser.close()
    finally:
        if isinstance(troupe, Troupe):
            troupe.stop()
            troupe.remove()
    for picture in sorted(options.output.glob("*.png")):
        print(f"{picture} {picture.stat().st_size // 1000} kB")


if __name__ == "__main__":
    main()
