"""A request that failed is made anew at the console, in a real browser: paid and answered once, however often the button is pressed."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from harness.painting import entry
from harness.process import Troupe
from harness.redis import Redis
from harness.waiting import eventually
from servers.process import ServerProcess


@pytest.fixture(scope="module")
def server() -> Iterator[ServerProcess]:
    """With another key than the one it is shown, whatever is asked of it fails for good."""
    server = ServerProcess("openai")
    yield server
    server.kill()


@pytest.fixture(scope="module", params=["the database", "Redis"])
def troupe(request: pytest.FixtureRequest, binary: Path, server: ServerProcess) -> Iterator[Troupe]:
    """With the queue in either."""
    if request.config.getoption("--address"):
        pytest.skip("reads what the command prints")
    redis = Redis() if request.param == "Redis" else None
    document = json.dumps({"models": [entry("openai", [server], price=3)]})
    settings = {"TROUPE_CREDITS": "on", "IMAGES_KEY": "sk-test", "TROUPE_QUEUE": redis.address if redis else "sql"}
    try:
        with Troupe(binary, "run", document=document, settings=settings).living() as troupe:
            yield troupe
    finally:
        if redis:
            redis.stop()


@pytest.fixture(scope="module")
def page(browser: Browser, troupe: Troupe) -> Iterator[Page]:
    eventually(lambda: "The console: " in troupe.printed(), "the console's link is printed")
    found = re.search(r"The console: (\S+)", troupe.printed())
    assert found
    page = browser.new_context().new_page()
    page.goto(found.group(1))
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("heading", name="Overview")).to_be_visible()
    yield page
    page.context.close()


def balance(troupe: Troupe, person: str) -> tuple[int, int]:
    line = json.loads(troupe.say("credits", "balance", person, "--json"))
    return line["posted"], line["held"]


def failed(page: Page) -> None:
    """Opens the latest request that failed."""
    page.get_by_role("link", name="Jobs").click()
    page.get_by_label("State").select_option("discarded")
    page.get_by_role("button", name="Show").click()
    page.locator("tbody a").first.click()
    expect(page.get_by_text("check the key")).to_be_visible()


def test_a_failed_request_is_made_anew_and_answered_once(troupe: Troupe, server: ServerProcess, page: Page) -> None:
    control = troupe.control
    server.become(key="sk-another")
    painted = len(server.painted())
    person, channel = control.people()[0]["id"], control.channel("pictures")
    troupe.say("credits", "grant", person, "10")
    control.settled(control.command(channel, "generate", {"prompt": "a red circle", "count": 1}), 60, contains="Nothing was charged")
    eventually(lambda: balance(troupe, person) == (10, 0), "the price is given back")
    server.become(key="sk-test")
    failed(page)
    old = page.url
    other = page.context.new_page()
    other.goto(old)
    page.get_by_role("button", name="Retry it").click()
    page.wait_for_url(lambda url: url != old and "/retry" not in url)
    made = page.url
    # A window that still shows the button.
    other.get_by_role("button", name="Retry it").click()
    other.wait_for_url(made)
    other.close()

    def answers() -> list[dict[str, Any]]:
        return [m for m in control.messages(channel) if m["attachments"] and f"<@{person}>" in m["content"]]

    answer = eventually(answers, "the picture comes by a message", seconds=60)[0]
    assert "a red circle" in answer["content"] and answer["content"].endswith("-# 3 credits")
    eventually(lambda: balance(troupe, person) == (7, 0), "it is paid")
    expect(page.locator(".facts")).to_contain_text("completed")
    assert len(server.painted()) == painted + 1 and len(answers()) == 1
    page.goto(old)
    expect(page.get_by_role("link", name=made.rsplit("/", 1)[1])).to_be_visible()
    page.get_by_role("link", name="Audit").click()
    expect(page.locator("tbody tr").filter(has_text=f"asked for request {old.rsplit('/', 1)[1]} anew")).to_have_count(1)


def test_who_cannot_pay_for_it_is_not_asked_and_the_operator_is_told(troupe: Troupe, server: ServerProcess, page: Page) -> None:
    control = troupe.control
    person = control.make_user("poor")["id"]
    theirs, channel = control.acting_as(person), control.channel("pictures")
    troupe.say("credits", "grant", person, "3")
    server.become(key="sk-another")
    theirs.settled(theirs.command(channel, "generate", {"prompt": "a blue square", "count": 1}), 60, contains="Nothing was charged")
    eventually(lambda: balance(troupe, person) == (3, 0), "the price is given back")
    server.become(key="sk-test")
    theirs.settled(theirs.command(channel, "generate", {"prompt": "a green star", "count": 1}), 60, attachments=1)
    eventually(lambda: balance(troupe, person) == (0, 0), "all is spent")
    failed(page)
    page.get_by_role("button", name="Retry it").click()
    expect(page.get_by_role("alert")).to_contain_text("This costs 3 credits, and you have none")
    assert not [m for m in control.messages(channel) if "missing" in m["content"]]
