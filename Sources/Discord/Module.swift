// Discord: see ARCHITECTURE.md.
