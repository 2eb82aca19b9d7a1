"""Another bot, written with discord.py, that answers whatever is said to it by speaking to a third: the beginning of an endless talk."""

import asyncio
import base64
import threading
import time

import discord

from harness.waiting import eventually

application = "1300000000000000777"


class Parrot:
    """Speaks to `other` when somebody says "polly", and whenever `other` has said something whole."""

    def __init__(self, address: str, other: str):
        discord.http.Route.BASE = f"{address}/api/v10"
        self.other = other
        self.last = time.monotonic()
        self.loop = asyncio.new_event_loop()
        intents = discord.Intents.default()
        intents.message_content = True
        self.client = discord.AutoShardedClient(intents=intents)
        self.client.event(self.on_message)
        self.client.event(self.on_message_edit)
        self.answered: set[int] = set()
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()
        eventually(lambda: self.client.is_ready(), "the parrot is there", seconds=60)

    def run(self) -> None:
        asyncio.set_event_loop(self.loop)
        token = base64.b64encode(application.encode()).decode().rstrip("=")
        self.loop.run_until_complete(self.client.start(f"{token}.x.y"))

    async def on_message(self, message: discord.Message) -> None:
        if "polly" in message.content and not message.author.bot:
            await self.squawk(message)
        await self.hear(message)

    async def on_message_edit(self, _: discord.Message, message: discord.Message) -> None:
        await self.hear(message)

    async def hear(self, message: discord.Message) -> None:
        """An answer is whole when nothing can stop it any more."""
        labels = [button.label for row in message.components for button in row.children]
        if str(message.author.id) == self.other and "Again" in labels and message.id not in self.answered:
            self.answered.add(message.id)
            await self.squawk(message)

    async def squawk(self, message: discord.Message) -> None:
        self.last = time.monotonic()
        await message.channel.send(f"<@{self.other}> squawk {len(self.answered)}")

    def quiet_for(self, seconds: float) -> bool:
        return time.monotonic() - self.last > seconds

    def stop(self) -> None:
        asyncio.run_coroutine_threadsafe(self.client.close(), self.loop).result(60)
        self.thread.join(60)
