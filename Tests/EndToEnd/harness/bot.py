"""A bot written with discord.py, which knows nothing of Troupe or of its emulator: only its base address is set.

It runs in a thread of its own and has a command for everything that people can do to a bot: typed options, completion, files,
buttons, selects, forms, private answers, context menus, and one that never answers.
"""

import asyncio
import io
import json
import struct
import threading
import zlib
from typing import Any

import discord
from discord import app_commands

from harness.waiting import eventually

models = ["pocket-painter", "dalle-mini", "dalle-mega"]


def png(width: int, height: int, colour: tuple[int, int, int]) -> bytes:
    """A picture of one colour, without a library for pictures."""
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    rows = (b"\0" + bytes(colour) * width) * height
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


picture = png(96, 64, (211, 58, 47))


class Form(discord.ui.Modal, title="Feedback"):
    subject = discord.ui.TextInput(label="Subject", max_length=40, placeholder="In a few words")
    details = discord.ui.TextInput(label="What happened?", style=discord.TextStyle.paragraph, required=False)

    async def on_submit(self, interaction: discord.Interaction) -> None:
        await interaction.response.send_message(f"Thank you for “{self.subject.value}”: {self.details.value}", ephemeral=True)


class Survey(discord.ui.Modal, title="Survey"):
    """Words, selects and a file."""

    words = discord.ui.Label(text="Words", description="In a few", component=discord.ui.TextInput(custom_id="words", max_length=40))
    colour = discord.ui.Label(text="Colour", component=discord.ui.Select(
        custom_id="colour", options=[discord.SelectOption(label=name.title(), value=name) for name in ("red", "green")]))
    person = discord.ui.Label(text="Person", component=discord.ui.UserSelect(custom_id="person"))
    place = discord.ui.Label(text="Place", component=discord.ui.ChannelSelect(custom_id="place", required=False))
    picture = discord.ui.Label(text="Picture", component=discord.ui.FileUpload(custom_id="picture", max_values=2))

    async def on_submit(self, interaction: discord.Interaction) -> None:
        picked = {
            "words": self.words.component.value, "colour": self.colour.component.values, "person": [user.name for user in self.person.component.values],
            "place": [place.name for place in self.place.component.values], "picture": [(file.filename, file.size) for file in self.picture.component.values],
        }
        await interaction.response.send_message(f"```json\n{json.dumps(picked)}\n```")


class Ballot(discord.ui.Modal, title="Ballot"):
    """The inputs that are ticked, under a text."""

    about = discord.ui.TextDisplay("Tell us **everything**.")
    one = discord.ui.Label(text="One of", component=discord.ui.RadioGroup(
        custom_id="one", options=[discord.RadioGroupOption(label=name.title(), value=name) for name in ("yes", "no")]))
    many = discord.ui.Label(text="Any of", component=discord.ui.CheckboxGroup(
        custom_id="many", max_values=3, options=[discord.CheckboxGroupOption(label=name.title(), value=name) for name in ("mon", "tue", "wed")]))
    sure = discord.ui.Label(text="Sure", component=discord.ui.Checkbox(custom_id="sure"))

    async def on_submit(self, interaction: discord.Interaction) -> None:
        picked = {"one": self.one.component.value, "many": self.many.component.values, "sure": self.sure.component.value}
        await interaction.response.send_message(f"```json\n{json.dumps(picked)}\n```")


class Pickers(discord.ui.View):
    """Selects whose entries Discord fills in."""

    def __init__(self) -> None:
        super().__init__(timeout=None)

    @discord.ui.select(cls=discord.ui.UserSelect, custom_id="pick-user", placeholder="A person")
    async def user(self, interaction: discord.Interaction, select: discord.ui.UserSelect) -> None:
        await interaction.response.send_message("Person: " + ", ".join(user.name for user in select.values))

    @discord.ui.select(cls=discord.ui.RoleSelect, custom_id="pick-role", placeholder="A role")
    async def role(self, interaction: discord.Interaction, select: discord.ui.RoleSelect) -> None:
        await interaction.response.send_message("Role: " + ", ".join(role.name for role in select.values))

    @discord.ui.select(cls=discord.ui.ChannelSelect, custom_id="pick-channel", placeholder="A channel")
    async def channel(self, interaction: discord.Interaction, select: discord.ui.ChannelSelect) -> None:
        await interaction.response.send_message("Channel: " + ", ".join(channel.name for channel in select.values))

    @discord.ui.select(cls=discord.ui.MentionableSelect, custom_id="pick-any", placeholder="Anybody", max_values=2)
    async def anybody(self, interaction: discord.Interaction, select: discord.ui.MentionableSelect) -> None:
        await interaction.response.send_message("Anybody: " + ", ".join(sorted(value.name for value in select.values)))


