// Tests of DiscordModels.
