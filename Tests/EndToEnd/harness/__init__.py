"""What the end-to-end tests stand on: the process under test, the people, a bot nobody here wrote, the specification."""
