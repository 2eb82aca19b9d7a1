"""One trace from a message to its answer, told by the two processes that had a part in it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.collector import Collector
from harness.parts import Parts
from harness.process import Troupe
from harness.waiting import eventually

steps = {"accept", "wait", "work", "deliver", "request"}


@pytest.fixture
def collector() -> Iterator[Collector]:
    collector = Collector()
    yield collector
    collector.shutdown()
    collector.server_close()


@pytest.fixture
def parts(emulator: Troupe, tmp_path: Path, collector: Collector) -> Iterator[Parts]:
    parts = Parts(emulator, tmp_path, TROUPE_TRACES=collector.address)
    yield parts
    parts.kill_all()


def test_a_request_is_one_trace_over_bot_and_runner_without_its_words(parts: Parts, collector: Collector) -> None:
    parts.online("bot")
    parts.start("runner")
    request, prompt = parts.ask()
    eventually(lambda: parts.answers(prompt) == 1, "the answer", seconds=120)
    trace = f"{int(request):016x}"
    eventually(lambda: steps <= {s["name"] for s in collector.spans() if s["traceId"].endswith(trace)}, "all steps are told", seconds=60)

    spans = [span for span in collector.spans() if span["traceId"].endswith(trace)]
    assert len({span["traceId"] for span in spans}) == 1
    whole = next(span for span in spans if span["name"] == "request")
    assert "parentSpanId" not in whole
    assert all(span["parentSpanId"] == whole["spanId"] for span in spans if span is not whole)
    assert len({span["process"] for span in spans}) == 2
    assert all(int(span["startTimeUnixNano"]) <= int(span["endTimeUnixNano"]) for span in spans)
    assert not any(prompt.encode() in body for body in collector.bodies)


def test_what_is_asked_by_messages_is_traced_from_its_acceptance(parts: Parts, collector: Collector) -> None:
    control = parts.emulator.control
    eventually(lambda: not any(a["online"] for a in control.state()["applications"]), "the bot of the test before is gone")
    models = parts.folder / "troupe.yaml"
    models.write_text(models.read_text() + "  - {name: pocket-llama, kind: chat, engine: pocket}\n")
    parts.environment["DISCORD_MESSAGE_CONTENT"] = "on"
    parts.online("bot")
    channel = control.channel("pictures")
    bot = next(user["id"] for user in control.state()["users"] if user.get("bot"))
    control.settled(control.command(channel, "talk", {"prefix": "!"}), 60)
    for words in "!generate a very secret square", f"<@{bot}> a very secret question":
        asked = control.say(channel, words)["id"]
        trace = f"{int(asked):016x}"

        def accepted() -> list[dict]:
            return [s for s in collector.spans() if s["traceId"].endswith(trace) and s["name"] == "accept"]

        span = eventually(accepted, f"the acceptance of {words} is told", seconds=60)[0]
        assert int(span["startTimeUnixNano"]) <= int(span["endTimeUnixNano"])
    assert not any(b"secret" in body for body in collector.bodies)
