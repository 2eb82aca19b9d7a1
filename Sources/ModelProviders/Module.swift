// ModelProviders: see ARCHITECTURE.md.
