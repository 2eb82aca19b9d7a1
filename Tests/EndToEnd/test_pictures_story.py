"""Everything that one can do with pictures, on a page in a browser: Troupe paints on servers that speak the real APIs, for credits."""

import io
import json
import re
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Locator, expect

from harness.control import Refused, file
from harness.painting import entry, workflow
from harness.process import Troupe
from harness.waiting import eventually
from servers import pictures
from servers.process import ServerProcess

kinds = ["webui", "comfyui", "openai", "dalle-playground"]
commands = {"generate", "gallery", "again", "info", "settings", "Picture info", "Variations of this picture"}
slow = 90_000


class Studio(Troupe):
    """`troupe run` with four servers, three credits a picture."""

    def __init__(self, binary: Path):
        self.servers = {kind: ServerProcess(kind, seconds=0.5) for kind in kinds}
        models = [entry(kind, [server], price=3) for kind, server in self.servers.items()]
        # JSON is YAML.
        super().__init__(
            binary, "run", settings={"TROUPE_CREDITS": "on", "IMAGES_KEY": "sk-test"}, document=json.dumps({"models": models}))
        (Path(self.folder.name) / "workflow.json").write_text(json.dumps(workflow(count=True)))


@pytest.fixture(scope="module")
def studio(binary: Path) -> Iterator[Studio]:
    studio = Studio(binary)
    try:
        with studio.living(*commands):
            for person in studio.control.people()[:2]:
                studio.say("credits", "grant", person["id"], "1000")
            yield studio
            assert json.loads(studio.say("credits", "audit", "--json"))["sound"] is True
            assert all(server.record()["violations"] == [] for server in studio.servers.values())
    finally:
        for server in studio.servers.values():
            server.kill()


def painted(message: Locator) -> Locator:
    """The message once its pictures are there, all of them."""
    expect(message.get_by_test_id("button-Info")).to_be_visible(timeout=slow)
    expect(message.locator("img").last).to_have_js_property("complete", True, timeout=slow)
    return message


def bytes_of(attachment: dict) -> bytes:
    with urllib.request.urlopen(attachment["url"], timeout=120) as response:
        return response.read()


@pytest.mark.parametrize("kind", kinds)
def test_each_server_paints_what_is_typed(kind: str, studio: Studio, tab) -> None:
    client = tab(studio.address).open(channel="pictures")
    client.begin("generate")
    client.field("prompt").press_sequentially(f"a fox by {kind}")
    client.add("model").press_sequentially(kind[:4])
    offered = client.page.get_by_test_id("suggestions").get_by_role("option").filter(has_text=kind)
    expect(offered).to_contain_text("a picture · 3 credits")
    offered.click()
    client.add("count").fill("2")
    client.field("count").press("Enter")
    message = client.pinned(client.message(f"a fox by {kind}"))
    expect(painted(message)).to_contain_text(re.compile(rf"model {kind} · 2 pictures painted in .*6 credits", re.S))
    assert sum(job["count"] for job in studio.servers[kind].painted() if job["prompt"] == f"a fox by {kind}") == 2