class Layout(discord.ui.LayoutView):
    """The newer components: text, a section with a picture, a gallery, a container with a button."""

    def __init__(self, title: str) -> None:
        super().__init__(timeout=None)
        button = discord.ui.Button(label="Applaud", custom_id="applaud")
        button.callback = self.applaud
        self.add_item(discord.ui.TextDisplay(f"## {title}"))
        self.add_item(discord.ui.Section("Act one", accessory=discord.ui.Thumbnail("attachment://act.png", description="A square")))
        container = discord.ui.Container(discord.ui.TextDisplay("Act **two**"), discord.ui.Separator(), accent_colour=0xF5B83D)
        container.add_item(discord.ui.MediaGallery(discord.MediaGalleryItem("attachment://act.png")))
        container.add_item(discord.ui.ActionRow(button))
        self.add_item(container)

    async def applaud(self, interaction: discord.Interaction) -> None:
        await interaction.response.send_message("Applause", ephemeral=True)


async def show(interaction: discord.Interaction, text: str, view: discord.ui.View) -> None:
    """Says its text only once the library knows the view: it does not hear what is pressed before its request was answered."""
    await interaction.response.send_message("One moment", view=view)
    await interaction.edit_original_response(content=text)


class Controls(discord.ui.View):
    presses = 0

    def __init__(self) -> None:
        super().__init__(timeout=None)

    @discord.ui.button(label="Count", style=discord.ButtonStyle.primary, custom_id="count")
    async def count(self, interaction: discord.Interaction, _: discord.ui.Button) -> None:
        self.presses += 1
        await interaction.response.edit_message(content=f"Pressed {self.presses} times")

    @discord.ui.button(label="Nothing", style=discord.ButtonStyle.danger, custom_id="nothing")
    async def nothing(self, interaction: discord.Interaction, _: discord.ui.Button) -> None:
        """Never acknowledges."""

    @discord.ui.select(
        placeholder="Choose colours", custom_id="colours", min_values=1, max_values=2,
        options=[discord.SelectOption(label=name.title(), value=name) for name in ("red", "green", "blue")])
    async def colours(self, interaction: discord.Interaction, select: discord.ui.Select) -> None:
        await interaction.response.send_message("Chosen: " + ", ".join(select.values))


class Player(discord.AutoShardedClient):
    """Sharded, because this kind of client asks the API for the gateway's address, so that one base address is enough."""

    def __init__(self) -> None:
        intents = discord.Intents.default()
        intents.message_content = True
        super().__init__(intents=intents)
        self.tree = app_commands.CommandTree(self)
        self.readies = 0
        self.resumes = 0
        self.heard: list[str] = []
        self.failures: list[str] = []
        add_commands(self.tree)

    async def setup_hook(self) -> None:
        await self.tree.sync()

    async def on_ready(self) -> None:
        self.readies += 1

    async def on_resumed(self) -> None:
        self.resumes += 1

    async def on_message(self, message: discord.Message) -> None:
        if not message.author.bot:
            self.heard.append(message.content)
        if message.content == "ping":
            await message.reply("pong")

    async def on_error(self, event: str, *_: Any, **__: Any) -> None:
        import traceback
        self.failures.append(f"{event}: {traceback.format_exc()}")


