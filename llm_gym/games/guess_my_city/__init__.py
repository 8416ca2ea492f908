"""Guess My City: find out where somebody comes from, in twenty questions of any kind."""
