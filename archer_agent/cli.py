"""The commands `archer-train`, `archer-eval`, `archer-report`, `archer-bench` and `archer-data`.

Torch, transformers and what needs them are imported inside the functions: `--help` must be quick.
Exit status: 0; 2 where the user can put something right (one line on stderr says what); 130 for Ctrl-C;
141 where whoever read the output has enough.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import tyro

from archer_agent import __version__
from archer_agent.agents.untrained import AgentConfig, make_agent, search_working_directory
from archer_agent.errors import AgentError, EnvironmentFailure, install_hint
from archer_agent.settings import (
    CONFIG_FILE,
    TrainArguments,
    TrainConfig,
    check_trust,
    check_trust_of_beginning,
    given_flags,
    json_object,
    models_of,
    parse_train_arguments,
    parsed,
    played_with,
    read_config,
    redacted_text,
    secrets_of,
    to_toml,
    unheeded,
    with_run_folder,
)

if TYPE_CHECKING:
    from gymnasium.envs.registration import EnvSpec

_EXTRA = {
    **dict.fromkeys(
        ("torch", "transformers", "tokenizers", "safetensors", "jinja2", "matplotlib"), "train"
    ),
    "openai": "openai",
    "peft": "lora",
    **{name: name for name in ("tensorboard", "wandb", "mlflow", "trackio")},
}
"""Which extra brings a package."""


def train(argv: Sequence[str] | None = None) -> int:
    """Train an agent, or go on with it; the console script `archer-train`.

    Args:
        argv: the arguments after the command's name; the process's own without.

    Returns:
        The exit status.
    """
    return _run("archer-train", _train, argv)


def evaluate(argv: Sequence[str] | None = None) -> int:
    """Play games with a trained agent, or with another one; the console script `archer-eval`.

    Args:
        argv: the arguments after the command's name; the process's own without.

    Returns:
        The exit status.
    """
    return _run("archer-eval", _evaluate, argv)


def report(argv: Sequence[str] | None = None) -> int:
    """Write a run's report anew; the console script `archer-report`.

    Args:
        argv: the arguments after the command's name; the process's own without.

    Returns:
        The exit status.
    """
    return _run("archer-report", _report, argv)


def bench(argv: Sequence[str] | None = None) -> int:
    """Compare methods over seeds and environments; the console script `archer-bench`.

    Args:
        argv: the arguments after the command's name; the process's own without.

    Returns:
        The exit status.
    """
    return _run("archer-bench", _bench, argv)


def data(argv: Sequence[str] | None = None) -> int:
    """Convert recorded games; the console script `archer-data`.

    Args:
        argv: the arguments after the command's name; the process's own without.

    Returns:
        The exit status.
    """
    return _run("archer-data", _data, argv)


def _run(command: str, body: Callable[[Sequence[str]], None], argv: Sequence[str] | None) -> int:
    """Run a command's body; say in one line what the user can put right."""
    arguments = sys.argv[1:] if argv is None else argv
    if list(arguments) == ["--version"]:
        print(f"{command} {__version__}")
        return 0
    try:
        body(arguments)
        sys.stdout.flush()
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # Whoever read has enough; Python would complain once more when it flushes at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except ModuleNotFoundError as error:
        extra = _EXTRA.get((error.name or "").partition(".")[0])
        if extra is None:
            raise
        message = f"{error.name} is not installed: {install_hint(extra)}"
    except ValueError as error:
        if not _is_deliberate(error):
            raise
        message = _with_notes(error, str(error))
    except (AgentError, EnvironmentFailure) as error:
        message = _with_notes(error, str(error))
    except OSError as error:
        message = _with_notes(error, _told(error))
    except (MemoryError, RuntimeError) as error:
        if not _is_out_of_memory(error):
            raise
        reason = str(error).strip().partition("\n")[0][:200] or "nothing is left"
        told = (
            f"memory is full ({reason}): smaller batches, a smaller token_budget or model need less"
        )
        message = _with_notes(error, told)
    else:
        return 0
    # An environment may tell with what it was made.
    told = redacted_text(" ".join(message.split()), secrets_of(arguments))
    print(f"{command}: {told}", file=sys.stderr)
    return 2


