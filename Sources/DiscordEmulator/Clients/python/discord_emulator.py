"""The people of the emulator, from Python: its control API in one file, with nothing but the standard library.

    from discord_emulator import Control
    control = Control("http://127.0.0.1:8081")
    interaction = control.command(control.channel("general"), "generate", {"prompt": "a red square"})
    print(control.settled(interaction, attachments=1)["message"]["content"])

`control.acting_as(user_id)` speaks as that person; without it, the first one does. What the emulator does not do, `Refused` explains.
README.md beside this file lists everything; the API itself is described in the README of the emulator.
"""

import base64
import json
import mimetypes
import urllib.error
import urllib.parse
import urllib.request
from typing import Any


class Refused(AssertionError):
    """The emulator did not do what was asked, and said why."""

    def __init__(self, status: int, body: dict[str, Any]):
        super().__init__(f"{status}: {body.get('message')}")
        self.status = status
        self.field = body.get("field")


def file(name: str, data: bytes) -> dict[str, str]:
    """A file as the API takes it."""
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return {"filename": name, "content_type": kind, "data": base64.b64encode(data).decode()}


class Control:
    def __init__(self, address: str, user: str | None = None):
        self.address = address.rstrip("/")
        self.user = user

    def acting_as(self, user: str) -> "Control":
        return Control(self.address, user)

    def call(self, method: str, path: str, body: Any = None, timeout: float = 60, **query: Any) -> Any:
        pairs = {key: value for key, value in {"as": self.user, **query}.items() if value is not None}
        address = f"{self.address}/_emulator/{path}" + (f"?{urllib.parse.urlencode(pairs)}" if pairs else "")
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(address, data, {"Content-Type": "application/json"}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=timeout) as response:
                content = response.read()
        except urllib.error.HTTPError as error:
            text = error.read()
            try:
                raise Refused(error.code, json.loads(text)) from None
            except json.JSONDecodeError:
                raise Refused(error.code, {"message": text[:200].decode(errors="replace")}) from None
        return json.loads(content) if content else None

    # What there is

    def state(self) -> dict[str, Any]:
        return self.call("GET", "state")

    def messages(self, channel: str, **query: Any) -> list[dict[str, Any]]:
        """Newest first."""
        return self.call("GET", f"channels/{channel}/messages", **query)

    def channel(self, name: str) -> str:
        return next(c["id"] for guild in self.state()["guilds"] for c in guild["channels"] if c["name"] == name)

    def people(self) -> list[dict[str, Any]]:
        return [user for user in self.state()["users"] if not user.get("bot")]

    def traffic(self) -> list[dict[str, Any]]:
        """All REST exchanges kept, oldest first."""
        exchanges: list[dict[str, Any]] = []
        after = None
        while page := self.call("GET", "traffic", after=after, limit=500)["exchanges"]:
            exchanges += page
            after = page[-1]["n"]
        return exchanges

    # What people do

    def say(self, channel: str, content: str, **more: Any) -> dict[str, Any]:
        return self.call("POST", "messages", {"channel_id": channel, "content": content, **more})

    def command(self, channel: str, name: str, options: dict[str, Any] | None = None, **more: Any) -> str:
        """Runs a slash command; the interaction's id."""
        return self.call("POST", "interactions/command", {"channel_id": channel, "name": name, "options": options or {}, **more})["id"]

    def complete(self, channel: str, name: str, focused: str, options: dict[str, Any]) -> list[dict[str, Any]]:
        body = {"channel_id": channel, "name": name, "options": options, "focused": focused}
        return self.call("POST", "interactions/autocomplete", body)["choices"]

    def context_menu(self, channel: str, name: str, target: str) -> str:
        """Runs a command of the context menu on a user or message; the interaction's id."""
        return self.call("POST", "interactions/command", {"channel_id": channel, "name": name, "target_id": target})["id"]

    def edit(self, message: str, content: str) -> dict[str, Any]:
        return self.call("PATCH", f"messages/{message}", {"content": content})

    def delete(self, message: str) -> None:
        self.call("DELETE", f"messages/{message}")

    def react(self, message: str, emoji: str, on: bool = True) -> None:
        self.call("PUT" if on else "DELETE", f"messages/{message}/reactions/{urllib.parse.quote(emoji)}")

    def pin(self, message: str, on: bool = True) -> None:
        self.call("PUT" if on else "DELETE", f"messages/{message}/pin")

    def pins(self, channel: str) -> list[dict[str, Any]]:
        """What is pinned in a channel, newest first."""
        return self.call("GET", f"channels/{channel}/pins")

    def chatter(self, messages: int, per_second: int, **more: Any) -> dict[str, int]:
        """Has people write many messages, everywhere in turn; waits until all are written."""
        return self.call("POST", "chatter", {"messages": messages, "per_second": per_second, **more}, timeout=60 + 4 * messages / per_second)

    def typing(self, channel: str) -> None:
        self.call("POST", "typing", {"channel_id": channel})

    def direct_channel(self, user: str) -> str:
        """The direct channel with another user, a bot for one."""
        return self.call("POST", "dms", {"user_id": user})["id"]

    def open_thread(self, channel: str, name: str, **more: Any) -> dict[str, Any]:
        """With `message_id` on a message, in a forum with `content` as a post, with `private=True` hidden."""
        return self.call("POST", "threads", {"channel_id": channel, "name": name, **more})

    def change_thread(self, thread: str, **changes: Any) -> dict[str, Any]:
        return self.call("PATCH", f"threads/{thread}", changes)

    def thread_member(self, thread: str, user: str, on: bool = True) -> None:
        self.call("PUT" if on else "DELETE", f"threads/{thread}/members/{user}")

    def click(self, message: str, custom_id: str, values: list[str] | None = None) -> str:
        body = {"message_id": message, "custom_id": custom_id, **({"values": values} if values is not None else {})}
        return self.call("POST", "interactions/component", body)["id"]

    def submit(self, interaction: str, values: dict[str, Any]) -> str:
        return self.call("POST", "interactions/modal", {"interaction_id": interaction, "values": values})["id"]

    def interaction(self, interaction: str, **query: Any) -> dict[str, Any]:
        return self.call("GET", f"interactions/{interaction}", **query)

    def settled(self, interaction: str, seconds: float = 30, **query: Any) -> dict[str, Any]:
        """Waits for the answer. `attachments=1` or `contains="text"` say what it must have."""
        return self.call("GET", f"interactions/{interaction}", timeout=seconds + 10, settle=1, timeout_ms=int(seconds * 1000), **query)

    # What may go wrong

    def fault(self, kind: str, **fields: Any) -> None:
        self.call("POST", "faults", {"faults": [{"kind": kind, **fields}]})

    def scenario(self, faults: list[dict[str, Any]]) -> None:
        """Several at once; each may have `after_ms`, when it comes, and `every_ms`, after which it comes again."""
        self.call("POST", "faults", {"faults": faults})

    def clear_faults(self) -> None:
        self.call("DELETE", "faults")

    def advance(self, milliseconds: int) -> None:
        """Sets the emulator's clock forward."""
        self.call("POST", "clock", {"advance_ms": milliseconds})

    def rate_limits(self, enabled: bool) -> None:
        self.call("POST", "rate_limits", {"enabled": enabled})

    def reset(self) -> None:
        """The world as new. Bots are disconnected and must identify again."""
        self.call("POST", "reset")

    def sow(self, document: dict[str, Any]) -> dict[str, dict[str, str]]:
        """Adds people, guilds, roles, channels and messages; the ids of what is named in it. See the README for the form."""
        return self.call("POST", "seed", document)

    def saved(self) -> dict[str, Any]:
        """The whole world, for `load`."""
        return self.call("GET", "saved")

    def load(self, saved: dict[str, Any]) -> None:
        """Becomes what was saved. Bots are disconnected and must identify again."""
        self.call("PUT", "saved", saved)

    def frames(self, after: int = 0) -> list[dict[str, Any]]:
        """The last frames of all gateway sockets, oldest first."""
        return self.call("GET", "frames", after=after, limit=2_000)["frames"]

    def buckets(self) -> list[dict[str, Any]]:
        """The rate-limit buckets that are in use now."""
        return self.call("GET", "rate_limits")["buckets"]

    def probe(self, application: str, kind: str = "ping") -> int:
        """Tries an interactions endpoint: `ping`, `invalid` (a wrong signature), `stale` (ten minutes old); the status it answers."""
        return self.call("POST", f"applications/{application}/probe", {"kind": kind})["status"]

    def authorize(self, client_id: str, redirect_uri: str, scope: str = "identify", approve: bool = True, **more: str) -> str:
        """Answers an OAuth2 authorize page as this person; the address one is sent back to. `more`: state, code_challenge …"""
        body = {"client_id": client_id, "redirect_uri": redirect_uri, "scope": scope, "approve": approve, **more}
        return self.call("POST", "oauth2/authorize", body)["location"]

    # What is for sale

    def make_sku(self, name: str, type: int = 3, **more: Any) -> dict[str, Any]:
        """Type 2 is durable, 3 consumable, 5 a subscription; with `application_id`, `for_guilds`, `price`."""
        return self.call("POST", "skus", {"name": name, "type": type, **more})

    def skus(self) -> list[dict[str, Any]]:
        return self.call("GET", "skus")

    def buy(self, sku: str, **more: Any) -> dict[str, Any]:
        """The entitlement. With `test_mode=True` as in an application's test mode, with `guild_id` for a guild."""
        return self.call("POST", "purchases", {"sku_id": sku, **more})

    def refund(self, entitlement: str) -> dict[str, Any]:
        return self.call("POST", "refunds", {"entitlement_id": entitlement})

    def cancel(self, entitlement: str) -> dict[str, Any]:
        """Ends a subscription at the end of what is paid."""
        return self.call("POST", "cancellations", {"entitlement_id": entitlement})

    def entitlements(self) -> list[dict[str, Any]]:
        return self.call("GET", "entitlements")

    # People and guilds

    def make_user(self, username: str, **more: Any) -> dict[str, Any]:
        """A person, a member of every guild unless `guild_ids` names some; with `global_name` and `locale`."""
        return self.call("POST", "users", {"username": username, **more})

    def change_user(self, user: str, **changes: Any) -> dict[str, Any]:
        return self.call("PATCH", f"users/{user}", changes)

    def make_guild(self, name: str, channels: list[str] | None = None) -> dict[str, Any]:
        return self.call("POST", "guilds", {"name": name, **({"channels": channels} if channels else {})})

    def member(self, guild: str, user: str, on: bool = True) -> None:
        """Lets a user or a bot join, or leave."""
        self.call("PUT" if on else "DELETE", f"guilds/{guild}/members/{user}")

    def role(self, guild: str, user: str, role: str, on: bool = True) -> None:
        self.call("PUT" if on else "DELETE", f"guilds/{guild}/members/{user}/roles/{role}")

    def command_permissions(self, guild: str, command: str, permissions: list[dict[str, Any]]) -> dict[str, Any]:
        """Who may use a command (or, by an application's id, all of them): `{"id", "type": 1 role, 2 user, 3 channel, "permission"}`."""
        return self.call("PUT", f"guilds/{guild}/commands/{command}/permissions", {"permissions": permissions})

    def install(self, application: str, on: bool = True) -> None:
        """Installs an application for this person alone."""
        self.call("PUT" if on else "DELETE", f"installs/{application}")

    # What the owner of an application sets

    def change_application(self, application: str, **changes: Any) -> dict[str, Any]:
        return self.call("PATCH", f"applications/{application}", changes)
