// DiscordEmulator: see ARCHITECTURE.md.