def _tell_of_changes(command: str, runs: Iterable[Path], *names: str) -> None:
    """Say on stderr which files of runs have been changed since these ended; of some names, or of all that tell of it."""
    from archer_agent.runs.folder import changed_since_end

    for run in runs:
        if changed := changed_since_end(run, *names):
            print(
                f"{command}: {run} is not all as the run has left it: {', '.join(changed)} changed since it ended",
                file=sys.stderr,
            )


def _with_notes(error: Exception, message: str) -> str:
    return "".join([message, *getattr(error, "__notes__", [])])


def _told(error: OSError) -> str:
    """Say what the system has refused, and of which file."""
    if error.strerror is None:
        return str(error)
    return f"{error.strerror}: {error.filename}" if error.filename else error.strerror


def _is_out_of_memory(error: Exception) -> bool:
    """Tell whether memory was asked for that is not there; torch has words for it, and no exception of its own."""
    signs = ("out of memory", "can't allocate memory", "not enough memory")
    return isinstance(error, MemoryError) or any(sign in str(error).lower() for sign in signs)


def _is_deliberate(error: ValueError) -> bool:
    """Tell a complaint that this package raised from a failure inside a library, which is a bug."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    module = "" if trace is None else str(trace.tb_frame.f_globals.get("__name__"))
    return module.partition(".")[0] in ("archer_agent", "packaged_models")


# ---------------------------------------------------------------- archer-train


def _train(argv: Sequence[str]) -> None:
    arguments = parse_train_arguments(argv)
    config, given = arguments.config, given_flags(argv)
    notes = unheeded(config, given)
    if os.environ.get("RANK", "0") == "0":  # one process speaks for all
        for note in notes:
            print(f"archer-train: {note}", file=sys.stderr)
    if arguments.print_config:
        print(to_toml(config), end="")
        return
    if arguments.resume is None:
        config = with_run_folder(config)
    else:
        config = _resumed(arguments, given)
    assert config.run is not None  # a resumed run has its folder, a new one has got it
    search_working_directory()
    from archer_agent.reports.report import write_report
    from archer_agent.runs.training import train as run_training

    try:
        run_training(config, arguments.resume, write_report)
    except KeyboardInterrupt:
        print(f"archer-train: {_where_it_stands(config.run)}", file=sys.stderr)
        raise
    except (
        AgentError,
        EnvironmentFailure,
        MemoryError,
        OSError,
        RuntimeError,
        ValueError,
    ) as error:
        from archer_agent.runs.folder import has_checkpoint

        told = any(words in str(error) for words in ("--resume", "to go on from"))
        if has_checkpoint(config.run) and not told and arguments.resume is None:
            error.add_note(f"; all until the last checkpoint is kept: --resume {config.run}")
        raise


def _resumed(arguments: TrainArguments, given: Sequence[str]) -> TrainConfig:
    """Return the settings with which a run shall go on."""
    config, run = arguments.config, arguments.resume
    assert run is not None  # the caller has looked
    if not arguments.trust_code:
        named: dict[str, Any] = {}
        if "--env" in given:
            named["env"] = config.env
        if "--env-options" in given:
            named["env_options"] = json.loads(config.env_options)
        kept, path = read_config(run), str(run / CONFIG_FILE)
        check_trust(kept, path, **named)
        from archer_agent.runs.checkpoint import checkpoints_in
        from archer_agent.runs.own import check_trust_of_models
        from archer_agent.runs.trackers import check_trust_of_trackers

        check_trust_of_trackers(run, kept, given)
        begins = not checkpoints_in(run / "checkpoints")
        if begins:
            check_trust_of_beginning(kept, path, given)
        by_hand = [*models_of(named.get("env_options"))]
        for each, name in (("policy", config.model.policy), ("critic", config.model.critic)):
            if not {f"--{each}", f"--model.{each}"}.isdisjoint(given):
                by_hand.append(name)
        used = ["adapters", "critic", *(["policy"] if begins else [])]
        check_trust_of_models(run, kept, used, by_hand)
    minutes = "--loop.minutes" in given and "--loop.iterations" not in given
    if minutes and config.loop.iterations is not None:
        from archer_agent.runs.records import read_summary

        summary = read_summary(run)
        if summary is not None and summary["iterations"] >= config.loop.iterations:
            # All that was to be done is done; who gives it more minutes wants more done.
            config = replace(config, loop=replace(config.loop, iterations=None))
    return config


def _where_it_stands(run: Path) -> str:
    """Say how to go on with a run that was stopped."""
    if (run / CONFIG_FILE).exists():
        return f"stopped; go on with --resume {run}"
    return f"stopped before anything was written into {run}; the same command begins again"


# ---------------------------------------------------------------- archer-eval


@dataclass(frozen=True)
class EvaluateArguments:
    """What `archer-eval` is told."""

    run: Annotated[Path | None, tyro.conf.Positional, tyro.conf.arg(metavar="FOLDER")] = None
    """The run whose agent plays, in the environment that it was trained on."""
    agent: str | None = None
    """Another agent instead: random, scripted (the player that the environment brings along), openai (a
    model behind an OpenAI-compatible endpoint), chat (a chat model in this process), or MODULE:NAME of a
    class without arguments that follows archer_agent.Agent, or of a function from observation to action."""
    env: str | None = None
    """The environment, for an agent that is no run's; of a run its own, if that would import code."""
    env_options: str = "{}"
    """Keyword arguments of that environment, as a JSON object; for a run, those that shall be others than
    in its training."""
    episodes: int = 256
    """Games to play, of tasks that are drawn."""
    tasks: str | None = None
    """Play these tasks of the environment instead, each once: all, a range such as 0-499, or a file with
    one number a line; counted in the split that the environment's options choose."""
    panel: str | None = None
    """Play every task of a split, each once, so that others can play the same: ENV@SPLIT, such as
    llm_gym/TwentyQuestions-v0@test, or ENV@all. The result has the fingerprint of its tasks; that of each
    panel is shown by llm-gym list --panels."""
    seed: int = 0
    """Seed of the games and of the sampling; the same seed gives the same games."""
    sample: bool = False
    """Let a language model draw what it says, a run's as in training; without, it always says what is
    likeliest."""
    record: Path | None = None
    """Append the games to this file, as JSON lines: --warm-start.demonstrations takes it."""
    resume: bool = False
    """Go on with an evaluation that was stopped: its games in the --record file count, the others are
    played."""
    trust_code: bool = False
    """Of a run: use what its folder names beyond data, such as an environment or an oracle of one's own,
    without naming it again."""
    json: bool = False
    """Print the result as JSON."""
    settings: Annotated[AgentConfig, tyro.conf.arg(name="")] = field(default_factory=AgentConfig)
    """Of the other agent."""


