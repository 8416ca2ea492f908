"""Embedded, deterministic oracles that answer from facts shipped with the package."""
