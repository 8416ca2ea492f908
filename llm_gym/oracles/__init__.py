"""Who answers: an oracle takes equally long lists of subjects and questions and gives answers.

An environment names its oracle by a *spec*, JSON and nothing else, so that the environment can be
made again from its own specification in another process:

- ``"knowledge"``: what is known about the game's subjects is built in; no download, deterministic;
- ``{"kind": "transformers", "model": ...}``: a language model in this process, see
  :func:`llm_gym.oracles.local_model.make`;
- ``{"kind": "openai", "model": ..., "base_url": ...}``: one behind an OpenAI-compatible endpoint,
  see :func:`llm_gym.oracles.endpoint.make`;
- ``{"kind": "server", "socket": PATH}`` or ``{"kind": "server", "address": "HOST:PORT"}``: the
  oracle that ``llm-gym serve-oracle`` serves there;
- ``"my_package.oracles:MyOracle"``: any callable by name, called as ``MyOracle(game, **options)``.

Two options are understood for every kind but ``"server"``, see :mod:`llm_gym.oracles.cache`:

- ``"cache": PATH``: answers are kept in this SQLite file and never asked for twice;
- ``"mode": "replay"``: answers come from the file alone: a question that is not in it is an error,
  and the oracle itself is never made. The default is ``"record"``.

A live object is offered under a name of its own with :func:`use`.
"""

from llm_gym.oracles.protocol import AccountsForUsage, Oracle, OracleFactory, OracleSpec, ask
from llm_gym.oracles.specs import make, read_spec, use

__all__ = [
    "AccountsForUsage",
    "Oracle",
    "OracleFactory",
    "OracleSpec",
    "ask",
    "make",
    "read_spec",
    "use",
]
