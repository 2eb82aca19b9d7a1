"""Tells from its style alone who wrote a line: naive Bayes over runs of one to three bytes, learnt from the cast's export."""

import json
import math
from collections import Counter
from pathlib import Path


def runs(text):
    data = f" {text} ".encode()
    return [data[i : i + n] for n in (1, 2, 3) for i in range(len(data) - n + 1)]


class Classifier:
    """Learns from {who: lines}."""

    def __init__(self, lines):
        self.counts = {who: Counter(run for line in written for run in runs(line)) for who, written in lines.items()}
        known = set().union(*self.counts.values())
        self.totals = {who: sum(counts.values()) + len(known) for who, counts in self.counts.items()}

    def who(self, line):
        """Everybody alike before it is read."""

        def likelihood(who):
            counts, total = self.counts[who], self.totals[who]
            return sum(math.log((counts[run] + 1) / total) for run in runs(line))

        return max(self.counts, key=likelihood)

    def right(self, lines):
        """The share of lines whose writer is told."""
        told = [self.who(line) == who for who, written in lines.items() for line in written]
        return sum(told) / len(told)


def lines_of(export: Path):
    """{who: what they wrote} of an export of DiscordChatExporter; visitors left out."""
    written = {}
    for message in json.loads(export.read_text())["messages"]:
        if message["author"]["name"] != "visitor":
            written.setdefault(message["author"]["name"], []).append(message["content"])
    return written
