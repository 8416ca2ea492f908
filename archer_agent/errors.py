"""What can go wrong without being a bug. Imports nothing, so that commands can catch it before anything is loaded."""


class AgentError(Exception):
    """An agent cannot act; the message says why in one sentence."""
