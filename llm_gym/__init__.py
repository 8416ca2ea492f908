"""Multi-turn text environments for language-model agents, under the standard Gymnasium API.

Importing this package registers the environments: ``gymnasium.make("llm_gym/TwentyQuestions-v0")``,
``gymnasium.make_vec(...)``. What one needs to write an environment or an oracle of one's own is here:

- rules: :class:`Game`, :class:`Turn`, :class:`Query`, :class:`Task`, :class:`TaskSet`,
  :func:`assign_splits`, :func:`single_line`;
- environments: :class:`TextEnv`, :class:`TextVectorEnv`, :class:`FreeText`,
  :class:`OffersScriptedPlayer`;
- oracles: :class:`Oracle`, :class:`AccountsForUsage`, :class:`OracleError`, ``OracleSpec``,
  :func:`make_oracle`, :func:`use_oracle`.

These names, the environments' ids and arguments and the command ``llm-gym`` are stable; everything
in the modules below may change from one version to the next. The names are imported when they are
first used, so that ``import llm_gym`` costs little more than ``import gymnasium``.
"""

import importlib
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

from llm_gym.registration import register_all

if TYPE_CHECKING:
    from llm_gym.core.env import OffersScriptedPlayer, TextEnv
    from llm_gym.core.game import Game, Query, Turn
    from llm_gym.core.spaces import FreeText
    from llm_gym.core.tasks import Task, TaskSet, assign_splits
    from llm_gym.core.text import single_line
    from llm_gym.core.vector import TextVectorEnv
    from llm_gym.oracles.protocol import AccountsForUsage, Oracle, OracleSpec
    from llm_gym.oracles.specs import make as make_oracle
    from llm_gym.oracles.specs import use as use_oracle
    from llm_gym.oracles.usage import OracleError

__all__ = [
    "AccountsForUsage",
    "FreeText",
    "Game",
    "OffersScriptedPlayer",
    "Oracle",
    "OracleError",
    "OracleSpec",
    "Query",
    "Task",
    "TaskSet",
    "TextEnv",
    "TextVectorEnv",
    "Turn",
    "__version__",
    "assign_splits",
    "make_oracle",
    "single_line",
    "use_oracle",
]

_HOMES = {
    "AccountsForUsage": "llm_gym.oracles.protocol:AccountsForUsage",
    "FreeText": "llm_gym.core.spaces:FreeText",
    "Game": "llm_gym.core.game:Game",
    "OffersScriptedPlayer": "llm_gym.core.env:OffersScriptedPlayer",
    "Oracle": "llm_gym.oracles.protocol:Oracle",
    "OracleError": "llm_gym.oracles.usage:OracleError",
    "OracleSpec": "llm_gym.oracles.protocol:OracleSpec",
    "Query": "llm_gym.core.game:Query",
    "Task": "llm_gym.core.tasks:Task",
    "TaskSet": "llm_gym.core.tasks:TaskSet",
    "TextEnv": "llm_gym.core.env:TextEnv",
    "TextVectorEnv": "llm_gym.core.vector:TextVectorEnv",
    "Turn": "llm_gym.core.game:Turn",
    "assign_splits": "llm_gym.core.tasks:assign_splits",
    "make_oracle": "llm_gym.oracles.specs:make",
    "single_line": "llm_gym.core.text:single_line",
    "use_oracle": "llm_gym.oracles.specs:use",
}
"""Name -> "module:attribute", imported when first asked for."""

try:
    __version__ = version("llm-gym-archer")
except PackageNotFoundError:  # a source tree that is not installed
    __version__ = "0+unknown"

register_all()


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, _, attribute = _HOMES[name].partition(":")
    value = globals()[name] = getattr(importlib.import_module(module), attribute)
    return value


def __dir__() -> list[str]:
    return __all__
