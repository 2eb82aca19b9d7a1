"""A bot written with hikari, a library with nothing in common with discord.py: `python hikari_bot.py ADDRESS`."""

import base64
import sys
import traceback

import hikari

application = 754679440998400010  # the one that the emulator's world is born with
# hikari reads the application's id out of the token, so it wants one of Discord's form.
token = base64.b64encode(str(application).encode()).decode().rstrip("=") + ".local.emulator"
intents = hikari.Intents.ALL_UNPRIVILEGED | hikari.Intents.MESSAGE_CONTENT
bot = hikari.GatewayBot(token, rest_url=f"{sys.argv[1]}/api/v10", intents=intents, banner=None, logs="ERROR")
answer = hikari.ResponseType.MESSAGE_CREATE


def say(text: str) -> None:
    print(text, flush=True)


@bot.listen()
async def started(_: hikari.StartedEvent) -> None:
    slash = bot.rest.slash_command_builder
    kinds = {
        "count": hikari.OptionType.INTEGER, "ratio": hikari.OptionType.FLOAT, "loud": hikari.OptionType.BOOLEAN, "who": hikari.OptionType.USER,
        "role": hikari.OptionType.ROLE, "where": hikari.OptionType.CHANNEL, "anybody": hikari.OptionType.MENTIONABLE, "file": hikari.OptionType.ATTACHMENT,
    }
    echo = slash("echo", "Say what arrived").add_option(
        hikari.CommandOption(type=hikari.OptionType.STRING, name="text", description="Any words", is_required=True, max_length=100))
    for name, kind in kinds.items():
        echo.add_option(hikari.CommandOption(type=kind, name=name, description="A value"))
    echo.add_option(hikari.CommandOption(type=hikari.OptionType.STRING, name="model", description="Completed", autocomplete=True))
    commands = [echo, *(slash(name, "Does it") for name in ("form", "controls", "slow", "branch"))]
    commands.append(bot.rest.context_menu_command_builder(hikari.CommandType.MESSAGE, "Count words"))
    commands.append(bot.rest.context_menu_command_builder(hikari.CommandType.USER, "Greet"))
    await bot.rest.set_application_commands(application, commands)
    say("ready")


@bot.listen()
async def message(event: hikari.GuildMessageCreateEvent) -> None:
    if event.is_bot:
        return
    if event.content == "ping":
        await event.message.respond("pong", reply=True)
        await event.message.add_reaction("🏓")
    if event.content and event.content.startswith("away"):
        say(f"heard {event.content}")


@bot.listen()
async def resumed(_: hikari.ShardResumedEvent) -> None:
    say("resumed")


@bot.listen()
async def trouble(event: hikari.ExceptionEvent) -> None:
    say("failure " + "".join(traceback.format_exception(event.exception)))


async def command(interaction: hikari.CommandInteraction) -> None:
    match interaction.command_name:
        case "echo":
            await interaction.create_initial_response(answer, " ".join(f"{option.name}={option.value}" for option in interaction.options))
        case "form":
            row = bot.rest.build_modal_action_row().add_text_input("subject", "Subject")
            await interaction.create_modal_response("Feedback", "feedback", components=[row])
        case "controls":
            buttons = bot.rest.build_message_action_row().add_interactive_button(hikari.ButtonStyle.PRIMARY, "count", label="Count")
            menu = bot.rest.build_message_action_row()
            menu.add_text_menu("colours").add_option("Red", "red").add_option("Blue", "blue")
            await interaction.create_initial_response(answer, "Press something", components=[buttons, menu])
        case "slow":
            await interaction.create_initial_response(hikari.ResponseType.DEFERRED_MESSAGE_CREATE)
            await interaction.edit_initial_response("Done", attachment=hikari.Bytes(b"hello", "a.txt"))
            await interaction.execute("And more", flags=hikari.MessageFlag.EPHEMERAL)
        case "branch":
            await interaction.create_initial_response(answer, "Here it begins")
            message = await interaction.fetch_initial_response()
            thread = await bot.rest.create_message_thread(interaction.channel_id, message, "aside")
            await thread.send("The first word")
            webhook = await bot.rest.create_webhook(interaction.channel_id, "Stage")
            await webhook.execute("To be or not to be", username="Hamlet")
        case "Count words":
            target = next(iter(interaction.resolved.messages.values()))
            await interaction.create_initial_response(answer, f"{len(target.content.split())} words")
        case "Greet":
            person = next(iter(interaction.resolved.users.values()))
            await interaction.create_initial_response(answer, f"Hello {person.username}")


@bot.listen()
async def interaction(event: hikari.InteractionCreateEvent) -> None:
    interaction = event.interaction
    if isinstance(interaction, hikari.AutocompleteInteraction):
        await interaction.create_response([hikari.impl.AutocompleteChoiceBuilder(name, name) for name in ("dalle-mini", "dalle-mega")])
    elif isinstance(interaction, hikari.CommandInteraction):
        await command(interaction)
    elif isinstance(interaction, hikari.ModalInteraction):
        await interaction.create_initial_response(answer, f"Thank you for {interaction.components[0][0].value}")
    elif isinstance(interaction, hikari.ComponentInteraction) and interaction.custom_id == "count":
        await interaction.create_initial_response(hikari.ResponseType.MESSAGE_UPDATE, "Pressed")
    elif isinstance(interaction, hikari.ComponentInteraction):
        await interaction.create_initial_response(answer, "Chosen: " + ", ".join(interaction.values))


if __name__ == "__main__":
    bot.run(check_for_updates=False)
