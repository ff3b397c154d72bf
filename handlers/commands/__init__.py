"""The slash command: one file for each family of subcommands."""
