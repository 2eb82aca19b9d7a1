"""Everything that went over REST in the tests before this one, judged by Discord's OpenAPI document.

What discord.py sent and what Troupe's own client sent, and all that the emulator answered. Only in one thing discord.py is treated
more kindly than Troupe: it may write ids as numbers.
"""

from collections import Counter
from typing import Any

from harness.specification import Specification


def test_every_exchange_is_one_that_discord_would_have(
    recorded: dict[str, list[dict[str, Any]]], discord_specification: Specification
) -> None:
    wrong: Counter[str] = Counter()
    count = 0
    for speaker, exchanges in recorded.items():
        for exchange in exchanges:
            # What a fault answered is not for Discord to say.
            if "error" in exchange.get("faults", []):
                continue
            count += 1
            for problem in discord_specification.problems(exchange, numbers_as_ids=speaker == "emulator"):
                wrong[f"{exchange['method']} {exchange['route'].split(' ')[-1]} → {exchange['status']}: {problem}"] += 1
    assert count > 0, "nothing was recorded: run this after the other tests"
    print(f"{count} exchanges over {len({exchange['route'] for list_ in recorded.values() for exchange in list_})} routes were checked")
    assert not wrong, "\n" + "\n".join(f"{times} × {problem}" for problem, times in wrong.most_common())
