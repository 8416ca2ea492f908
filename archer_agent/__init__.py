"""ArCHer: hierarchical multi-turn reinforcement learning for language-model agents.

Train, load back, play::

    from archer_agent import configure, evaluate_agent, load_agent, train

    config = configure("llm_gym/TwentyQuestionsSubset-v0", loop={"iterations": 20})
    run = train(config)
    print(evaluate_agent(config.env, {}, load_agent(run), episodes=256, seed=0))

What one needs for that is here:

- settings: `configure`, `TrainConfig`, `read_config`; `archer_agent.settings` has the class of every table;
- runs: `train`, `write_report`, `load_agent`, `evaluate_run`;
- agents, trained or not: `Agent`, `View`, `Utterance`, `FunctionAgent`, `make_agent` with `AgentConfig`, `AgentError`;
- games: `make_envs`, `play`, `evaluate_agent`, `Episode`, `Turn`, `read_episodes`, `read_dataset`;
- language models: `load_policy`, `LanguagePolicy`.

These names, the settings, the files of a run and the commands are stable; everything in the modules below may change from
one version to the next. The names are imported when they are first used: `import archer_agent` needs no torch.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from archer_agent.agents.agent import Agent, FunctionAgent, Utterance, View
    from archer_agent.agents.environments import make_envs
    from archer_agent.agents.rollout import play
    from archer_agent.agents.untrained import AgentConfig, make_agent
    from archer_agent.episodes.datasets import read_dataset
    from archer_agent.episodes.replay import Episode, Turn, read_episodes
    from archer_agent.errors import AgentError
    from archer_agent.networks.loading import load_policy
    from archer_agent.networks.policy import LanguagePolicy
    from archer_agent.reports.report import write_report
    from archer_agent.runs.evaluation import evaluate_agent, evaluate_run, load_agent
    from archer_agent.settings import TrainConfig, configure, read_config

__all__ = [
    "Agent",
    "AgentConfig",
    "AgentError",
    "Episode",
    "FunctionAgent",
    "LanguagePolicy",
    "TrainConfig",
    "Turn",
    "Utterance",
    "View",
    "__version__",
    "configure",
    "evaluate_agent",
    "evaluate_run",
    "load_agent",
    "load_policy",
    "make_agent",
    "make_envs",
    "play",
    "read_config",
    "read_dataset",
    "read_episodes",
    "train",
    "write_report",
]

_HOMES = {
    "Agent": "archer_agent.agents.agent",
    "AgentConfig": "archer_agent.agents.untrained",
    "AgentError": "archer_agent.errors",
    "Episode": "archer_agent.episodes.replay",
    "FunctionAgent": "archer_agent.agents.agent",
    "LanguagePolicy": "archer_agent.networks.policy",
    "TrainConfig": "archer_agent.settings",
    "Turn": "archer_agent.episodes.replay",
    "Utterance": "archer_agent.agents.agent",
    "View": "archer_agent.agents.agent",
    "configure": "archer_agent.settings",
    "evaluate_agent": "archer_agent.runs.evaluation",
    "evaluate_run": "archer_agent.runs.evaluation",
    "load_agent": "archer_agent.runs.evaluation",
    "load_policy": "archer_agent.networks.loading",
    "make_agent": "archer_agent.agents.untrained",
    "make_envs": "archer_agent.agents.environments",
    "play": "archer_agent.agents.rollout",
    "read_config": "archer_agent.settings",
    "read_dataset": "archer_agent.episodes.datasets",
    "read_episodes": "archer_agent.episodes.replay",
    "write_report": "archer_agent.reports.report",
}
"""The module of each name that is imported when first asked for."""

try:
    __version__ = version("llm-gym-archer")
except PackageNotFoundError:  # a source tree that is not installed
    __version__ = "0+unknown"


def train(
    config: TrainConfig,
    resume: Path | None = None,
    on_record: Callable[[Mapping[str, Any]], None] | None = None,
) -> Path:
    """Train an agent, and write the report of the run, as `archer-train` does.

    Ctrl-C ends the run after the iteration under way, with a checkpoint and a report, and is then passed on; a second
    one ends it at once.

    Args:
        config: the settings, from `configure`; those of a run that is resumed, from `read_config`.
        resume: the folder of a run to go on with from its latest checkpoint. One whose budget is spent is left as it is.
        on_record: called with each record of ``metrics.jsonl`` as it is written: for a tracker of one's own, say.

    Returns:
        The run's folder: `load_agent` and `evaluate_run` take it, and ``report.html`` is in it.

    Raises:
        ValueError: something in the settings cannot be; the message says what and what to do.
        KeyboardInterrupt: after Ctrl-C.
    """
    from archer_agent.reports.report import write_report
    from archer_agent.runs.training import train

    return train(config, resume, write_report, on_record)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(importlib.import_module(_HOMES[name]), name)
    return value


def __dir__() -> list[str]:
    return __all__
