"""A bot written with nextcord, another library that nobody here wrote, as a program of its own: `python nextcord_bot.py ADDRESS`.

nextcord cannot live beside discord.py (both bring a module `discord`), so it has an environment of its own; what it did is seen in the
emulator. Prints `ready` when it is, `resumed` after each resume, and every failure.
"""

import asyncio
import io
import json
import struct
import sys
import traceback
import zlib

import nextcord
from nextcord.ext import commands

models = ["pocket-painter", "dalle-mini", "dalle-mega"]


def say(text: str) -> None:
    print(text, flush=True)


def png(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    rows = (b"\0" + b"\x20\x60\xa0" * width) * height
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


class Form(nextcord.ui.Modal):
    def __init__(self) -> None:
        super().__init__("Feedback", custom_id="feedback", timeout=None)
        self.subject = nextcord.ui.TextInput("Subject", custom_id="subject", max_length=40)
        self.details = nextcord.ui.TextInput("Details", custom_id="details", style=nextcord.TextInputStyle.paragraph, required=False)
        self.add_item(self.subject)
        self.add_item(self.details)

    async def callback(self, interaction: nextcord.Interaction) -> None:
        await interaction.send(f"{self.subject.value}: {self.details.value}", ephemeral=True)


class Controls(nextcord.ui.View):
    def __init__(self) -> None:
        super().__init__(timeout=None)
        self.presses = 0

    @nextcord.ui.button(label="Count", custom_id="count", style=nextcord.ButtonStyle.primary)
    async def count(self, _: nextcord.ui.Button, interaction: nextcord.Interaction) -> None:
        self.presses += 1
        await interaction.response.edit_message(content=f"Pressed {self.presses} times")

    @nextcord.ui.string_select(custom_id="colours", min_values=1, max_values=2, options=[nextcord.SelectOption(label=name, value=name) for name in ("red", "green", "blue")])
    async def colours(self, select: nextcord.ui.StringSelect, interaction: nextcord.Interaction) -> None:
        await interaction.send("Chosen: " + ", ".join(select.values))

    @nextcord.ui.user_select(custom_id="people")
    async def people(self, select: nextcord.ui.UserSelect, interaction: nextcord.Interaction) -> None:
        await interaction.send("People: " + ", ".join(member.name for member in select.values.members))

    @nextcord.ui.role_select(custom_id="roles")
    async def roles(self, select: nextcord.ui.RoleSelect, interaction: nextcord.Interaction) -> None:
        await interaction.send("Roles: " + ", ".join(role.name for role in select.values.roles))

    @nextcord.ui.channel_select(custom_id="places")
    async def places(self, select: nextcord.ui.ChannelSelect, interaction: nextcord.Interaction) -> None:
        await interaction.send("Channels: " + ", ".join(channel.name for channel in select.values.channels))


intents = nextcord.Intents.default()
intents.message_content = True
bot = commands.Bot(intents=intents)


@bot.event
async def on_ready() -> None:
    say("ready")


@bot.event
async def on_resumed() -> None:
    say("resumed")


@bot.event
async def on_error(event: str, *_: object, **__: object) -> None:
    say(f"failure in {event}: {traceback.format_exc()}")


@bot.event
async def on_application_command_error(interaction: nextcord.Interaction, error: Exception) -> None:
    say(f"failure in a command: {error!r}")


@bot.event
async def on_message(message: nextcord.Message) -> None:
    if message.author.bot:
        return
    if message.content == "ping":
        await message.reply("pong")
        await message.add_reaction("🏓")
    if message.content.startswith("away"):
        say(f"heard {message.content}")


@bot.event
async def on_raw_reaction_add(payload: nextcord.RawReactionActionEvent) -> None:
    if payload.user_id != bot.user.id:
        say(f"reaction {payload.emoji.name}")


@bot.slash_command(description="Say what arrived")
async def echo(
    interaction: nextcord.Interaction, text: str = nextcord.SlashOption(min_length=2, max_length=100),
    count: int = nextcord.SlashOption(required=False, min_value=1, max_value=9), ratio: float = nextcord.SlashOption(required=False),
    loud: bool = nextcord.SlashOption(required=False), who: nextcord.Member = nextcord.SlashOption(required=False),
    role: nextcord.Role = nextcord.SlashOption(required=False), where: nextcord.abc.GuildChannel = nextcord.SlashOption(required=False),
    style: str = nextcord.SlashOption(required=False, choices={"Oil on canvas": "oil", "Pencil": "pencil"}),
    model: str = nextcord.SlashOption(required=False), file: nextcord.Attachment = nextcord.SlashOption(required=False),
) -> None:
    values = {
        "text": text, "count": count, "ratio": ratio, "loud": loud, "who": who and who.name, "role": role and role.name, "where": where and where.name,
        "style": style, "model": model, "file": file and file.filename, "size": len(await file.read()) if file else None,
    }
    given = {name: value for name, value in values.items() if value is not None}
    await interaction.send(f"```json\n{json.dumps(given)}\n```")


@echo.on_autocomplete("model")
async def complete(interaction: nextcord.Interaction, model: str) -> None:
    await interaction.response.send_autocomplete([name for name in models if model in name])


@bot.slash_command(description="Paint and take a moment for it")
async def paint(interaction: nextcord.Interaction, text: str) -> None:
    await interaction.response.defer()
    await interaction.followup.send(f"Painted {text}", file=nextcord.File(io.BytesIO(png(96, 64)), "painted.png"))


@bot.slash_command(description="Open a form")
async def form(interaction: nextcord.Interaction) -> None:
    await interaction.response.send_modal(Form())


@bot.slash_command(description="Show buttons and selects")
async def controls(interaction: nextcord.Interaction) -> None:
    """Says so only once the library knows the view: it does not hear what is pressed before its request was answered."""
    message = await interaction.send("One moment", view=Controls())
    await message.edit(content="Press something")


@bot.slash_command(description="Credits")
async def credits(interaction: nextcord.Interaction) -> None:
    """Only its subcommands are called."""


@credits.subcommand(description="Give credits")
async def give(interaction: nextcord.Interaction, amount: int) -> None:
    await interaction.send(f"Gave {amount}", ephemeral=True)


@bot.slash_command(description="Begin a thread")
async def branch(interaction: nextcord.Interaction, name: str) -> None:
    await interaction.send("Here it begins")
    message = await interaction.original_message()
    whole = await interaction.channel.fetch_message(message.id)
    thread = await whole.create_thread(name=name)
    await thread.send("The first word")


@bot.slash_command(description="Speak as somebody else")
async def persona(interaction: nextcord.Interaction) -> None:
    await interaction.response.defer(ephemeral=True)
    webhook = await interaction.channel.create_webhook(name="Stage")
    await webhook.send("To be or not to be", username="Hamlet")
    await interaction.followup.send("Said.", ephemeral=True)


@bot.slash_command(description="Send many messages at once")
async def burst(interaction: nextcord.Interaction, count: int) -> None:
    await interaction.response.defer()
    await asyncio.gather(*(interaction.channel.send(f"burst {number}") for number in range(count)))
    await interaction.followup.send("All sent")


@bot.message_command(name="Count words")
async def count_words(interaction: nextcord.Interaction, message: nextcord.Message) -> None:
    await interaction.send(f"{len(message.content.split())} words", ephemeral=True)


@bot.user_command(name="Greet")
async def greet(interaction: nextcord.Interaction, member: nextcord.Member) -> None:
    await interaction.send(f"Hello {member.name}")


if __name__ == "__main__":
    nextcord.http.Route.BASE = f"{sys.argv[1]}/api/v10"
    bot.run("nextcord-token")