def test_every_wish_reaches_the_server_and_stands_in_the_picture(studio: Studio, tab) -> None:
    control = studio.control
    styled = control.command(
        control.channel("pictures"), "settings style add", {"name": "Ink", "words": "ink drawing of {prompt}", "negative": "colour"})
    assert "Style set" in control.settled(styled)["message"]["content"]

    client = tab(studio.address).open(channel="pictures")
    client.begin("generate")
    client.field("prompt").press_sequentially("a small boat")
    for option, text in {"model": "webui", "count": "2", "seed": "7", "steps": "30", "guidance": "6.5", "negative": "blur"}.items():
        client.add(option).fill(text)
    client.add("size").fill("landscape")
    client.add("style").press_sequentially("in")
    client.page.get_by_test_id("suggestions").get_by_role("option").filter(has_text="Ink").click()
    client.add("image").set_input_files([{"name": "start.png", "mimeType": "image/png", "buffer": pictures.drawn("start", 1)}])
    client.add("strength").fill("0.4")
    client.field("strength").press("Enter")
    message = painted(client.pinned(client.message("a small boat")))
    expect(message).to_contain_text("768x512 · style Ink")
    expect(message).to_contain_text("from the given picture, strength 0.4")
    job = studio.servers["webui"].painted()[-1]
    assert job | {"id": 0} == job | {
        "id": 0, "prompt": "ink drawing of a small boat", "negative": "blur, colour", "count": 2, "seed": 7, "steps": 30,
        "size": [768, 512], "image": True}

    message.get_by_test_id("button-Info").click()
    info = client.message("Painted in")
    expect(info).to_contain_text("Only you can see this")
    for line in ["Prompt: a small boat", "Not wanted: blur", "Steps: 30", "Guidance: 6.5", "Size: 768x512", "Seeds: 7 8"]:
        expect(info).to_contain_text(line)

    message.get_by_test_id("button-2").click()
    single = client.pinned(client.message("Picture 2 of a small boat"))
    expect(single.locator("img").last).to_have_js_property("complete", True)
    newest = control.messages(control.channel("pictures"))[0]
    picture = Image.open(io.BytesIO(bytes_of(newest["attachments"][0])))
    assert picture.text["prompt"] == "a small boat" and picture.text["seed"] == "8" and picture.text["style"] == "Ink"

    # Carried elsewhere, it still says how it was made.
    control.say(control.channel("chat"), "look at this", attachments=[file("boat.png", bytes_of(newest["attachments"][0]))])
    guest = tab(studio.address).open(control.people()[1]["id"], channel="chat")
    guest.message("look at this").click(button="right")
    guest.page.get_by_role("menuitem", name="Picture info").click()
    expect(guest.message("Made by: Troupe")).to_contain_text("Prompt: a small boat")


def test_a_painting_is_edited_varied_and_deleted_by_its_buttons(studio: Studio, tab) -> None:
    client = tab(studio.address).open(channel="pictures")
    page = client.page
    client.begin("generate")
    client.field("prompt").press_sequentially("a tall tower")
    client.add("model").fill("webui")
    client.add("count").fill("4")
    client.field("count").press("Enter")
    first = painted(client.pinned(client.message("a tall tower")))

    first.get_by_test_id("button-Edit prompt").click()
    form = page.get_by_test_id("modal")
    expect(form.get_by_test_id("field-prompt")).to_have_value("a tall tower")
    form.get_by_test_id("field-prompt").fill("a crooked tower")
    form.get_by_test_id("field-count").fill("1")
    form.get_by_role("button", name="Submit").click()
    crooked = painted(client.pinned(client.message("a crooked tower")))
    expect(crooked).to_contain_text("3 credits")

    first.get_by_role("combobox", name="Variations of…").click()
    page.get_by_role("option", name="Variations of picture 3").click()
    varied = painted(client.pinned(client.message("from picture 3 of an earlier painting")))
    expect(varied).to_contain_text("a tall tower")
    assert studio.servers["webui"].painted()[-1]["image"] is True

    crooked.get_by_test_id("button-Delete").click()
    question = client.pinned(client.message("What shall go?"))
    question.get_by_test_id("button-Pictures and record too").click()
    expect(question).to_contain_text("Deleted: the message, the pictures, and the record of them.")
    expect(crooked).to_have_count(0)


def test_the_unfinished_picture_is_seen_while_it_is_painted(studio: Studio, tab) -> None:
    client = tab(studio.address).open(channel="pictures")
    studio.servers["webui"].become(seconds=6)
    try:
        client.begin("generate")
        client.field("prompt").press_sequentially("a slow snail")
        client.add("model").fill("webui")
        client.add("count").fill("1")
        client.field("count").press("Enter")
        waiting = client.pinned(client.message("a slow snail"))
        expect(waiting.get_by_test_id("button-Cancel")).to_be_visible(timeout=slow)
        expect(waiting.get_by_test_id("gallery").locator("img")).to_have_js_property("complete", True, timeout=slow)
        expect(waiting).to_contain_text("Painting…")
        done = painted(waiting)
        expect(done).to_contain_text("painted in")
        expect(done.get_by_test_id("gallery").locator("img")).to_have_count(1)
    finally:
        studio.servers["webui"].become(seconds=0.5)


