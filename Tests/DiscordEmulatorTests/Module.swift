// Tests of DiscordEmulator.