_MOST_EPISODES = 10**8
"""More than anybody waits for; their seeds alone take some gigabytes."""


def _evaluate(argv: Sequence[str]) -> None:
    description = (
        "Play fresh games with a trained agent, a language model, or an agent of one's own.\n\n"
        "archer-eval --version prints the version."
    )
    arguments = parsed(EvaluateArguments, argv, prog="archer-eval", description=description)
    if not 1 <= arguments.episodes <= _MOST_EPISODES:
        raise ValueError(
            f"--episodes must be from 1 to {_MOST_EPISODES:,}, not {arguments.episodes}"
        )
    if not 0 <= arguments.seed < 2**63:
        raise ValueError(f"--seed must be at least 0 and less than 2^63, not {arguments.seed}")
    if arguments.panel is not None:
        arguments = _of_panel(arguments)
    if arguments.resume and arguments.record is None:
        raise ValueError("--resume needs the file that holds the games: name it with --record")
    try:
        result = _evaluated(arguments)
    except KeyboardInterrupt:
        if arguments.record is not None and arguments.record.exists():
            with arguments.record.open("rb") as file:
                count = sum(1 for _ in file)
            print(
                f"archer-eval: stopped; {count} games are in {arguments.record}, go on with --resume",
                file=sys.stderr,
            )
        raise
    print(json.dumps(result) if arguments.json else _summary(result))


