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


def test_webhooks(emulator: Troupe, bot: RawBot, general: str, guild: str) -> None:
    hook = bot.ok("POST", f"/channels/{general}/webhooks", {"name": "Persona", "avatar": "data:image/png;base64,iVBORw0KGgo="})
    base = f"/webhooks/{hook['id']}/{hook['token']}"
    message = bot.ok("POST", f"{base}?wait=true", {"content": "I am Ada", "username": "Ada", "avatar_url": "https://example.com/a.png"})
    bot.ok("POST", base, {"embeds": [{"title": "without waiting"}]})
    bot.ok("GET", f"{base}/messages/{message['id']}")
    bot.ok("PATCH", f"{base}/messages/{message['id']}", {"content": "changed"}, files={"a.txt": b"x"})
    bot.ok("DELETE", f"{base}/messages/{message['id']}")
    for path in (base, f"/webhooks/{hook['id']}", f"/channels/{general}/webhooks", f"/guilds/{guild}/webhooks"):
        bot.ok("GET", path)
    bot.ok("PATCH", base, {"name": "Other"})
    bot.ok("PATCH", f"/webhooks/{hook['id']}", {"channel_id": emulator.control.channel("showcase")})
    bot.ok("POST", f"{base}?wait=true", {"content": "A post", "thread_name": "By a persona"})
    assert bot("POST", base, {"content": "x"}).code == 220001
    bot.ok("DELETE", base)
    assert bot("GET", f"/webhooks/{hook['id']}").code == 10015


def test_members_and_roles(emulator: Troupe, bot: RawBot, guild: str) -> None:
    person = emulator.control.make_user("newcomer", global_name="New Comer", locale="de")
    member = f"/guilds/{guild}/members/{person['id']}"
    role = bot.ok("POST", f"/guilds/{guild}/roles", {"name": "r", "color": 255, "permissions": 1024, "mentionable": True})
    bot.ok("PATCH", f"/guilds/{guild}/roles/{role['id']}", {"name": "s", "hoist": True})
    bot.ok("GET", f"/guilds/{guild}/roles/{role['id']}")
    bot.ok("PUT", f"{member}/roles/{role['id']}")
    assert bot.ok("GET", member)["roles"] == [role["id"]]
    bot.ok("DELETE", f"{member}/roles/{role['id']}")
    bot.ok("PATCH", member, {"nick": "Newest", "communication_disabled_until": "2030-01-01T00:00:00Z"})
    bot.ok("PATCH", f"/guilds/{guild}/members/@me", {"nick": "Bot"})
    bot.ok("DELETE", f"/guilds/{guild}/roles/{role['id']}")
    bot.ok("DELETE", member)


def test_commands(emulator: Troupe, bot: RawBot, guild: str) -> None:
    application = bot.ok("GET", "/applications/@me")["id"]
    base = f"/applications/{application}/commands"
    options = [
        {"type": kind, "name": f"o{kind}", "description": "d", **({"autocomplete": True} if kind == 3 else {})} for kind in range(3, 12)]
    made = bot.ok("POST", base, {
        "name": "all", "description": "d", "options": options, "name_localizations": {"de": "alles"}, "contexts": [0, 1, 2],
        "integration_types": [0, 1], "default_member_permissions": 8, "nsfw": False})
    bot.ok("POST", base, {"name": "all", "description": "again"})
    bot.ok("PATCH", f"{base}/{made['id']}", {"description": "changed"})
    bot.ok("GET", f"{base}/{made['id']}")
    bot.ok("GET", base)
    bot.ok("GET", f"{base}?with_localizations=true")
    group = {"type": 2, "name": "g", "description": "d", "options": [{"type": 1, "name": "s", "description": "d"}]}
    bot.ok("PUT", base, [
        {"name": "sub", "description": "d", "options": [group]}, {"name": "On a user", "type": 2}, {"name": "On a message", "type": 3}])
    there = f"/applications/{application}/guilds/{guild}/commands"
    of_guild = bot.ok("POST", there, {"name": "here", "description": "d"})
    emulator.control.command_permissions(guild, of_guild["id"], [{"id": guild, "type": 1, "permission": False}])
    assert bot.ok("GET", f"{there}/{of_guild['id']}/permissions")["permissions"][0]["permission"] is False
    bot.ok("GET", f"{there}/permissions")
    assert bot("PUT", f"{there}/{of_guild['id']}/permissions", {"permissions": []}).code == 20001
    bot.ok("DELETE", f"{there}/{of_guild['id']}")
    assert bot("POST", base, {"name": "Bad Name", "description": ""}).code == 50035


