"""Writes the cast's export: a channel `green-room` in which the three and visitors talk, as DiscordChatExporter writes it."""

import argparse
import json
import random
from datetime import datetime, timedelta, timezone
from pathlib import Path

import manners
import talk
from characters import CAST

MESSAGES_EACH = 420
# What visitors often come with.
ASKED = ["hello", "how", "who", "real", "weather", "eat", "read", "doing", "like", "like", "plan", "bye", "joke"]
EPOCH = 1_420_070_400_000


def conversation(rng, count):
    """(who, what they write, whether it begins anew), until each of the cast has written so much, nothing twice."""
    written = {character.id: set() for character in CAST}
    while min(map(len, written.values())) < count:
        visitor = manners.draw(rng)
        present = rng.sample(CAST, rng.choice([2, 2, 3])) + ([visitor] if rng.random() < 0.7 else [])
        speaker = visitor if visitor in present and rng.random() < 0.6 else rng.choice(present)
        asked = rng.choice(ASKED) if rng.random() < 0.5 else None
        found = speaker.opening(rng) if speaker in CAST else talk.opening(rng, asked)
        isNew, before = True, None
        for _ in range(rng.randint(3, 7)):
            text, found = manners.utterance(rng, speaker, found, before.name if before else rng.choice(present).name)
            if speaker not in CAST:
                yield 9009, "visitor", text, isNew
            elif text.lower() not in written[speaker.id] and len(written[speaker.id]) < count:
                written[speaker.id].add(text.lower())
                yield speaker.id, speaker.name, text, isNew
            else:
                break
            isNew, before = False, speaker
            speaker = rng.choice([other for other in present if other is not speaker and (other in CAST or before in CAST)])
            said = rng.choice(found)
            found = speaker.answer(rng, said) if speaker in CAST else talk.answer(rng, said)


def export(path, count):
    rng = random.Random("green-room")
    moment = datetime(2024, 3, 1, 18, 0, tzinfo=timezone.utc)
    messages = []
    for author, name, text, isNew in conversation(rng, count):
        moment += timedelta(seconds=rng.randint(1200, 9000) if isNew else rng.randint(4, 60))
        messages.append({
            "id": str((int(moment.timestamp() * 1000) - EPOCH) << 22), "type": "Default", "timestamp": moment.isoformat(timespec="milliseconds"),
            "content": text, "author": {"id": str(author), "name": name, "isBot": False}})
    head = {"guild": {"id": "9000", "name": "The pocket theatre"}, "channel": {"id": "9010", "type": "GuildTextChat", "name": "green-room"}}
    lines = ",\n".join(json.dumps(message, ensure_ascii=False) for message in messages)
    path.write_text(json.dumps(head)[:-1] + ', "messages": [\n' + lines + "\n]}\n")
    return messages


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path", type=Path)
    arguments = parser.parse_args()
    written = export(arguments.path, MESSAGES_EACH)
    print(f"{len(written)} messages, {arguments.path.stat().st_size / 1e3:.0f} kB")
