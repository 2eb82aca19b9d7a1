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
