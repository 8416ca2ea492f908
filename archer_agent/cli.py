"""The commands `archer-train`, `archer-eval`, `archer-report` and `archer-bench`.

Torch, transformers and what needs them are imported inside the functions: `--help` must be quick.
Exit status: 0, 2 for bad input (one line on stderr), 130 for Ctrl-C.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import tyro

from archer_agent.config import (
    TrainArguments,
    json_object,
    parse_train_arguments,
    to_toml,
    with_run_folder,
)

if TYPE_CHECKING:
    from archer_agent.agent import Agent

_EXTRA = {
    **dict.fromkeys(
        ("torch", "transformers", "tokenizers", "safetensors", "jinja2", "matplotlib"), "train"
    ),
    "peft": "lora",
}
"""Which extra brings a package."""


def train(argv: Sequence[str] | None = None) -> int:
    """Train an agent, or go on with it; the console script `archer-train`.

    Args:
        argv: the arguments after the command's name; the process's own without.

    Returns:
        The exit status.
    """
    return _run("archer-train", lambda: _train(_arguments(argv)))


def evaluate(argv: Sequence[str] | None = None) -> int:
    """Play games with a trained agent, or with another one; the console script `archer-eval`.

    Args:
        argv: the arguments after the command's name; the process's own without.

    Returns:
        The exit status.
    """
    return _run("archer-eval", lambda: _evaluate(_arguments(argv)))


def report(argv: Sequence[str] | None = None) -> int:
    """Write a run's report anew; the console script `archer-report`.

    Args:
        argv: the arguments after the command's name; the process's own without.

    Returns:
        The exit status.
    """
    return _run("archer-report", lambda: _report(_arguments(argv)))


def bench(argv: Sequence[str] | None = None) -> int:
    """Compare methods over seeds and environments; the console script `archer-bench`.

    Args:
        argv: the arguments after the command's name; the process's own without.

    Returns:
        The exit status.
    """
    return _run("archer-bench", lambda: _bench(_arguments(argv)))


def _arguments(argv: Sequence[str] | None) -> Sequence[str]:
    return sys.argv[1:] if argv is None else argv


def _run(command: str, body: Callable[[], None]) -> int:
    """Run a command's body; say in one line what the user can put right."""
    try:
        body()
    except KeyboardInterrupt:
        return 130
    except ModuleNotFoundError as error:
        extra = _EXTRA.get((error.name or "").partition(".")[0])
        if extra is None:
            raise
        message = f"{error.name} is not installed; pip install 'llm-gym-archer[{extra}]' brings it"
    except ValueError as error:
        if not _is_deliberate(error):
            raise
        message = str(error)
    except (PermissionError, FileExistsError, FileNotFoundError, NotADirectoryError) as error:
        message = f"{error.strerror}: {error.filename}"
    else:
        return 0
    print(f"{command}: {' '.join(message.split())}", file=sys.stderr)
    return 2


def _is_deliberate(error: ValueError) -> bool:
    """Tell a complaint that this package raised from a failure inside a library, which is a bug."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    module = "" if trace is None else str(trace.tb_frame.f_globals.get("__name__"))
    return module.partition(".")[0] == "archer_agent"


# ---------------------------------------------------------------- archer-train


def _train(argv: Sequence[str]) -> None:
    arguments = parse_train_arguments(argv)
    if arguments.print_config:
        print(to_toml(arguments.config), end="")
        return
    config = arguments.config
    if arguments.resume is None:
        config = with_run_folder(config)
    _check_train(arguments)
    from archer_agent.training import train as run_training

    _quiet()
    try:
        run_training(config, arguments.resume)
    except KeyboardInterrupt:
        print(f"archer-train: stopped; go on with --resume {config.run}", file=sys.stderr)
        raise


def _check_train(arguments: TrainArguments) -> None:
    """Complain about environment, models and checkpoint before anything is played or written."""
    from archer_agent.checkpoint import latest_checkpoint
    from archer_agent.models import check_critic, check_policy
    from archer_agent.rollout import make_envs

    config = arguments.config
    make_envs(config.env, 1, json_object(config.env_options, "--env-options")).close()
    folder = arguments.resume
    if folder is not None and latest_checkpoint(folder / "checkpoints") is None:
        raise ValueError(f"{folder} has no checkpoint to go on from; start a new run")
    model = config.model
    if model.lora_rank:
        import peft  # noqa: F401  (said to be missing before demonstrations are played, not after)
    if model.policy != "small":
        check_policy(model.policy)
    if model.critic != "small":
        check_critic(model.critic)


# ---------------------------------------------------------------- archer-eval


@dataclass(frozen=True)
class EvaluateArguments:
    """What `archer-eval` is told."""

    run: Annotated[Path | None, tyro.conf.Positional, tyro.conf.arg(metavar="FOLDER")] = None
    """The run whose agent plays, in the environment that it was trained on."""
    agent: str | None = None
    """Another agent instead: "random" for random texts, or MODULE:NAME of a class without arguments
    that follows archer_agent.agent.Agent, or of a function from observation to action."""
    env: str | None = None
    """The environment, for an agent that is no run's."""
    env_options: str = "{}"
    """Keyword arguments of that environment, as a JSON object."""
    episodes: int = 256
    """Games to play."""
    seed: int = 0
    """Seed of the games and of the sampling; the same seed gives the same games."""
    sample: bool = False
    """Sample a run's agent as in training; without, it always says what is likeliest."""
    json: bool = False
    """Print the result as JSON."""


