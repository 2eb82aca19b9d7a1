"""Every route of the emulator once or more, by bare requests; `test_specification.py` holds the answers against Discord's document."""

import pytest

from harness.process import Troupe
from harness.raw import RawBot


@pytest.fixture(scope="module")
def bot(emulator: Troupe) -> RawBot:
    emulator.control.rate_limits(False)
    return RawBot(emulator.address)


@pytest.fixture(scope="module")
def general(emulator: Troupe) -> str:
    return emulator.control.channel("general")


@pytest.fixture(scope="module")
def guild(emulator: Troupe) -> str:
    return emulator.control.state()["guilds"][0]["id"]


def test_messages_in_all_their_forms(emulator: Troupe, bot: RawBot, general: str) -> None:
    base = f"/channels/{general}/messages"
    said = emulator.control.say(general, "Hello", attachments=[{"filename": "a.txt", "data": "aGVsbG8="}])
    assert bot.ok("GET", f"{base}/{said['id']}")["attachments"][0]["filename"] == "a.txt"
    reply = bot.ok("POST", base, {"content": "Hello you", "message_reference": {"message_id": said["id"]}})
    assert reply["referenced_message"]["id"] == said["id"]
    embed = {
        "title": "A card", "description": "text", "url": "https://example.com", "color": 0xFF8800, "timestamp": "2026-03-01T10:00:00Z",
        "fields": [{"name": "a", "value": "b", "inline": True}], "footer": {"text": "end", "icon_url": "attachment://p.png"},
        "author": {"name": "me", "url": "https://example.com"}, "image": {"url": "attachment://p.png"},
    }
    card = bot.ok("POST", base, {"embeds": [embed], "attachments": [{"id": 0, "description": "alt"}]}, files={"p.png": b"\x89PNG1234"})
    assert "/cdn/attachments/" in card["embeds"][0]["image"]["url"]
    assert bot.ok("PATCH", f"{base}/{card['id']}", {"content": "changed", "embeds": []})["content"] == "changed"
    bot.ok("PUT", f"{base}/{card['id']}/reactions/%F0%9F%91%8D/@me")
    bot.ok("GET", f"{base}/{card['id']}")
    assert len(bot.ok("GET", f"{base}/{card['id']}/reactions/%F0%9F%91%8D")) == 1
    bot.ok("DELETE", f"{base}/{card['id']}/reactions/%F0%9F%91%8D/@me")
    bot.ok("DELETE", f"{base}/{card['id']}/reactions")
    bot.ok("PUT", f"/channels/{general}/messages/pins/{card['id']}")
    assert bot.ok("GET", f"/channels/{general}/messages/pins")["items"][0]["message"]["id"] == card["id"]
    assert len(bot.ok("GET", f"/channels/{general}/pins")) == 1
    bot.ok("DELETE", f"/channels/{general}/pins/{card['id']}")
    bot.ok("POST", f"/channels/{general}/typing")
    for query in ("limit=5", f"before={card['id']}", f"after={said['id']}", f"around={card['id']}&limit=3"):
        bot.ok("GET", f"{base}?{query}")
    ids = [bot.ok("POST", base, {"content": str(n)})["id"] for n in range(3)]
    bot.ok("DELETE", f"{base}/{ids.pop()}")
    bot.ok("POST", f"{base}/bulk-delete", {"messages": ids})


