"""Views of text environments for learners that know no text, and for those that know only chats.

Each is a wrapper of a single environment, and under the same name in :mod:`llm_gym.wrappers.vector`
one of a vector environment, which keeps the one call of the oracle per step. They work on any
Gymnasium environment whose observations and actions are text, not on this suite's alone, but where
they say what they need.
"""

from llm_gym.wrappers.chat import ChatMessages
from llm_gym.wrappers.cost import TurnCost
from llm_gym.wrappers.discrete import DiscreteActions, MaskInObservation
from llm_gym.wrappers.encoded import EmbeddedText, HashedText, TokenIds
from llm_gym.wrappers.info import PlainInfo

__all__ = [
    "ChatMessages",
    "DiscreteActions",
    "EmbeddedText",
    "HashedText",
    "MaskInObservation",
    "PlainInfo",
    "TokenIds",
    "TurnCost",
]
