// PocketModels: see ARCHITECTURE.md.
