// DiscordModels: see ARCHITECTURE.md.
