"""Embedded, deterministic oracles that answer from facts that come with the package."""
