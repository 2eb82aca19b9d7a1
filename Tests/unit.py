#!/usr/bin/env python3
"""Runs the built Swift tests.

    python3 Tests/unit.py [arguments of `swift test`]

Some thirteen hundred tests share the machine with databases, sockets and killed processes, so one or two that fail are told once more,
by themselves, and named at the end as unsteady if they hold then: each such name is a fault to be found. A promise gets no second chance.

Where nothing begins or ends for a quarter of an hour, everything stands still: what was under way is named, every thread says where it
is, and all is run once more.
"""

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

strict = ("kill", "promise", "histor")
few = 2
silence = 900


class Run:
    """One run of `swift test`, heard through its stream of events (one JSON record a line)."""

    def __init__(self, arguments: list[str]) -> None:
        self.failed: list[str] = []
        self.under_way: set[str] = set()
        self.stood_still: list[str] | None = None
        with tempfile.TemporaryDirectory() as folder:
            self.events = Path(folder) / "events.jsonl"
            swift = os.environ.get("SWIFT", "swift")
            stream = ["--event-stream-output-path", str(self.events), "--event-stream-version", "0"]
            environment = {"SWIFT_BACKTRACE": "enable=yes,threads=all,interactive=no,color=no"} | os.environ
            process = subprocess.Popen([swift, "test", "--skip-build", *stream, *arguments], env=environment)
            self.watch(process)
            self.status = process.wait()
            self.read()

    def watch(self, process: subprocess.Popen) -> None:
        size, heard = 0, time.monotonic()
        while True:
            try:
                process.wait(timeout=5)
                return
            except subprocess.TimeoutExpired:
                pass
            if (now := self.events.stat().st_size if self.events.exists() else 0) != size:
                size, heard = now, time.monotonic()
            elif time.monotonic() - heard > silence and self.stood_still is None:
                self.read()
                self.stood_still = sorted(self.under_way)
                for child in tests_below(process.pid):
                    os.kill(child, signal.SIGQUIT)  # tells where every thread is
                heard = time.monotonic()
            elif time.monotonic() - heard > 120 and self.stood_still is not None:
                for child in tests_below(process.pid):
                    os.kill(child, signal.SIGKILL)

    def read(self) -> None:
        for line in self.events.read_text().splitlines() if self.events.exists() else []:
            try:
                event = json.loads(line)["payload"]
            except (ValueError, KeyError):
                continue  # the last line of one that was ended
            test = event.get("testID", "")
            if event.get("kind") == "testStarted" and "/" in test:
                self.under_way.add(test)
            elif event.get("kind") == "testEnded":
                self.under_way.discard(test)
            elif event.get("kind") == "issueRecorded" and test not in self.failed:
                self.failed.append(test)

    def may_be_told_again(self) -> bool:
        return 0 < len(self.failed) <= few and not any(word in test.lower() for word in strict for test in self.failed)


def tests_below(process: int) -> list[int]:
    """The processes below one that run tests."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            runs_tests = b"PackageTests.xctest" in (entry / "cmdline").read_bytes()
        except (OSError, ValueError, IndexError):
            continue
        if parent == process:
            found += [int(entry.name)] * runs_tests + tests_below(int(entry.name))
    return found


def name(test: str) -> str:
    """A test's id without the place in its file."""
    return re.sub(r"/[^/]+\.swift:\d+:\d+$", "", test)


def main(arguments: list[str]) -> int:
    run = Run(arguments)
    if run.stood_still is not None:
        print(f"\nSTOOD STILL for {silence} s in: {', '.join(map(name, run.stood_still))}\nRun once more, all of it.\n", flush=True)
        again = Run(arguments)
    elif run.status != 0 and run.may_be_told_again():
        print(f"\nTold once more, by themselves: {', '.join(map(name, run.failed))}\n", flush=True)
        again = Run([*arguments, *(part for test in run.failed for part in ("--filter", re.escape(name(test))))])
    else:
        return run.status
    if again.status == 0:
        print(f"\nUNSTEADY: held only when told again: {', '.join(map(name, run.stood_still or run.failed))}")
    return again.status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
