"""Embedded knowledge: deterministic oracles that need no model and no network, one folder per game."""