def test_components_of_both_generations(bot: RawBot, general: str) -> None:
    base = f"/channels/{general}/messages"
    rows = [
        {"type": 1, "components": [
            {"type": 2, "style": 1, "label": "a", "custom_id": "a"}, {"type": 2, "style": 5, "label": "b", "url": "https://example.com"}]},
        {"type": 1, "components": [{"type": 3, "custom_id": "c", "options": [{"label": "x", "value": "x", "description": "d", "default": True}]}]},
        *({"type": 1, "components": [{"type": kind, "custom_id": f"k{kind}"}]} for kind in (5, 6, 7))]
    bot.ok("POST", base, {"content": "V1", "components": rows})
    container = {"type": 17, "accent_color": 1, "spoiler": True, "components": [
        {"type": 10, "content": "text"}, {"type": 14, "spacing": 2, "divider": False},
        {"type": 9, "components": [{"type": 10, "content": "left"}], "accessory": {"type": 11, "media": {"url": "attachment://a.png"}}},
        {"type": 12, "items": [{"media": {"url": "https://example.com/x.png"}, "description": "x"}, {"media": {"url": "attachment://a.png"}}]},
        {"type": 13, "file": {"url": "attachment://b.txt"}}, {"type": 1, "components": [{"type": 8, "custom_id": "k", "channel_types": [0]}]}]}
    made = bot.ok("POST", base, {"flags": 1 << 15, "components": [container]}, files={"a.png": b"\x89PNG12345678901234567890123", "b.txt": b"x"})
    bot.ok("GET", f"{base}/{made['id']}")
    bot.ok("PATCH", f"{base}/{made['id']}", {"components": [{"type": 10, "content": "less"}]})


def test_what_is_for_sale(emulator: Troupe, bot: RawBot, general: str) -> None:
    control = emulator.control
    application = bot.ok("GET", "/applications/@me")["id"]
    me = control.people()[0]["id"]
    pack, gold = control.make_sku("Pack", 3, price="$1.99"), control.make_sku("Gold", 5)
    assert {sku["name"] for sku in bot.ok("GET", f"/applications/{application}/skus")} == {"Pack", "Gold"}
    base = f"/applications/{application}/entitlements"
    bought = control.buy(pack["id"])
    bot.ok("GET", f"{base}/{bought['id']}")
    bot.ok("POST", f"{base}/{bought['id']}/consume")
    assert bot("POST", f"{base}/{bought['id']}/consume").status == 400
    control.refund(control.buy(pack["id"], test_mode=True)["id"])
    control.cancel(control.buy(gold["id"])["id"])
    for query in ("", "?exclude_deleted=false", f"?user_id={me}&sku_ids={pack['id']}&only_active=true"):
        bot.ok("GET", base + query)
    subscription = bot.ok("GET", f"/skus/{gold['id']}/subscriptions?user_id={me}")[0]
    bot.ok("GET", f"/skus/{gold['id']}/subscriptions/{subscription['id']}")
    test = bot.ok("POST", base, {"sku_id": gold["id"], "owner_id": control.people()[1]["id"], "owner_type": 2})
    bot.ok("DELETE", f"{base}/{test['id']}")
    assert bot("GET", f"{base}/1").code == 10029
    button = {"type": 1, "components": [{"type": 2, "style": 6, "sku_id": pack["id"]}]}
    bot.ok("POST", f"/channels/{general}/messages", {"content": "Buy", "components": [button]})
