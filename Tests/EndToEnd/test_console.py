"""The operator's console, in a real browser on a real Troupe."""

import re
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from harness.process import Troupe
from harness.waiting import eventually


@pytest.fixture(scope="module")
def troupe(request: pytest.FixtureRequest, binary: Path) -> Iterator[Troupe]:
    if request.config.getoption("--address"):
        pytest.skip("reads what the command prints")
    with Troupe(binary, "run", settings={"TROUPE_CREDITS": "on"}).living() as troupe:
        for person in troupe.control.people():
            troupe.say("credits", "grant", person["id"], "100000")
        yield troupe


@pytest.fixture(scope="module")
def link(troupe: Troupe) -> str:
    eventually(lambda: "The console: " in troupe.printed(), "the console's link is printed")
    found = re.search(r"The console: (\S+)", troupe.printed())
    assert found
    return found.group(1)


@pytest.fixture(scope="module")
def page(browser: Browser, link: str) -> Iterator[Page]:
    page = browser.new_context().new_page()
    page.goto(link)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("heading", name="Overview")).to_be_visible()
    yield page
    page.context.close()


def base(link: str) -> str:
    return link.split("/login")[0]


def test_a_link_logs_in_once(browser: Browser, page: Page, link: str) -> None:
    other = browser.new_context().new_page()
    other.goto(link)
    other.get_by_role("button", name="Log in").click()
    expect(other.get_by_text("used already")).to_be_visible()
    other.goto(base(link) + "/jobs")
    expect(other.get_by_text("troupe console link")).to_be_visible()
    other.context.close()


def test_another_link_is_made_on_the_command_line(troupe: Troupe) -> None:
    assert re.fullmatch(r"http://\S+/login\?ticket=\w{20,}\n", troupe.say("console", "link"))


def test_a_request_is_seen_from_asking_to_answer(troupe: Troupe, page: Page, link: str) -> None:
    control = troupe.control
    control.settled(control.command(control.channel("pictures"), "generate", {"prompt": "a red circle", "count": 1}), 60, attachments=1)
    page.goto(base(link) + "/jobs")
    expect(page.locator("tbody tr").first).to_contain_text("completed")
    page.locator("tbody a").first.click()
    expect(page.get_by_text("delivered")).to_be_visible()
    expect(page.locator("main")).not_to_contain_text("red circle")
    page.get_by_role("link", name="Overview").click()
    expect(page.locator(".tiles")).to_contain_text("Done in an hour")


def test_a_waiting_request_is_cancelled(troupe: Troupe, page: Page, link: str) -> None:
    control = troupe.control
    control.say(control.channel("pictures"), "so many")
    asked = [control.command(control.channel("pictures"), "generate", {"prompt": "a blue square", "count": 9}) for _ in range(6)]
    page.goto(base(link) + "/jobs?state=available")
    page.locator("tbody a").first.click()
    page.get_by_role("button", name="Cancel it").click()
    expect(page.locator(".facts")).to_contain_text(re.compile("cancelled|completed"))
    for interaction in asked:
        control.settled(interaction, 60)


def test_the_operator_grants_credits(troupe: Troupe, page: Page, link: str) -> None:
    person = "123456789012345678"
    page.goto(f"{base(link)}/people?id={person}")
    page.get_by_label("Grant").fill("25")
    page.get_by_role("button", name="Grant").click()
    expect(page.get_by_text("25 credits")).to_be_visible()
    assert "25" in troupe.say("credits", "balance", person)


def test_the_audit_log_tells_who_did_what_wherever_it_was_done(troupe: Troupe, page: Page, link: str) -> None:
    control = troupe.control
    owner = control.people()[0]["id"]
    control.settled(control.command(control.channel("general"), "settings limits", {"pictures": 5}))
    person = "223456789012345678"
    page.goto(f"{base(link)}/people?id={person}")
    page.get_by_label("Grant").fill("31")
    page.get_by_role("button", name="Grant").click()
    page.get_by_role("link", name="Audit").click()
    rows = page.locator("tbody tr")
    expect(rows.nth(0)).to_contain_text(f"granted 31 credits to {person}")
    expect(rows.nth(0)).to_contain_text("console")
    expect(rows.nth(1)).to_contain_text("painting: changed the limits")
    expect(rows.nth(1)).to_contain_text(owner)
    expect(rows.filter(has_text="logged in by a link")).to_have_count(1)
    expect(rows.filter(has_text="terminal").first).to_contain_text("100000 credits from house:issued")
    page.get_by_label("Words, or an id").fill("LIMITS")
    page.get_by_label("About").select_option("settings")
    page.get_by_role("button", name="Show").click()
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("Discord")


def test_a_server_s_settings_are_changed_and_hold_in_discord(troupe: Troupe, page: Page, link: str) -> None:
    control = troupe.control
    general = control.channel("general")
    control.settled(control.command(general, "settings limits", {"pictures": 5}))
    page.get_by_role("link", name="Servers").click()
    guild = control.state()["guilds"][0]
    page.locator("tbody").get_by_role("link", name=guild["name"]).click()
    limits = page.get_by_role("form", name="At most")
    expect(limits.get_by_label("Pictures of one request")).to_have_value("5")
    limits.get_by_label("Pictures of one request").fill("many")
    limits.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("must be a whole number")
    limits.get_by_label("Pictures of one request").fill("3")
    limits.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("at most 3 pictures")
    shown = control.settled(control.command(general, "settings show"))["message"]["content"]
    assert "the console changed the limits" in shown
    page.get_by_role("link", name="Who changed what").click()
    expect(page.locator("tbody tr").first).to_contain_text("pictures of one request 3")


def test_models_and_processes_are_listed(page: Page, link: str) -> None:
    page.goto(base(link) + "/models")
    expect(page.locator("main")).to_contain_text("pocket")
    page.goto(base(link) + "/parts")
    expect(page.locator("tbody tr")).to_contain_text(["lives"])


def test_no_page_is_wider_than_a_phone(troupe: Troupe, page: Page, link: str) -> None:
    size = page.viewport_size
    page.set_viewport_size({"width": 360, "height": 740})
    for path in ["/", "/jobs", "/people", "/models", "/parts", "/audit", "/servers", f"/servers/{troupe.control.state()['guilds'][0]['id']}"]:
        page.goto(base(link) + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, path
    page.set_viewport_size(size)


def test_prometheus_reads_the_metrics(troupe: Troupe, page: Page, link: str) -> None:
    text = urllib.request.urlopen(base(link) + "/metrics", timeout=60).read().decode()
    for line in text.splitlines():
        assert re.fullmatch(r'# TYPE \w+ (counter|gauge|histogram)|\w+(\{(\w+="[^"]*",?)+\})? [-+.\deInfNa]+', line), line
    for name in ["troupe_acknowledgement_seconds_count", "troupe_job_run_seconds_bucket", "troupe_queue_waiting", "troupe_discord_calls_total"]:
        assert name in text, name
    assert not re.search(r"troupe_discord_rate_limited_total\S* [1-9]", text)
