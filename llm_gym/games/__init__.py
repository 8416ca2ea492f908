"""The games: one folder each, with its rules, its data and its scripted players."""
