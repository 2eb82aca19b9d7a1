#!/usr/bin/env python3
"""Runs the end-to-end tests against a built `troupe`.

    .venv/bin/python Tests/EndToEnd/run.py --troupe .build/debug/troupe [test_file.py …] [pytest arguments]

Every test starts what it needs itself: the emulator or all of Troupe, on free ports, in a folder of its own that is removed
afterwards. Nothing outside this machine is reached. The last line counts what passed and failed.

Browsers, third-party libraries and a dozen processes share the machine, so a story or two that fail are told once more, by themselves,
and named at the end as unsteady if they hold then: each such name is a fault to be found. A promise gets no second chance: a story of
`strict` that fails has failed.
"""

import os
import sys
from pathlib import Path

import pytest

here = Path(__file__).resolve().parent
strict = ("promise", "chaos", "partitions", "specification")
few = 2


class Failures:
    """A pytest plugin that notes what failed."""

    def __init__(self) -> None:
        self.stories: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed and report.nodeid not in self.stories:
            self.stories.append(report.nodeid)

    def may_be_told_again(self) -> bool:
        return 0 < len(self.stories) <= few and not any(word in story for word in strict for story in self.stories)


def main(arguments: list[str]) -> int:
    os.environ.setdefault("PYTHONDONTWRITEBYTECODE", "1")
    sys.dont_write_bytecode = True
    sys.path.insert(0, str(here))
    named = [str(here / argument) if argument.startswith("test_") else argument for argument in arguments]
    everything = [] if named != arguments else [str(here)]
    always = ["--rootdir", str(here), "-p", "no:cacheprovider", "-rs"]
    failures = Failures()
    status = int(pytest.main([*everything, *named, *always], plugins=[failures]))
    if status != pytest.ExitCode.TESTS_FAILED or not failures.may_be_told_again():
        return status
    options = [argument for argument in arguments if not argument.startswith("test_")]
    print(f"\nTold once more, by themselves: {', '.join(failures.stories)}\n", flush=True)
    status = int(pytest.main([*(str(here / story) for story in failures.stories), *options, *always]))
    if status == 0:
        print(f"\nUNSTEADY: held only when told again: {', '.join(failures.stories)}")
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
