"""The models at the console, in a real browser: asked whether they are there, and what they cost."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from harness.painting import entry
from harness.process import Troupe
from harness.waiting import eventually
from servers.process import ServerProcess


@pytest.fixture(scope="module")
def server() -> Iterator[ServerProcess]:
    server = ServerProcess("webui")
    yield server
    server.kill()


@pytest.fixture(scope="module")
def troupe(request: pytest.FixtureRequest, binary: Path, server: ServerProcess) -> Iterator[Troupe]:
    if request.config.getoption("--address"):
        pytest.skip("reads what the command prints")
    document = json.dumps({"models": [entry("webui", [server], price=3)]})
    with Troupe(binary, "run", settings={"TROUPE_CREDITS": "on"}, document=document).living() as troupe:
        yield troupe


@pytest.fixture(scope="module")
def page(browser: Browser, troupe: Troupe) -> Iterator[Page]:
    page = browser.new_context().new_page()
    log_in(page, troupe)
    yield page
    page.context.close()


def log_in(page: Page, troupe: Troupe) -> None:
    eventually(lambda: "The console: " in troupe.printed(), "the console's link is printed")
    page.goto(re.findall(r"The console: (\S+)", troupe.printed())[-1])
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("heading", name="Overview")).to_be_visible()


def open_model(page: Page, name: str) -> None:
    page.get_by_role("link", name="Models").click()
    page.get_by_role("link", name=name, exact=True).click()
    expect(page.get_by_role("heading", name=name)).to_be_visible()


def test_a_model_s_server_is_asked_whether_it_is_there(troupe: Troupe, server: ServerProcess, page: Page) -> None:
    open_model(page, "webui")
    page.get_by_role("button", name="Ask its servers").click()
    expect(page.get_by_role("status")).to_contain_text(server.address)
    expect(page.get_by_role("status")).to_contain_text("up to 9 pictures")
    server.kill()
    page.get_by_role("button", name="Ask its servers").click()
    expect(page.get_by_role("status")).to_contain_text("is the server running?")
    server.start()
    page.get_by_role("button", name="Ask its servers").click()
    expect(page.get_by_role("status")).to_contain_text("up to 9 pictures")
    assert server.painted() == []


def test_a_price_is_changed_and_holds_in_discord(troupe: Troupe, page: Page) -> None:
    control = troupe.control

    def offered() -> str:
        choices = control.complete(control.channel("pictures"), "generate", "model", {"model": ""})
        return next(choice["name"] for choice in choices if choice["value"] == "webui")

    assert offered().endswith("· 3 credits")
    open_model(page, "webui")
    credits = page.get_by_label("Credits a picture")
    expect(credits).to_have_value("3")
    for wrong in "many", "-1", "2.5":
        credits.fill(wrong)
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("alert")).to_contain_text("credits must be a whole number")
    credits.fill("7")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("webui: 7 credits a picture")
    eventually(lambda: offered().endswith("· 7 credits"), "the new price holds")
    shown = control.settled(control.command(control.channel("general"), "settings credits show"), contains="the console")
    assert "webui: 7 credits a picture" in shown["message"]["content"]
    credits.fill("")
    page.get_by_role("button", name="Save").click()
    expect(credits).to_have_value("3")
    eventually(lambda: offered().endswith("· 3 credits"), "the configured price holds again")
    page.get_by_role("link", name="Audit").click()
    rows = page.locator("tbody tr").filter(has_text="price of webui")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text("its configured price")
    expect(rows.last).to_contain_text("7 credits a picture")


def test_no_page_of_a_model_is_wider_than_a_phone(page: Page) -> None:
    size = page.viewport_size
    page.set_viewport_size({"width": 360, "height": 740})
    open_model(page, "webui")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.get_by_role("link", name="Models").click()
    page.get_by_role("link", name="Add a model").click()
    expect(page.get_by_role("heading", name="Add a model")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.set_viewport_size(size)


def test_a_model_is_added_and_there_after_a_restart(troupe: Troupe, browser: Browser, page: Page) -> None:
    other = ServerProcess("webui")
    page.get_by_role("link", name="Models").click()
    page.get_by_role("link", name="Add a model").click()
    page.get_by_label("Name", exact=True).fill("second")
    page.get_by_label("Engine").select_option("sd-webui")
    page.get_by_label("Address of its server").fill("nowhere")
    page.get_by_label("Other settings").fill("price: 2\nsecondsPerPicture: 1")
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_role("alert")).to_contain_text('"nowhere" is no http or https address')
    page.get_by_label("Address of its server").fill(other.address)
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_role("heading", name="second")).to_be_visible()
    expect(page.locator("main")).to_contain_text("These know it once they are started again")
    expect(page.get_by_label("Credits a picture")).to_have_value("2")
    page.get_by_role("button", name="Ask its servers").click()
    expect(page.get_by_role("status")).to_contain_text(other.address)
    expect(page.get_by_role("status")).to_contain_text("up to 9 pictures")

    assert troupe.stop() == 0
    troupe.log.write_text("")
    control = troupe.start().control
    person = control.people()[0]["id"]
    troupe.say("credits", "grant", person, "10")
    asked = control.command(control.channel("pictures"), "generate", {"prompt": "a red circle", "count": 1, "model": "second"})
    answer = control.settled(asked, 60, attachments=1)["message"]
    assert answer["content"].endswith("-# 2 credits") and len(other.painted()) == 1

    anew = browser.new_context().new_page()
    log_in(anew, troupe)
    open_model(anew, "second")
    expect(anew.locator("main")).to_contain_text("Every process that lives knows it.")
    anew.get_by_role("button", name="Take it away").click()
    expect(anew.get_by_role("link", name="webui", exact=True)).to_be_visible()
    expect(anew.get_by_role("link", name="second", exact=True)).to_have_count(0)
    anew.get_by_role("link", name="Audit").click()
    rows = anew.locator("tbody tr")
    expect(rows.filter(has_text=f"added the model second: image by sd-webui {other.address}")).to_have_count(1)
    expect(rows.filter(has_text="took away the model second")).to_have_count(1)
    anew.context.close()
    other.kill()