def _of_panel(arguments: EvaluateArguments) -> EvaluateArguments:
    """Say what a panel stands for by the other arguments."""
    from archer_agent.agents.tasks import read_panel

    assert arguments.panel is not None
    env, split = read_panel(arguments.panel)
    if arguments.tasks is not None:
        raise ValueError("a panel says which tasks are played: leave --tasks out")
    if arguments.env not in (None, env):
        raise ValueError(f"the panel is of {env}, not of {arguments.env}: leave --env out")
    options = json_object(arguments.env_options, "--env-options")
    if "split" in options:
        raise ValueError("a panel says which split is played: leave it out of --env-options")
    text = json.dumps({**options, "split": split})
    return replace(arguments, env=env, tasks="all", env_options=text)


def _evaluated(arguments: EvaluateArguments) -> dict[str, Any]:
    if arguments.run is not None:
        if arguments.agent is not None:
            raise ValueError("give the folder of a run, or --agent and --env, not both")
        if replace(arguments.settings, device=None) != AgentConfig():
            raise ValueError(
                "a run has its own settings but for --device; those of other agents do not go with it"
            )
        return _evaluate_run(arguments.run, arguments)
    if arguments.agent is not None and arguments.env is not None:
        return _evaluate_agent(arguments.agent, arguments.env, arguments)
    raise ValueError("give the folder of a run, or --agent and --env")


def _evaluate_run(run: Path, arguments: EvaluateArguments) -> dict[str, Any]:
    config = read_config(run)
    if arguments.env not in (None, config.env):
        what = "leave --env out" if arguments.panel is None else "choose a panel of its own"
        raise ValueError(f"the run is of {config.env}, not of {arguments.env}: {what}")
    differing = json_object(arguments.env_options, "--env-options")
    if not arguments.trust_code:
        path = str(run / CONFIG_FILE)
        check_trust(config, path, env=arguments.env, env_options=differing)
        from archer_agent.runs.folder import check_links
        from archer_agent.runs.own import check_trust_of_models

        check_links(run)
        check_trust_of_models(run, config, played_with(config), [*models_of(differing)])
    _tell_of_changes("archer-eval", [run], CONFIG_FILE)
    search_working_directory()
    from archer_agent.networks import loading
    from archer_agent.runs.evaluation import evaluate_run

    episodes: int | list[int] = arguments.episodes
    changed: dict[str, Any] = {"trust_code": True, "device": arguments.settings.device}
    if differing or arguments.tasks is not None:
        options = {**json.loads(config.env_options), **differing}
        episodes = _episodes(arguments, config.env, options)
        changed["env_options"] = options
    with loading.quiet(), _bar(episodes) as on_progress:
        result: dict[str, Any] = evaluate_run(
            run,
            episodes,
            arguments.seed,
            not arguments.sample,
            arguments.record,
            arguments.resume,
            on_progress,
            **changed,
        )
    return result


def _evaluate_agent(name: str, env: str, arguments: EvaluateArguments) -> dict[str, Any]:
    options = json_object(arguments.env_options, "--env-options")
    search_working_directory()
    from archer_agent.agents.environments import close, make_envs
    from archer_agent.networks import loading
    from archer_agent.runs.evaluation import evaluate_agent
    from archer_agent.runs.seal import check_weights

    if arguments.settings.model is not None:
        check_weights(Path(arguments.settings.model).expanduser())
    close(make_envs(env, 1, options))  # complains before a model is loaded
    episodes = _episodes(arguments, env, options)
    with loading.quiet():
        agent = make_agent(
            name,
            arguments.settings,
            env,
            options,
            seed=arguments.seed,
            sample=arguments.sample,
        )
        with _bar(episodes) as on_progress:
            result: dict[str, Any] = evaluate_agent(
                env,
                options,
                agent,
                episodes,
                arguments.seed,
                arguments.record,
                arguments.resume,
                on_progress,
                name=_named(name, arguments),
            )
    return result


def _named(name: str, arguments: EvaluateArguments) -> str:
    """Say in the record of games which agent has played them: its name, and the settings that are not the usual ones."""
    settings = asdict(arguments.settings)
    usual = asdict(AgentConfig())
    said = [f"{key}={value}" for key, value in settings.items() if value != usual[key]]
    return " ".join([name, *said, *(["sampled"] if arguments.sample else [])])


