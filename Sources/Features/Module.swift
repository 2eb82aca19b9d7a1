// Features: see ARCHITECTURE.md.
