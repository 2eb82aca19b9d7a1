// Neural: see ARCHITECTURE.md.