def _episodes(
    arguments: EvaluateArguments, env: str, options: Mapping[str, Any]
) -> int | list[int]:
    """Return how many games are to be played, or the numbers of their tasks."""
    if arguments.tasks is None:
        return arguments.episodes
    from archer_agent.agents.tasks import choose_tasks

    return choose_tasks(arguments.tasks, env, options)


@contextmanager
def _bar(episodes: int | list[int]) -> Iterator[Callable[[int], None]]:
    """Show how many games have ended and the time left, in a terminal alone; it leaves nothing behind."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    console = Console(stderr=True)
    columns = (
        TextColumn("games"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as bar:
        task = bar.add_task("", total=episodes if isinstance(episodes, int) else len(episodes))
        yield lambda ended: bar.update(task, completed=ended)


def _summary(result: dict[str, Any]) -> str:
    low, high = result["interval"]
    counts = [f"{count:,} {name.replace('_', ' ')}" for name, count in result["usage"].items()]
    usage = f"\n{', '.join(counts)}" if counts else ""
    if "tasks" in result:
        usage = f"\ntasks {result['tasks']}{usage}"
    return (
        f"mean return {result['return_mean']:.2f} ({low:.2f} to {high:.2f} with 95 % confidence), "
        f"solved {result['success']:.1%} of {result['games']} games in {result['seconds']:.1f} s{usage}"
    )


# ---------------------------------------------------------------- archer-report


@dataclass(frozen=True)
class ReportArguments:
    """What `archer-report` is told."""

    runs: Annotated[tuple[Path, ...], tyro.conf.Positional, tyro.conf.arg(metavar="FOLDER")]
    """The run; or several that are finished, for one page about them all."""
    out: Path | None = None
    """The page about several runs; runs.html without it. That of a single run is in its folder."""
    watch: bool = False
    """Write the page of a run anew after each of its evaluations, until it ends; a browser that shows it
    follows."""


_LOOKS = 2.0
"""Seconds between two looks at a run that is watched."""


def _report(argv: Sequence[str]) -> None:
    description = (
        "Write the report of a run, or of several, one self-contained HTML page.\n\n"
        "archer-report --version prints the version."
    )
    arguments = tyro.cli(ReportArguments, args=argv, prog="archer-report", description=description)
    if not arguments.runs:
        raise ValueError("name the folder of a run")
    for run in arguments.runs:
        if not run.is_dir():
            raise ValueError(f"there is no run folder {run}")
    if len(arguments.runs) > 1:
        if arguments.watch:
            raise ValueError("--watch is for a single run")
        from archer_agent.reports.several import write_overview

        print(write_overview(arguments.runs, arguments.out or Path("runs.html")))
        _tell_of_changes("archer-report", arguments.runs)
        return
    (run,) = arguments.runs
    if arguments.out is not None:
        raise ValueError("--out is for the page about several runs; that of one is in its folder")
    from archer_agent.reports.report import write_report

    if arguments.watch:
        _watch(run)
    else:
        print(write_report(run))
        _tell_of_changes("archer-report", [run])


def _watch(run: Path) -> None:
    """Write the page whenever there is something new on it, until the run has ended."""
    from archer_agent.reports.report import write_report
    from archer_agent.runs.records import read_metrics, read_summary

    shown = -1
    while True:
        over = read_summary(run) is not None
        records = read_metrics(run / "metrics.jsonl") if (run / "metrics.jsonl").exists() else []
        count = sum(record.get("phase") == "evaluation" for record in records)
        if over or count != shown:
            page = write_report(run, None if over else 15)
            print(f"{page}: {'the run has ended' if over else f'{count} evaluations'}", flush=True)
            shown = count
        if over:
            return
        time.sleep(_LOOKS)


# ---------------------------------------------------------------- archer-bench


@dataclass(frozen=True)
class BenchArguments:
    """What `archer-bench` is told."""

    file: Annotated[Path, tyro.conf.Positional, tyro.conf.arg(metavar="FILE.toml")]
    """The comparison: out, envs, seeds, algos or variants, thresholds, processes, and settings of the runs."""
    report: bool = False
    """Write tables and plot of the runs that are finished, and start none."""
    results: Path | None = None
    """Write tables and plot of these results, the results.json of an earlier call, and look at no run."""


def _bench(argv: Sequence[str]) -> None:
    description = (
        "Train methods x seeds x environments, and write a table and a plot.\n\n"
        "archer-bench --version prints the version."
    )
    arguments = tyro.cli(BenchArguments, args=argv, prog="archer-bench", description=description)
    from archer_agent.reports.bench import jobs_of, read_bench, run_all

    plan = read_bench(arguments.file)
    import matplotlib  # noqa: F401  (said to be missing before hours of training, not after)
    import torch  # noqa: F401

    from archer_agent.reports.comparison import write_comparison
    from archer_agent.reports.results import read_result, read_results

    if arguments.results is not None:
        _show_comparison(
            write_comparison(
                read_results(arguments.results), plan.thresholds, plan.against, plan.out
            )
        )
        return
    from archer_agent.runs.records import is_finished

    jobs = jobs_of(plan)
    try:
        if not arguments.report:
            run_all(jobs, plan.processes, lambda line: print(line, flush=True), plan.held_out)
    finally:
        finished = [job for job in jobs if is_finished(job.folder)]
        if finished:
            results = [read_result(job.folder, job.method) for job in finished]
            _show_comparison(write_comparison(results, plan.thresholds, plan.against, plan.out))
            _tell_of_changes("archer-bench", [job.folder for job in finished])
        else:
            print("no run is finished")


def _show_comparison(files: Mapping[str, Path]) -> None:
    print(files["table"].read_text(encoding="utf-8"))
    print(f"the curves are {files['png']}")


# ---------------------------------------------------------------- archer-data


@dataclass(frozen=True)
class DataArguments:
    """What `archer-data` is told."""

    source: Annotated[str, tyro.conf.Positional]
    """Recorded games: JSON lines as a run writes them, the JSON arrays of LMRL-Gym (Twenty Questions) and
    ArCHer (Guess My City), a Minari folder, or minari:ID."""
    target: Annotated[str, tyro.conf.Positional]
    """minari:ID for a Minari data set in Minari's own place, else a new file of JSON lines."""
    privileged_info: str | None = None
    """Keep a text of each game for a critic alone, as --model.privileged-info of archer-train."""
    description: str = ""
    """What a Minari data set says of itself."""
    trust_code: bool = False
    """Of games of a run, written for Minari: use what its folder names beyond data, such as an
    environment of one's own."""