def _evaluate(argv: Sequence[str]) -> None:
    description = "Play fresh games with a trained agent, or with one of your own."
    arguments = tyro.cli(EvaluateArguments, args=argv, prog="archer-eval", description=description)
    if arguments.episodes < 1:
        raise ValueError(f"--episodes must be at least 1, not {arguments.episodes}")
    if arguments.run is not None:
        if arguments.agent is not None or arguments.env is not None:
            raise ValueError("give the folder of a run, or --agent and --env, not both")
        result = _evaluate_run(arguments.run, arguments)
    elif arguments.agent is not None and arguments.env is not None:
        result = _evaluate_agent(arguments.agent, arguments.env, arguments)
    else:
        raise ValueError("give the folder of a run, or --agent and --env")
    print(json.dumps(result) if arguments.json else _summary(result))


def _evaluate_run(run: Path, arguments: EvaluateArguments) -> dict[str, Any]:
    if not run.is_dir():
        raise ValueError(f"there is no run folder {run}")
    from archer_agent.evaluation import evaluate_run

    _quiet()
    greedy = not arguments.sample
    result: dict[str, Any] = evaluate_run(run, arguments.episodes, arguments.seed, greedy)
    return result


def _evaluate_agent(name: str, env: str, arguments: EvaluateArguments) -> dict[str, Any]:
    options = json_object(arguments.env_options, "--env-options")
    from archer_agent.rollout import make_envs

    envs = make_envs(env, 1, options)
    space = envs.single_action_space
    envs.close()
    from archer_agent.agent import FunctionAgent
    from archer_agent.evaluation import evaluate_agent

    if name == "random":
        space.seed(arguments.seed)
        agent: Agent = FunctionAgent(lambda observation: space.sample())
    else:
        agent = _import_agent(name)
    result: dict[str, Any] = evaluate_agent(env, options, agent, arguments.episodes, arguments.seed)
    return result


def _import_agent(name: str) -> Agent:
    """Import MODULE:NAME, also from the working directory, and make an agent of it."""
    import importlib

    from archer_agent.agent import FunctionAgent

    module_name, colon, attribute = name.partition(":")
    if not (module_name and colon and attribute):
        raise ValueError(f"--agent must be random or MODULE:NAME, not {name!r}")
    if os.getcwd() not in sys.path:
        sys.path.insert(0, os.getcwd())
    try:
        found = getattr(importlib.import_module(module_name), attribute)
    except (ImportError, AttributeError) as error:
        raise ValueError(f"cannot import the agent {name!r}: {error}") from error
    if not callable(found):
        raise ValueError(f"{name!r} is a {type(found).__name__}, neither a class nor a function")
    if not isinstance(found, type):
        return FunctionAgent(found)
    try:
        agent = found()
    except TypeError as error:
        raise ValueError(f"the class {name!r} must take no arguments: {error}") from error
    if not (hasattr(agent, "begin") and hasattr(agent, "act")):
        raise ValueError(f"{name!r} lacks the methods of archer_agent.agent.Agent, begin and act")
    made: Agent = agent
    return made


def _summary(result: dict[str, Any]) -> str:
    low, high = result["interval"]
    return (
        f"mean return {result['return_mean']:.2f} ({low:.2f} to {high:.2f} with 95 % confidence), "
        f"solved {result['success']:.1%} of {result['games']} games in {result['seconds']:.1f} s"
    )


# ---------------------------------------------------------------- archer-report


@dataclass(frozen=True)
class ReportArguments:
    """What `archer-report` is told."""

    run: Annotated[Path, tyro.conf.Positional, tyro.conf.arg(metavar="FOLDER")]
    """The run."""


def _report(argv: Sequence[str]) -> None:
    description = "Write the report of a run, one self-contained HTML page."
    arguments = tyro.cli(ReportArguments, args=argv, prog="archer-report", description=description)
    if not arguments.run.is_dir():
        raise ValueError(f"there is no run folder {arguments.run}")
    from archer_agent.report import write_report

    print(write_report(arguments.run))


# ---------------------------------------------------------------- archer-bench


@dataclass(frozen=True)
class BenchArguments:
    """What `archer-bench` is told."""

    file: Annotated[Path, tyro.conf.Positional, tyro.conf.arg(metavar="FILE.toml")]
    """The comparison: out, envs, algos, seeds, thresholds, processes, and settings of the runs."""
    report: bool = False
    """Write table and plot of the runs that are finished, and start none."""


def _bench(argv: Sequence[str]) -> None:
    description = "Train methods x seeds x environments, and write a table and a plot."
    arguments = tyro.cli(BenchArguments, args=argv, prog="archer-bench", description=description)
    from archer_agent.bench import is_finished, jobs_of, read_bench, run_all

    plan = read_bench(arguments.file)
    jobs = jobs_of(plan)
    import matplotlib  # noqa: F401  (said to be missing before hours of training, not after)
    import torch  # noqa: F401

    from archer_agent.comparison import write_comparison

    try:
        if not arguments.report:
            run_all(jobs, plan.processes, lambda line: print(line, flush=True))
    finally:
        finished = [job.folder for job in jobs if is_finished(job.folder)]
        if finished:
            files = write_comparison(finished, plan.thresholds, plan.out)
            print(files["table"].read_text(encoding="utf-8"))
            print(f"the curves are {files['png']}")
        else:
            print("no run is finished")


def _quiet() -> None:
    """Keep transformers' progress bars and loading reports out of the display."""
    from transformers.utils import logging

    logging.set_verbosity_error()
    logging.disable_progress_bar()
