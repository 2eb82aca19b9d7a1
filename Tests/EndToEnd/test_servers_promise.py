"""Killed while any kind of image server paints: one answer each, paid once, and painted once where the server lets work be found again.

The bot is killed with SIGKILL when the server has begun, once, and once more as soon as it is back. ComfyUI keeps what it painted under
the id it was given, so nothing is painted twice there; the others paint again, at most once for each kill.
"""

import json

import pytest

from harness.crossing import Crossing
from harness.mortal import Bot
from harness.painting import entry, workflow
from harness.process import Troupe
from harness.waiting import eventually
from servers.process import ServerProcess

start, price = 1_000, 6


@pytest.mark.parametrize("kind", ["webui", "comfyui", "openai", "dalle-playground"])
def test_killed_while_it_paints(kind: str, emulator: Troupe, crossing: Crossing) -> None:
    word = kind.replace("-", "")  # as Markdown leaves it
    control, channel = emulator.control, emulator.control.channel("pictures")
    person = control.acting_as(control.make_user(f"friend.of.{word}")["id"])
    server = ServerProcess(kind, seconds=0.5)
    document = json.dumps({"models": [entry(kind, [server], price=price // 2)]})
    bot = Bot(emulator, crossing, document, settings={"TROUPE_CREDITS": "on", "IMAGES_KEY": "sk-test"}, name=kind)
    (bot.folder / "workflow.json").write_text(json.dumps(workflow(count=True)))
    bot.say("credits", "grant", person.user, str(start))
    bot.start()
    try:
        eventually(bot.is_online, "the bot is online", seconds=60)
        for kills in (1, 2):
            prompt = f"{word} killed {kills} times"
            painted = lambda: [job for job in server.painted() if prompt in job["prompt"]]
            asked = person.command(channel, "generate", {"prompt": prompt, "count": 2})
            eventually(painted, "the server paints", seconds=60)
            for _ in range(kills):
                bot.kill()
                bot.start()
                eventually(bot.is_online, "the bot is back", seconds=60)
            answers = lambda: [m for m in control.messages(channel, limit=50) if prompt in m["content"] and m["attachments"]]
            eventually(answers, "the pictures", seconds=60)
            eventually(lambda: not bot.unfinished(), "nothing is left over", seconds=60)
            assert len(answers()) == 1 and answers()[0]["content"].endswith(f"-# {price} credits"), answers()
            assert bot.rows("SELECT amount FROM credit_transfers WHERE id = ?", f"hold:{asked}") == [(price,)]
            assert len(painted()) == 1 if kind == "comfyui" else len(painted()) <= kills + 1, painted()
        balance = json.loads(bot.say("credits", "balance", person.user, "--json"))
        assert balance["posted"] == balance["available"] == start - 2 * price
        assert json.loads(bot.say("credits", "audit", "--json"))["sound"] is True
        assert server.record()["violations"] == []
    finally:
        bot.end()
        server.kill()
