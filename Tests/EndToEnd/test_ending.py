"""Ctrl-C ends the command at once, whatever is connected to it and whatever it is doing."""

import socket
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.process import Troupe


@pytest.fixture
def own(request: pytest.FixtureRequest) -> Iterator[Troupe]:
    if request.config.getoption("--address"):
        pytest.skip("stops a Troupe of its own")
    troupe = Troupe(Path(request.config.getoption("--troupe")).resolve(), "run")
    try:
        yield troupe.start()
    finally:
        if troupe.process is not None and troupe.process.poll() is None:
            troupe.process.kill()
        troupe.remove()


def ends(troupe: Troupe, seconds: float) -> None:
    start = time.monotonic()
    assert troupe.stop() == 0
    assert time.monotonic() - start < seconds


def test_with_connections_that_never_said_anything_and_pages_that_listen(own: Troupe) -> None:
    silent = [socket.create_connection(("127.0.0.1", own.port)) for _ in range(3)]
    half = socket.create_connection(("127.0.0.1", own.port))
    half.sendall(b"GET /_emulator/state HTTP/1.1\r\nHost: 127.0.0.1\r\n")
    page = urllib.request.urlopen(f"{own.address}/_emulator/events")
    assert page.readline().startswith(b"event: hello")
    ends(own, seconds=10)
    page.close()
    for connection in (*silent, half):
        connection.close()


def test_in_the_middle_of_work(own: Troupe) -> None:
    control = own.control
    for number in range(4):
        control.command(control.channel("pictures"), "generate", {"prompt": f"{number + 1} green stars", "count": 9})
    ends(own, seconds=15)
