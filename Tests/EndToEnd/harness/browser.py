"""Chromium as it is installed, without a window, and small words for what a person sees and does on the page."""

import os
import re
import shutil
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, Playwright, expect

names = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "microsoft-edge")


def chromium() -> Path | None:
    if named := os.environ.get("CHROMIUM"):
        return Path(named)
    return next((Path(found) for name in names if (found := shutil.which(name))), None)


def launch(playwright: Playwright) -> Browser:
    binary = chromium()
    assert binary is not None, "Chromium is not installed. On Debian: apt-get install chromium, elsewhere set CHROMIUM to its path."
    return playwright.chromium.launch(executable_path=binary, args=["--no-sandbox", "--disable-dev-shm-usage", "--force-color-profile=srgb"])


class Client:
    """The web client in one tab, as one person."""

    def __init__(self, page: Page, address: str):
        self.page = page
        self.address = address
        self.problems: list[str] = []
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on("console", lambda message: message.type == "error" and self.problems.append(message.text))

    def open(self, user: str | None = None, channel: str | None = None) -> "Client":
        self.page.goto(self.address + (f"/?as={user}" if user else "/"))
        expect(self.page.locator("#app")).to_have_attribute("aria-busy", "false")
        if channel:
            self.page.get_by_test_id(f"channel-{channel}").click()
            expect(self.page.get_by_test_id("channel-title")).to_have_text(channel)
        return self

    @property
    def composer(self) -> Locator:
        return self.page.get_by_test_id("composer")

    @property
    def messages(self) -> Locator:
        return self.page.get_by_test_id("message")

    def last(self) -> Locator:
        return self.messages.last

    def message(self, text: str | re.Pattern[str]) -> Locator:
        return self.messages.filter(has_text=text).last

    def pinned(self, message: Locator) -> Locator:
        """The same message, whatever comes after it."""
        return self.page.locator(f'[data-message="{message.get_attribute("data-message")}"]')

    def say(self, text: str, shown: str | None = None) -> Locator:
        """Sends a message; `shown` where the page shows other words than were typed."""
        self.composer.fill(text)
        self.composer.press("Enter")
        return self.message(shown or text)

    def begin(self, command: str) -> None:
        """Types the command's name and takes it from the list."""
        self.composer.click()
        self.composer.press_sequentially(f"/{command}")
        self.page.get_by_test_id(f"command-{command.replace(' ', '-')}").wait_for()
        self.composer.press("Tab")
        expect(self.page.get_by_test_id("command-form")).to_be_visible()

    def field(self, option: str) -> Locator:
        return self.page.get_by_test_id(f"option-{option}")

    def add(self, option: str) -> Locator:
        """Takes an optional option into the form."""
        self.page.get_by_test_id("more-options").click()
        self.page.get_by_test_id(f"add-{option}").click()
        return self.field(option)