def add_commands(tree: app_commands.CommandTree) -> None:
    @tree.command(description="Paint a picture and take a moment for it")
    async def paint(interaction: discord.Interaction, text: str) -> None:
        await interaction.response.defer(thinking=True)
        await interaction.followup.send(f"Painted **{text}**", file=discord.File(io.BytesIO(picture), "painted.png", description=text))

    @tree.command(description="Say what arrived")
    @app_commands.describe(text="Any words", count="How many", style="How it looks", model="Which model")
    @app_commands.choices(style=[app_commands.Choice(name="Oil on canvas", value="oil"), app_commands.Choice(name="Pencil", value="pencil")])
    async def echo(
        interaction: discord.Interaction, text: app_commands.Range[str, 2, 100], count: app_commands.Range[int, 1, 9] | None = None,
        ratio: app_commands.Range[float, 0, 2] | None = None, loud: bool | None = None, who: discord.User | None = None,
        where: discord.TextChannel | None = None, style: app_commands.Choice[str] | None = None, model: str | None = None,
        file: discord.Attachment | None = None,
    ) -> None:
        size = len(await file.read()) if file else None
        values = {
            "text": text, "count": count, "ratio": ratio, "loud": loud, "who": who and who.name, "where": where and where.name,
            "style": style and style.value, "model": model, "file": file and file.filename, "size": size,
        }
        given = {name: value for name, value in values.items() if value is not None}
        await interaction.response.send_message(f"```json\n{json.dumps(given)}\n```")

    @echo.autocomplete("model")
    async def complete(_: discord.Interaction, current: str) -> list[app_commands.Choice[str]]:
        return [app_commands.Choice(name=model, value=model) for model in models if current in model]

    @tree.command(description="Open a form")
    async def form(interaction: discord.Interaction) -> None:
        await interaction.response.send_modal(Form())

    @tree.command(description="Answer only to you")
    async def secret(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("Nobody else reads this", ephemeral=True)

    @tree.command(description="Show buttons and a select")
    async def controls(interaction: discord.Interaction) -> None:
        await show(interaction, "Press something", Controls())

    @tree.command(description="Open a form with inputs of every kind")
    async def survey(interaction: discord.Interaction) -> None:
        await interaction.response.send_modal(Survey())

    @tree.command(description="Open a form with boxes to tick")
    async def ballot(interaction: discord.Interaction) -> None:
        await interaction.response.send_modal(Ballot())

    @tree.command(description="Show selects of people, roles and channels")
    async def pickers(interaction: discord.Interaction) -> None:
        await show(interaction, "Pick something", Pickers())

    @tree.command(description="Show the newer components")
    async def layout(interaction: discord.Interaction) -> None:
        await interaction.response.send_message(view=Layout("One moment"), file=discord.File(io.BytesIO(picture), "act.png"))
        await interaction.edit_original_response(view=Layout("The programme"))

    @tree.command(description="Show a card")
    async def card(interaction: discord.Interaction) -> None:
        embed = discord.Embed(title="A card", description="with **bold** words", colour=0xF5B83D, url="https://example.com")
        embed.add_field(name="Left", value="1").add_field(name="Right", value="2").set_footer(text="the end")
        embed.set_image(url="attachment://card.png")
        await interaction.response.send_message(embed=embed, file=discord.File(io.BytesIO(picture), "card.png"))

    @tree.command(description="Never answers")
    async def silent(interaction: discord.Interaction) -> None:
        """Lets the three seconds pass."""

    credits = app_commands.Group(name="credits", description="Credits")

    @credits.command(description="Give credits")
    async def give(interaction: discord.Interaction, amount: int) -> None:
        await interaction.response.send_message(f"Gave {amount}")

    tree.add_command(credits)

    @tree.context_menu(name="Count words")
    async def count_words(interaction: discord.Interaction, message: discord.Message) -> None:
        await interaction.response.send_message(f"{len(message.content.split())} words", ephemeral=True)

    @tree.context_menu(name="Greet")
    async def greet(interaction: discord.Interaction, user: discord.Member) -> None:
        await interaction.response.send_message(f"Hello {user.name}")


class BotThread:
    """Runs a `Player` until `stop()`."""

    def __init__(self, address: str, token: str = "test-token"):
        discord.http.Route.BASE = f"{address}/api/v10"
        self.token = token
        self.loop = asyncio.new_event_loop()
        self.client: Player | None = None
        self.problem: BaseException | None = None
        self.thread = threading.Thread(target=self.run, daemon=True)

    def start(self) -> "BotThread":
        self.thread.start()
        eventually(self.is_ready, "the discord.py bot is ready", seconds=60)
        return self

    def is_ready(self) -> bool:
        if self.problem is not None:
            raise RuntimeError("the discord.py bot ended") from self.problem
        return self.client is not None and self.client.readies > 0

    def run(self) -> None:
        asyncio.set_event_loop(self.loop)
        try:
            self.loop.run_until_complete(self.live())
        except BaseException as error:  # noqa: BLE001 - handed to the thread of the test
            self.problem = error

    async def live(self) -> None:
        self.client = Player()
        async with self.client:
            await self.client.start(self.token)

    def stop(self) -> None:
        if self.client is not None and self.thread.is_alive():
            asyncio.run_coroutine_threadsafe(self.client.close(), self.loop).result(60)
        self.thread.join(60)
