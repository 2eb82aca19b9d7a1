"""Ctrl-C ends the command at once, whatever is connected to it and whatever it is doing."""

import socket
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.process import Troupe, free_port


@pytest.fixture
def own(request: pytest.FixtureRequest, binary: Path) -> Iterator[Troupe]:
    if request.config.getoption("--address"):
        pytest.skip("stops a Troupe of its own")
    settings = {"TROUPE_HTTP": f"127.0.0.1:{free_port()}"}
    with Troupe(binary, "run", settings=settings).living() as troupe:
        yield troupe


def ends(troupe: Troupe) -> None:
    """Sooner than what is connected would have ended by itself."""
    start = time.monotonic()
    assert troupe.stop() == 0
    assert time.monotonic() - start < 28


def test_with_connections_that_never_said_anything_and_pages_that_listen(own: Troupe) -> None:
    silent = [socket.create_connection(("127.0.0.1", own.port)) for _ in range(3)]
    half = socket.create_connection(("127.0.0.1", own.port))
    half.sendall(b"GET /_emulator/state HTTP/1.1\r\nHost: 127.0.0.1\r\n")
    page = urllib.request.urlopen(f"{own.address}/_emulator/events")
    assert page.readline().startswith(b"event: hello")
    ends(own)
    page.close()
    for connection in (*silent, half):
        connection.close()


def begun(port: int, path: str) -> socket.socket:
    """A request whose body never comes to its end."""
    connection = socket.create_connection(("127.0.0.1", port))
    connection.sendall(
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bot any\r\nContent-Type: application/json\r\n"
        'Content-Length: 1000\r\n\r\n{"content": "half a'.encode())
    return connection


def unread(port: int) -> socket.socket:
    """Many requests whose answers nobody reads."""
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.connect(("127.0.0.1", port))
    connection.setblocking(False)
    try:
        for _ in range(100_000):
            connection.sendall(f"GET /_emulator/state HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
    except BlockingIOError:
        pass  # now nothing flows in either direction
    return connection


def test_with_requests_that_are_never_finished_and_answers_that_nobody_reads(own: Troupe) -> None:
    channel = own.control.channel("general")
    paths = (f"/api/v10/channels/{channel}/messages", "/_emulator/messages", "/api/v10/interactions/1/token/callback")
    connections = [begun(own.port, path) for path in paths]
    connections.append(begun(int(own.environment["TROUPE_HTTP"].rsplit(":", 1)[1]), "/interactions"))
    connections.append(unread(own.port))
    assert own.stop() == 0
    for connection in connections:
        connection.close()


def test_in_the_middle_of_work(own: Troupe) -> None:
    control = own.control
    for number in range(4):
        control.command(control.channel("pictures"), "generate", {"prompt": f"{number + 1} green stars", "count": 9})
    ends(own)
