"""Who plays: the protocol, games played with it, and agents that nobody trained."""
