"""The inspector: what goes over the wire, seen in the page, and faults made from it."""

import json

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from harness.bot import BotThread
from harness.browser import Client
from harness.process import Troupe
from harness.raw import RawBot

messages = "POST /channels/{channel_id}/messages"


def inspect(client: Client, what: str = "all") -> Page:
    page = client.page
    if not page.get_by_test_id("inspector").is_visible():
        page.get_by_test_id("open-inspector").click()
    page.get_by_test_id(f"inspect-{what}").click()
    return page


def test_calls_frames_and_interactions_appear_as_they_happen(emulator: Troupe, bot: BotThread, tab) -> None:
    client = tab(emulator.address).open(channel="general")
    page = inspect(client)
    rows = page.get_by_test_id("wire-row")
    client.begin("echo")
    client.field("text").fill("seen in the inspector")
    page.keyboard.press("Enter")
    expect(client.message("seen in the inspector")).to_be_visible()
    page.get_by_test_id("wire-filter").fill("seen inspector")
    expect(rows.filter(has_text="INTERACTION_CREATE")).to_have_count(1)
    expect(rows.filter(has_text="MESSAGE_CREATE")).to_have_count(1)
    expect(rows.filter(has_text="/callback")).to_have_count(1)
    page.get_by_test_id("inspect-interactions").click()
    expect(rows.filter(has_text="MESSAGE_CREATE")).to_have_count(0)
    rows.filter(has_text="/callback").click()
    detail = page.get_by_test_id("wire-detail")
    expect(detail).to_contain_text("/interactions/{interaction_id}/{interaction_token}/callback")
    expect(detail.get_by_label("Request")).to_contain_text('"type": 4')
    page.get_by_test_id("inspect-gateway").click()
    page.get_by_test_id("wire-filter").fill("")
    expect(rows.filter(has_text="READY").first).to_be_visible()
    expect(rows.filter(has_text="Heartbeat")).to_have_count(0)
    rows.filter(has_text="Identify").first.click()
    expect(detail).to_contain_text("(hidden)")
    assert "test-token" not in page.get_by_test_id("inspector").inner_text()
    page.keyboard.press("Alt+i")
    expect(page.get_by_test_id("inspector")).to_be_hidden()


def test_a_fault_is_made_from_the_page_and_marked(emulator: Troupe, tab) -> None:
    raw = RawBot(emulator.address)
    general = emulator.control.channel("general")
    client = tab(emulator.address).open(channel="general")
    page = inspect(client, "faults")
    page.get_by_test_id("fault-kind").select_option("error")
    page.get_by_test_id("fault-status").fill("502")
    page.get_by_test_id("fault-route").fill(messages)
    page.get_by_test_id("inject").click()
    expect(page.get_by_test_id("active-faults")).to_contain_text("status 502")
    assert raw("POST", f"/channels/{general}/messages", {"content": "refused"}).status == 502
    assert raw("POST", f"/channels/{general}/messages", {"content": "taken"}).status == 200
    inspect(client, "rest")
    page.get_by_test_id("wire-onlyBad").check()
    row = page.get_by_test_id("wire-row").filter(has_text="502")
    expect(row).to_contain_text("error")
    expect(page.get_by_test_id("wire-row").filter(has_text="200")).to_have_count(0)
    inspect(client, "faults")
    page.get_by_test_id("fault-kind").select_option("disconnect")
    page.get_by_test_id("fault-after_ms").fill("600000")
    page.get_by_test_id("inject").click()
    expect(page.get_by_test_id("active-faults")).to_contain_text("disconnect")
    page.get_by_role("button", name="Call all off").click()
    expect(page.get_by_test_id("active-faults")).to_contain_text("Nothing is ordered")
    page.get_by_test_id("fault-kind").select_option("error")
    page.get_by_test_id("fault-status").fill("200")
    page.get_by_test_id("inject").click()
    expect(page.get_by_test_id("notice").last).to_contain_text("status")
    # The browser reports the refusal too.
    assert len(client.problems) == 1 and "400" in client.problems.pop()


def test_buckets_show_how_full_they_are(emulator: Troupe, tab) -> None:
    raw = RawBot(emulator.address)
    pictures = emulator.control.channel("pictures")
    client = tab(emulator.address).open()
    page = inspect(client, "limits")
    for number in range(3):
        raw("POST", f"/channels/{pictures}/messages", {"content": f"{number}"})
    expect(page.get_by_test_id("buckets")).to_contain_text("#pictures")


def test_what_is_shown_is_exported_as_an_archive(emulator: Troupe, bot: BotThread, tab, tmp_path) -> None:
    client = tab(emulator.address).open(channel="general")
    page = inspect(client)
    client.say("to be archived")
    page.get_by_test_id("wire-filter").fill("archived")
    expect(page.get_by_test_id("wire-row")).to_have_count(1)
    page.get_by_test_id("wire-filter").fill("")
    with page.expect_download() as download:
        page.get_by_role("button", name="Export as HAR").click()
    download.value.save_as(tmp_path / "a.har")
    log = json.loads((tmp_path / "a.har").read_text())["log"]
    assert log["version"] == "1.2"
    assert any(entry["request"]["method"] == "PUT" and entry["response"]["status"] == 200 for entry in log["entries"])
    socket = next(entry for entry in log["entries"] if entry.get("_resourceType") == "websocket")
    assert any("to be archived" in message["data"] for message in socket["_webSocketMessages"])


@pytest.mark.parametrize("what", ["all", "limits", "faults"])
def test_nothing_in_it_stands_in_the_way(emulator: Troupe, bot: BotThread, tab, what: str) -> None:
    client = tab(emulator.address, bypass_csp=True).open(channel="general")
    page = inspect(client, what)
    if what == "all":
        page.get_by_test_id("wire-row").last.click()
    page.wait_for_timeout(300)
    found = Axe().run(page).response["violations"]
    assert [f"{fault['id']}: {[node['target'] for node in fault['nodes']][:3]}" for fault in found] == []
    page.set_viewport_size({"width": 390, "height": 780})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.evaluate("document.querySelector('.inspector-body').scrollWidth") <= 390
    page.get_by_role("button", name="Close the inspector").click()
    expect(page.get_by_test_id("inspector")).to_be_hidden()


def test_worlds_and_scenarios_are_read_from_files(emulator: Troupe, tab, tmp_path) -> None:
    (tmp_path / "seed.yaml").write_text("users: [{username: ada, global_name: Ada}]\nguilds: [{name: Atelier, channels: [{name: hall, messages: [{by: ada, content: Welcome}]}]}]")
    (tmp_path / "faults.yaml").write_text("faults: [{kind: down, for_ms: 1000, after_ms: 900000}]")
    client = tab(emulator.address).open()
    page = inspect(client, "faults")
    page.get_by_test_id("file-seed").set_input_files(tmp_path / "seed.yaml")
    page.get_by_role("button", name="Atelier").click()
    expect(client.message("Welcome")).to_be_visible()
    page.get_by_test_id("file-faults").set_input_files(tmp_path / "faults.yaml")
    expect(page.get_by_test_id("active-faults")).to_contain_text("down")
    page.get_by_role("button", name="Call all off").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Save to a file").click()
    client.say("forgotten").wait_for()
    page.get_by_label("State file").set_input_files(download.value.path())
    expect(client.message("forgotten")).to_have_count(0)
    expect(client.message("Welcome")).to_be_visible()
