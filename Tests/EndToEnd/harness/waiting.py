"""Waiting for a condition instead of sleeping for a guess."""

import time
from collections.abc import Callable
from typing import TypeVar

Value = TypeVar("Value")

# How many times slower than a usual machine one may be before a test gives up. Nothing that holds waits so long.
patience = 4


def eventually(condition: Callable[[], Value], what: str, seconds: float = 20) -> Value:
    """Asks until the answer is truthy; fails by name when the time is over."""
    deadline = time.monotonic() + seconds * patience
    problem: Exception | None = None
    while time.monotonic() < deadline:
        try:
            if value := condition():
                return value
            problem = None
        except (OSError, AssertionError) as error:
            problem = error
        time.sleep(0.05)
    raise AssertionError(f"{what}: not within {seconds * patience:g} s" + (f" ({problem})" if problem else ""))