def test_a_gallery_shows_ones_own_pictures_by_word_and_posts_them_again(studio: Studio, tab) -> None:
    control, pictures_channel = studio.control, studio.control.channel("pictures")
    painter = control.make_user("gallerist")["id"]
    studio.say("credits", "grant", painter, "100")
    person = control.acting_as(painter)
    for prompt in ["a red boat", "a blue boat", "a red house"]:
        asked = person.command(pictures_channel, "generate", {"prompt": prompt, "count": 1, "model": "webui"})
        person.settled(asked, seconds=60, attachments=1, contains="painted in")
    client = tab(studio.address).open(painter, channel="pictures")
    client.begin("gallery")
    client.add("search").fill("red")
    client.field("search").press("Enter")
    page = client.pinned(client.message("Your pictures with red"))
    expect(page).to_contain_text("Only you can see this")
    expect(page).to_contain_text("a red house")
    expect(page).to_contain_text("a red boat")
    expect(page).not_to_contain_text("a blue boat")
    expect(page.locator("img").last).to_have_js_property("complete", True)
    page.get_by_role("combobox", name="Post again…").click()
    client.page.get_by_role("option", name="2 · a red boat").click()
    shown = painted(client.pinned(client.message(re.compile("^(?!.*Your pictures).*a red boat.*painted in", re.S))))
    expect(shown.get_by_role("button", name="Again · 3 credits")).to_be_visible()

    eventually(lambda: json.loads(studio.say("credits", "balance", painter, "--json"))["posted"] == 91, "three pictures are paid; to post again costs nothing")
    again = person.settled(person.command(pictures_channel, "again"), seconds=60, attachments=1, contains="painted in")["message"]
    assert again["content"].startswith("**a red house**")


def test_what_the_guild_decided_holds_in_each_channel(studio: Studio) -> None:
    control = studio.control
    guest = control.acting_as(control.people()[1]["id"])
    general, pictures_channel = control.channel("general"), control.channel("pictures")
    with pytest.raises(Refused):
        guest.command(general, "settings show")
    for name, options in [
        ("settings word add", {"word": "tax form", "reason": "It is April."}),
        ("settings channel", {"channel": general, "showing": "spoiler"}),
        ("settings limits", {"pictures": 4}),
    ]:
        assert control.settled(control.command(general, name, options))["message"]["flags"] & 64
    try:
        refused = guest.settled(guest.command(general, "generate", {"prompt": "a TAX-Form"}))["message"]
        assert refused["content"] == "The word ||tax form|| is not painted on this server. It is April. Try other words."
        assert refused["flags"] & 64
        many = guest.settled(guest.command(general, "generate", {"prompt": "x", "count": 5}))["message"]
        assert many["content"] == "At most 4 pictures a request here. Ask for fewer."
        for channel, is_covered in [(general, True), (pictures_channel, False)]:
            asked = guest.command(channel, "generate", {"prompt": "a boat", "count": 1, "model": "webui"})
            message = guest.settled(asked, seconds=60, attachments=1, contains="painted in")["message"]
            assert message["attachments"][0]["filename"].startswith("SPOILER_") is is_covered
    finally:
        for name, options in [
            ("settings word remove", {"word": "tax form"}), ("settings channel", {"channel": general}), ("settings limits", {}),
        ]:
            control.settled(control.command(general, name, options))


def test_a_file_that_is_no_picture_and_a_lying_one_are_refused_and_cost_nothing(studio: Studio) -> None:
    control, channel = studio.control, studio.control.channel("pictures")
    person = control.acting_as(control.make_user("stranger")["id"])
    studio.say("credits", "grant", person.user, "10")
    jobs = len(studio.servers["webui"].painted())
    for data in [b"<svg onload=alert(1)>", pictures.lying(), pictures.drawn("cut", 1)[:60]]:
        asked = person.command(channel, "generate", {"prompt": "a boat", "model": "webui"}, attachments={"image": file("x.png", data)})
        answer = person.settled(asked, seconds=30, contains="cannot be used")["message"]
        assert answer["content"].startswith("That picture cannot be used:") and answer["attachments"] == []
    assert len(studio.servers["webui"].painted()) == jobs
    assert json.loads(studio.say("credits", "balance", person.user, "--json"))["available"] == 10
