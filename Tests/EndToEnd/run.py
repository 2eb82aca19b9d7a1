#!/usr/bin/env python3
"""Runs the end-to-end tests against a built `troupe`.

    .venv/bin/python Tests/EndToEnd/run.py --troupe .build/debug/troupe [test_file.py …] [pytest arguments]

Every test starts what it needs itself: the emulator or all of Troupe, on free ports, in a folder of its own that is removed
afterwards. Nothing outside this machine is reached. The last line counts what passed and failed.
"""

import os
import sys
from pathlib import Path

import pytest

here = Path(__file__).resolve().parent


def main(arguments: list[str]) -> int:
    os.environ.setdefault("PYTHONDONTWRITEBYTECODE", "1")
    sys.dont_write_bytecode = True
    sys.path.insert(0, str(here))
    named = [str(here / argument) if argument.startswith("test_") else argument for argument in arguments]
    everything = [] if named != arguments else [str(here)]
    return int(pytest.main([*everything, *named, "--rootdir", str(here), "-p", "no:cacheprovider", "-rs"]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
