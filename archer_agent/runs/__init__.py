"""A training run from its first game to its summary, and what it leaves on disk."""
