"""Fixtures: the built command, one running emulator and one running Troupe a file of tests, a bot, browser tabs, the traffic of all."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from harness import specification
from harness.bot import BotThread
from harness.browser import Client, launch
from harness.crossing import Crossing
from harness.process import Attached, Troupe

repository = Path(__file__).resolve().parents[2]
last = "test_specification.py"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--troupe", default=str(repository / ".build/debug/troupe"), help="the built command")
    parser.addoption("--address", help="use a Troupe that already runs there instead of starting one")
    parser.addoption("--chaos-rounds", type=int, default=6, help="faults of test_chaos.py; there are six kinds")
    parser.addoption("--cut-off", action="store_true", help="test_partitions.py: minutes, and it takes root")
    parser.addoption("--every-place", action="store_true", help="test_credits_queue.py kills at every place, not at a few")
    parser.addoption("--chaos-seed", type=int, default=1, help="which faults, in which order")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The specification judges the traffic of all the others."""
    items.sort(key=lambda item: item.path.name == last)


@pytest.fixture(scope="session")
def binary(request: pytest.FixtureRequest) -> Path:
    """The command under test."""
    path = Path(request.config.getoption("--troupe")).resolve()
    if not path.is_file():
        pytest.fail(f"{path} does not exist: build it first with `swift build --product troupe`")
    return path


@pytest.fixture(scope="session")
def recorded() -> dict[str, list[dict[str, Any]]]:
    """The REST exchanges of the processes that tests have started, by the subcommand: "emulator" (discord.py speaks), "run" (Troupe does)."""
    return {}


def running(request: pytest.FixtureRequest, recorded: dict[str, list[dict[str, Any]]], subcommand: str) -> Iterator[Troupe | Attached]:
    if address := request.config.getoption("--address"):
        yield Attached(address)
        return
    with Troupe(request.getfixturevalue("binary"), subcommand).living() as troupe:
        yield troupe
        recorded.setdefault(subcommand, []).extend(troupe.control.traffic())


@pytest.fixture(scope="module")
def emulator(request: pytest.FixtureRequest, recorded: dict[str, list[dict[str, Any]]]) -> Iterator[Troupe | Attached]:
    """`troupe emulator`: a Discord without a bot."""
    yield from running(request, recorded, "emulator")


@pytest.fixture(scope="module")
def troupe(request: pytest.FixtureRequest, recorded: dict[str, list[dict[str, Any]]]) -> Iterator[Troupe | Attached]:
    """`troupe run`: everything, with the pocket painter."""
    yield from running(request, recorded, "run")


@pytest.fixture(scope="module")
def crossing(emulator: Troupe) -> Iterator[Crossing]:
    """The way from a bot of ours to the emulator, on which exchanges can be cut; its rate limits do not hold anybody up."""
    emulator.control.rate_limits(False)
    crossing = Crossing(emulator.address)
    yield crossing
    crossing.close()


@pytest.fixture(scope="module")
def bot(emulator: Troupe | Attached) -> Iterator[BotThread]:
    """A discord.py bot in the emulator."""
    thread = BotThread(emulator.address).start()
    yield thread
    thread.stop()
    assert thread.client is not None and thread.client.failures == []


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=60_000)
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture
def tab(browser: Browser) -> Iterator[Callable[..., Client]]:
    """Opens tabs; each has its own storage, as if it were another person's browser. Errors on a page fail the test."""
    clients: list[Client] = []
    contexts = []

    def open_tab(address: str, **options: Any) -> Client:
        context = browser.new_context(viewport={"width": 1280, "height": 800}, reduced_motion="reduce", **options)
        contexts.append(context)
        context.set_default_timeout(60_000)
        clients.append(Client(context.new_page(), address))
        return clients[-1]

    yield open_tab
    for context in contexts:
        context.close()
    assert [problem for client in clients for problem in client.problems] == []


@pytest.fixture(scope="session")
def discord_specification() -> specification.Specification:
    path = specification.find()
    if path is None:
        pytest.skip(f"{specification.name} was not found: set DISCORD_OPENAPI to its path. NOTHING WAS CHECKED AGAINST DISCORD'S SPECIFICATION.")
    if not path.is_file():
        pytest.fail(f"DISCORD_OPENAPI names {path}, which does not exist")
    return specification.Specification(path)
