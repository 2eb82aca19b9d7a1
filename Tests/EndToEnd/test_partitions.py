"""A host that the network cuts off from Redis, from PostgreSQL or from Discord, for longer than its leases last, and has back again.

What is cut off falls silent, as when a cable is pulled: no connection is refused or reset. People ask all the while; each accepted
request is answered once or refused with a reason, the ledger adds up, and soon after the cable is back all is as before.
"""

import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.asking import Asked, Ledger, Picture
from harness.hosts import Hosts, hosted
from harness.network import Network
from harness.waiting import eventually

cuts = {"Redis": ("one", "three"), "PostgreSQL": ("one", "four"), "Discord": ("one", "discord")}
# Longer than the leases of four seconds last, and than a call to any of them waits.
span = 16


@pytest.fixture(scope="module")
def stage(request: pytest.FixtureRequest, binary: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hosts]:
    if not request.config.getoption("--cut-off"):
        pytest.skip("NOTHING WAS CUT OFF: --cut-off does, as `make partitions`.")
    if not Network.is_possible():
        pytest.skip("This machine makes no network namespaces (it takes root and ip, nsenter, unshare). NOTHING WAS CUT OFF.")
    with hosted(binary, tmp_path_factory.mktemp("hosts"), random.Random(1)) as stage:
        yield stage


@pytest.mark.parametrize("what", cuts)
def test_a_host_that_is_cut_off_and_has_its_cable_back_costs_nobody_an_answer(stage: Hosts, what: str) -> None:
    ledger = Ledger(stage, people=len(stage.channels))
    people = [stage.emulator.control.acting_as(person) for person in ledger.people]
    asked: list[Asked] = []

    def ask_everywhere() -> list[Asked]:
        new: list[Asked] = [Picture(person, channel) for person, channel in zip(people, stage.channels, strict=True)]
        asked.extend(new)
        return new

    def all_painted() -> bool:
        """Whether requests of now, asked again where they were not accepted, are painted on every shard."""
        for number, one in enumerate(latest):
            if one.is_given_up() or one.is_refused():
                latest[number] = Picture(one.control, one.channel)
                asked.append(latest[number])
        return all(any(m["attachments"] for m in one.answers()) for one in latest)

    latest = ask_everywhere()
    eventually(all_painted, "the first answers everywhere", seconds=120)
    stage.network.cut(*cuts[what])
    began = time.monotonic()
    while time.monotonic() < began + span:
        ask_everywhere()
        time.sleep(2)
    if what != "Redis":
        # What the bot that is cut off had, the other one has taken over.
        latest = ask_everywhere()
        eventually(all_painted, "answers everywhere while the cable is out", seconds=120)
        print(f"\n{what} is cut off from one host; all are answered again after {time.monotonic() - began:.1f} s")
    if what == "PostgreSQL":
        # The server has noticed, and none of its locks is held by somebody who is gone.
        lost = f"SELECT pid FROM pg_stat_activity WHERE client_addr = '{stage.network['one'].address}'"
        eventually(lambda: stage.postgres.rows(lost) == [], "PostgreSQL has let go of who is cut off")
    stage.network.heal(*cuts[what])
    began = time.monotonic()
    latest = ask_everywhere()
    eventually(all_painted, "answers everywhere when the cable is back", seconds=120)
    print(f"\n{what} was cut off; with its cable back all were answered again after {time.monotonic() - began:.1f} s")
    ledger.adds_up(asked)
    print(f"{len(asked)} asked, {sum(one.is_refused() for one in asked)} refused by us, {sum(one.is_given_up() for one in asked)} not acknowledged in time")
