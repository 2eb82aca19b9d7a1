// Pictures: see ARCHITECTURE.md.
