"""Logging in to the console with Discord, in a real browser: for who owns the bot, once for each beginning, and for nobody else."""

import urllib.parse
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from harness.process import Troupe, free_port


class Console:
    """`troupe console` beside an emulator. The browser knows it under another name than the emulator, as it would know two sites."""

    def __init__(self, emulator: Troupe):
        self.emulator = emulator
        port = free_port()
        self.address = f"http://localhost:{port}"
        application = emulator.control.state()["applications"][0]["id"]
        shown = emulator.control.change_application(application, redirect_uris=[f"{self.address}/login/callback"])
        self.troupe = Troupe(
            emulator.binary, "console",
            settings={
                "TROUPE_HTTP": f"127.0.0.1:{port}", "DISCORD_API_BASE_URL": f"{emulator.address}/api/v10", "DISCORD_TOKEN": "test-token",
                "DISCORD_CLIENT_ID": application, "DISCORD_CLIENT_SECRET": shown["client_secret"],
            })


@pytest.fixture(scope="module")
def console(emulator: Troupe) -> Iterator[Console]:
    console = Console(emulator)
    with console.troupe.living():
        yield console


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context()
    yield context.new_page()
    context.close()


def log_in(console: Console, page: Page, person: dict) -> None:
    page.goto(console.address)
    page.get_by_role("link", name="Log in with Discord").click()
    page.locator(f"input[type=radio][value='{person['id']}']").check()
    page.get_by_role("button", name="Authorize").click()


def test_the_owner_logs_in_with_discord_and_is_named_in_the_audit_log(console: Console, page: Page) -> None:
    owner = console.emulator.control.people()[0]
    log_in(console, page, owner)
    expect(page.get_by_role("heading", name="Overview")).to_be_visible()
    page.get_by_role("link", name="Audit").click()
    expect(page.locator("tbody tr").first).to_contain_text("logged in with Discord")
    expect(page.locator("tbody tr").first).to_contain_text(owner["id"])
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("link", name="Log in with Discord")).to_be_visible()


def test_a_stranger_is_told_that_the_bot_is_not_theirs(console: Console, page: Page) -> None:
    log_in(console, page, console.emulator.control.people()[1])
    expect(page.get_by_role("alert")).to_contain_text("this bot is not yours")
    page.goto(console.address + "/jobs")
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()


def test_who_says_no_is_not_logged_in(console: Console, page: Page) -> None:
    page.goto(console.address)
    page.get_by_role("link", name="Log in with Discord").click()
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("alert")).to_contain_text("You were not logged in.")


def test_a_way_back_is_good_in_its_own_browser_and_once(console: Console, browser: Browser, page: Page) -> None:
    backs: list[str] = []
    page.on("request", lambda request: backs.append(request.url) if "/login/callback?" in request.url else None)
    log_in(console, page, console.emulator.control.people()[0])
    expect(page.get_by_role("heading", name="Overview")).to_be_visible()
    kept = {"name": "troupe-owner", "value": urllib.parse.parse_qs(urllib.parse.urlsplit(backs[0]).query)["state"][0],
            "domain": "localhost", "path": "/login"}
    for cookies in [], [kept]:
        context = browser.new_context()
        context.add_cookies(cookies)
        other = context.new_page()
        other.goto(backs[0])
        expect(other.get_by_role("alert")).to_contain_text("not begun in this browser, or too long ago")
        other.goto(console.address)
        expect(other.get_by_role("heading", name="Log in")).to_be_visible()
        context.close()
