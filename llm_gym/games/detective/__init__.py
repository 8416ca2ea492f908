"""Detective, the text adventure of the ArCHer paper."""
