"""Seeing out of the box: the model that ships with Troupe answers about plain scenes, with no server and no settings."""

import io
import re

from PIL import Image, ImageDraw
from playwright.sync_api import expect

from harness.control import file
from harness.process import Troupe
from harness.waiting import eventually

colours = {"red": (220, 40, 40), "blue": (50, 90, 220), "green": (50, 160, 75)}


def scene(shape: str, colour: str, left: int = 36) -> bytes:
    """One shape on white."""
    image = Image.new("RGB", (128, 128), "white")
    draw = ImageDraw.Draw(image)
    (draw.ellipse if shape == "circle" else draw.rectangle)((left, 36, left + 56, 92), fill=colours[colour])
    data = io.BytesIO()
    image.save(data, "PNG")
    return data.getvalue()


def test_it_captions_and_answers_in_the_form_of_a_servers_own_task(troupe: Troupe) -> None:
    control = troupe.control
    eventually(lambda: any(c["name"] == "comprehend" for c in control.state()["commands"]), "the command is there")
    channel = control.channel("pictures")

    def ask(picture: bytes, **options) -> dict:
        asked = control.command(channel, "comprehend", options, attachments={"image": file("a.png", picture)})
        return control.settled(asked, seconds=60, attachments=1)["message"]["embeds"][0]

    answer = ask(scene("circle", "red"))
    assert "red circle" in answer["description"] and "pocket-flamingo" in answer["footer"]["text"]

    shown = [("circle", "blue"), ("square", "red"), ("square", "green"), ("circle", "red")]
    texts = {f"text{i}": f"{shape}, {colour}" for i, (shape, colour) in enumerate(shown, 1)}
    images = {f"image{i}": file(f"{i}.png", scene(*one)) for i, one in enumerate(shown, 1)}
    made = control.command(channel, "register_task", {"name": "pairs", **texts}, attachments=images)
    control.settled(made, contains="is there, with 4 examples", seconds=60)
    assert ask(scene("circle", "green", left=40), task="pairs")["description"] == "circle, green"


def test_in_the_browser_what_the_painter_painted_is_told_by_the_flamingo(troupe: Troupe, tab) -> None:
    client = tab(troupe.address).open(channel="general")
    page = client.page
    client.begin("generate")
    client.field("prompt").press_sequentially("a red circle")
    client.field("prompt").press("Enter")
    painted = client.pinned(client.message("a red circle"))
    expect(painted.get_by_test_id("button-1")).to_be_visible(timeout=60_000)
    painted.get_by_test_id("button-1").click()
    single = client.pinned(client.message("Picture 1 of"))
    single.get_by_text("Picture 1 of").click(button="right")
    page.get_by_role("menuitem", name="Comprehend…").click()
    page.get_by_test_id("modal").get_by_role("button", name=re.compile("Submit|Send")).click()
    told = client.message("pocket-flamingo")
    expect(told.get_by_test_id("embed")).to_contain_text(re.compile("circle|square|triangle|star|heart|diamond|cross|ring|moon|house|tree|flower"), timeout=60_000)
    expect(told.get_by_test_id("embed").locator("img")).to_have_js_property("complete", True)