def _data(argv: Sequence[str]) -> None:
    description = (
        "Convert recorded games: JSON of several kinds and Minari data sets.\n\n"
        "archer-data --version prints the version."
    )
    arguments = tyro.cli(DataArguments, args=argv, prog="archer-data", description=description)
    from archer_agent.episodes.datasets import MINARI, read_dataset, write_minari
    from archer_agent.episodes.replay import append_episodes
    from archer_agent.runs.folder import check_links

    target = arguments.target
    if not target.startswith(MINARI) and Path(target).exists():
        raise ValueError(f"{target} exists already; name a new file")
    source = Path(arguments.source).expanduser()
    if source.is_dir() or (source.parent / CONFIG_FILE).is_file():
        check_links(source if source.is_dir() else source.parent)
    episodes = read_dataset(arguments.source, arguments.privileged_info)
    if target.startswith(MINARI):
        played_in = _environment_of(arguments.source, arguments.trust_code)
        write_minari(episodes, target.removeprefix(MINARI), arguments.description, played_in)
    else:
        append_episodes(Path(target), episodes)
    mean = sum(episode.total_reward for episode in episodes) / len(episodes)
    print(f"{len(episodes)} games with a mean return of {mean:.2f} are in {target}")


def _environment_of(source: str, trust_code: bool) -> EnvSpec | None:
    """Return the environment of the run that a file of games belongs to; None where it belongs to none."""
    from archer_agent.agents.environments import one_env

    run = Path(source).parent
    if not (run / CONFIG_FILE).is_file():
        return None
    config = read_config(run)
    if not trust_code:
        from archer_agent.runs.own import check_trust_of_models

        check_trust(config, str(run / CONFIG_FILE))
        check_trust_of_models(run, config, [])
    search_working_directory()
    with one_env(config.env, json.loads(config.env_options)) as env:
        return env.spec
