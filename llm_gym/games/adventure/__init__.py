"""Adventure: a text adventure with a story of its own, and worlds made from seeds."""
