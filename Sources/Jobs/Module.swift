// Jobs: see ARCHITECTURE.md.