def test_threads_and_posts(emulator: Troupe, bot: RawBot, general: str, guild: str) -> None:
    guest = emulator.control.people()[1]["id"]
    said = emulator.control.say(general, "About this")
    thread = bot.ok("POST", f"/channels/{general}/messages/{said['id']}/threads", {"name": "This", "auto_archive_duration": 60})
    bot.ok("POST", f"/channels/{thread['id']}/messages", {"content": "in it"})
    bot.ok("GET", f"/channels/{thread['id']}/messages")
    bot.ok("GET", f"/channels/{general}/messages/{said['id']}")
    bot.ok("PUT", f"/channels/{thread['id']}/thread-members/{guest}")
    bot.ok("GET", f"/channels/{thread['id']}/thread-members?with_member=true")
    bot.ok("GET", f"/channels/{thread['id']}/thread-members/{guest}")
    bot.ok("DELETE", f"/channels/{thread['id']}/thread-members/{guest}")
    bot.ok("DELETE", f"/channels/{thread['id']}/thread-members/@me")
    bot.ok("PUT", f"/channels/{thread['id']}/thread-members/@me")
    bot.ok("PATCH", f"/channels/{thread['id']}", {"name": "That", "archived": True})
    assert bot.ok("GET", f"/channels/{general}/threads/archived/public")["threads"][0]["name"] == "That"
    hidden = bot.ok("POST", f"/channels/{general}/threads", {"name": "Hidden", "type": 12, "invitable": False})
    bot.ok("PATCH", f"/channels/{hidden['id']}", {"archived": True, "locked": True})
    bot.ok("GET", f"/channels/{general}/threads/archived/private")
    bot.ok("GET", f"/channels/{general}/users/@me/threads/archived/private")
    forum = emulator.control.channel("showcase")
    tag = bot.ok("GET", f"/channels/{forum}")["available_tags"][0]["id"]
    post = bot.ok(
        "POST", f"/channels/{forum}/threads", {"name": "Post", "applied_tags": [tag], "message": {"content": "see"}}, files={"a.txt": b"x"})
    assert post["message"]["id"] == post["id"]
    assert emulator.control.open_thread(forum, "Mine", content="hello")["thread_metadata"]["archived"] is False
    assert len(bot.ok("GET", f"/guilds/{guild}/threads/active")["threads"]) == 2
    bot.ok("DELETE", f"/channels/{hidden['id']}")


def test_channels(emulator: Troupe, bot: RawBot, guild: str) -> None:
    made = bot.ok("POST", f"/guilds/{guild}/channels", {"name": "made", "type": 15, "available_tags": [{"name": "one"}], "topic": "t"})
    bot.ok("PATCH", f"/channels/{made['id']}", {"name": "changed", "position": 3, "default_auto_archive_duration": 60})
    everyone = guild
    bot.ok("PUT", f"/channels/{made['id']}/permissions/{everyone}", {"type": 0, "allow": 1024, "deny": 0})
    bot.ok("GET", f"/channels/{made['id']}")
    bot.ok("DELETE", f"/channels/{made['id']}/permissions/{everyone}")
    bot.ok("DELETE", f"/channels/{made['id']}")
    for path in ("", "?with_counts=true", "/channels", "/roles", "/members?limit=10", "/members/search?query=g"):
        bot.ok("GET", f"/guilds/{guild}{path}")
    direct = bot.ok("POST", "/users/@me/channels", {"recipient_id": emulator.control.people()[1]["id"]})
    bot.ok("POST", f"/channels/{direct['id']}/messages", {"content": "psst"})
    bot.ok("DELETE", f"/channels/{direct['id']}")


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("/channels/1", None, 404, 10003),
        ("/channels/{general}/messages", {"content": ""}, 400, 50006),
        ("/channels/{general}/messages", {"content": "x" * 2001}, 400, 50035),
        ("/channels/{general}/messages/1/threads", {"name": "x"}, 404, 10008),
        ("/channels/{showcase}/messages", {"content": "x"}, 400, 50008),
        ("/channels/{announcements}/messages", {"content": "x"}, 403, 50013),
        ("/channels/{keepers}/messages", {"content": "x"}, 403, 50001),
    ])
def test_refusals(emulator: Troupe, bot: RawBot, path: str, body: dict | None, status: int, code: int) -> None:
    names = {name: emulator.control.channel(name) for name in ("general", "showcase", "announcements", "keepers")}
    answer = bot("POST" if body is not None else "GET", path.format(**names), body)
    assert (answer.status, answer.code) == (status, code), answer.body
