"""The ``llm-gym`` command: list, play, check, serve environments, get what they need, serve and measure oracles."""

from __future__ import annotations

import dataclasses
import difflib
import importlib
import inspect
import json
import os
import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import gymnasium
import tyro
from rich.console import Console
from rich.text import Text

from llm_gym import __version__, oracles
from llm_gym.core.text import printable
from llm_gym.extras import install_hint
from llm_gym.games.questions import QuestionGame
from llm_gym.panels import Panel
from llm_gym.panels import panels as named_panels
from llm_gym.registration import ENVIRONMENTS, Environment
from llm_gym.terminal import converse, dressed

if TYPE_CHECKING:
    from rich.table import Table

    from llm_gym.games.webshop.tasks import World
    from llm_gym.oracles.evaluation import Evaluation, Tally

_console = Console(highlight=False)
_errors = Console(stderr=True, highlight=False, soft_wrap=True)

Id = Annotated[str, tyro.conf.Positional, tyro.conf.arg(metavar="ID")]


class _UserError(Exception):
    """Something the user can put right; its text is one line."""


def list_environments(
    as_json: Annotated[bool, tyro.conf.arg(name="json")] = False, panels: bool = False
) -> int:
    """Show every environment: its id, what it is about, its tasks per split, its turn limit.

    Args:
        as_json: Print everything as JSON, also what each needs and how it is made.
        panels: Show instead the named panels of tasks, with their fingerprints, for archer-eval --panel.
    """
    if as_json:
        found: Sequence[Panel] | Sequence[Environment] = named_panels() if panels else ENVIRONMENTS
        print(json.dumps([dataclasses.asdict(each) for each in found], indent=1))
    else:
        _console.print(_table_of_panels() if panels else _table_of_environments())
    return 0


def _table_of_environments() -> Table:
    from rich.table import Table

    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column("id", style="cyan", no_wrap=True)
    table.add_column("train/valid/test", justify="right")
    table.add_column("turns", justify="right")
    table.add_column("what one does")
    for environment in ENVIRONMENTS:
        sizes = "/".join(str(size) for size in environment.splits.values()) or "yours"
        table.add_row(environment.id, sizes, str(environment.turn_limit), environment.summary)
    return table


def _table_of_panels() -> Table:
    from rich.table import Table

    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column("panel", style="cyan", no_wrap=True)
    table.add_column("tasks", justify="right")
    table.add_column("fingerprint")
    for each in named_panels():
        table.add_row(each.name, f"{each.tasks:,}", each.fingerprint)
    return table


def play(
    env_id: Id,
    seed: int | None = None,
    split: str | None = None,
    index: int | None = None,
    rules: Literal["strict", "paper"] | None = None,
    oracle: str | None = None,
    objects: str | None = None,
    story_file: str | None = None,
    turn_limit: int | None = None,
) -> int:
    """Play an environment in the terminal. Ctrl-D or Ctrl-C ends the game.

    In the games of questions an empty line asks nothing and costs nothing.

    Args:
        env_id: The environment, for example llm_gym/TwentyQuestions-v0.
        seed: Seed of the draw of the task; another task every time without it.
        split: Draw the task from this split: train, valid or test; from all together without it.
        index: Play this task of the split instead of a drawn one, counted from 0.
        rules: The rules, where the environment has several.
        oracle: Who answers: a kind, or JSON such as {"kind": "openai", "model": "..."}.
        objects: A file with the words to hide, one per line, where the environment takes any.
        story_file: The story file, where the environment plays one.
        turn_limit: The number of turns, where the environment lets one choose it.
    """
    try:
        spec = None if oracle is None else oracles.read_spec(oracle)
    except ValueError as error:
        raise _UserError(str(error)) from error
    given = {
        "rules": rules,
        "oracle": spec,
        "objects": objects,
        "story_file": story_file,
        "turn_limit": turn_limit,
    }
    suited = next((each.played_with for each in ENVIRONMENTS if env_id.endswith(each.id)), {})
    chosen = {name: value for name, value in given.items() if value is not None}
    env = _make(env_id, {**suited, **chosen})
    options = {"split": split, "index": index}
    try:
        _, info = env.reset(seed=seed, options=options)
    except (ValueError, gymnasium.error.Error) as error:
        raise _UserError(str(error)) from error
    game = env.unwrapped.game  # type: ignore[attr-defined]
    number = len(game.tasks.select(split))
    _console.rule(Text(env_id, style="bold"))
    # One class may stand behind several ids, so the table's own words come first.
    about = {environment.id: environment.summary for environment in ENVIRONMENTS}.get(
        env_id, (inspect.getdoc(env.unwrapped) or "").partition("\n")[0]
    )
    _console.print(Text(about[:1].upper() + about[1:]))
    tasks = f"One of {number} tasks; " if number > 1 else ""
    _console.print(Text(f"{tasks}{game.turn_limit} turns. Ctrl-D leaves.\n", style="dim"))
    if game.instructions:
        _console.print(Text(f"{game.instructions}\n"))
    _console.print(dressed(info["delta"].rstrip("\n")))
    try:
        converse(env, info, _console, blanks=not isinstance(game, QuestionGame))
    except (EOFError, KeyboardInterrupt):
        _console.print(Text("\nStopped.", style="dim"))
    except (OSError, RuntimeError, ValueError) as error:  # whatever an oracle fails with
        raise _UserError(" ".join(str(error).split())) from error
    finally:
        stats = env.unwrapped.stats  # type: ignore[attr-defined]
        if stats.oracle_prompt_tokens:
            _console.print(Text(stats.table(), style="dim"))
    return 0


def check(env_id: Id) -> int:
    """Check an environment: Gymnasium's rules, info, seeding, equal episodes in every vector mode.

    Args:
        env_id: The environment, for example llm_gym/TwentyQuestions-v0.
    """
    from llm_gym import checks

    _make(env_id, {}).close()
    name = env_id.rpartition(":")[2]  # the module before the colon is imported by now
    failures = 0
    for run in checks.ALL:
        title = run.__name__.removeprefix("check_").replace("_", " ")
        try:
            mark, style, found = "ok", "green", run(name)
        except Exception as error:  # whatever an environment raises is a finding
            mark, style, found = "FAILED", "bold red", f"{type(error).__name__}: {error}"
            failures += 1
        _console.print(Text(f"{mark:<7}", style=style) + Text(f"{title}: {found}", style="default"))
    return 1 if failures else 0


def serve_oracle(
    oracle: str,
    game: str,
    socket: Path | None = None,
    address: str | None = None,
    token_env: str = "LLM_GYM_ORACLE_TOKEN",
) -> int:
    """Serve one oracle to many processes until Ctrl-C.

    They use {"kind": "server", "socket": PATH}, or {"kind": "server", "address": "HOST:PORT"} and the
    same token. Questions that arrive while the oracle answers go together into its next call.

    Args:
        oracle: Who answers: a kind, or JSON such as {"kind": "...", "model": "..."}.
        game: The game it answers for, for example twenty_questions.
        socket: Where to make the Unix socket.
        address: Instead of it, the host and port to listen on (127.0.0.1:7000).
        token_env: The environment variable with the token that clients on a port must know.
    """
    from llm_gym.oracles.client import read_address
    from llm_gym.oracles.server import serve

    def say_ready(place: str) -> None:
        # In one line however long: who has started the server reads the place in it.
        line = Text(f"Serving {oracle} for {game} at {place}. Ctrl-C stops.")
        _console.print(line, soft_wrap=True)
        sys.stdout.flush()

    if (socket is None) == (address is None):
        raise _UserError("name one place to serve at: --socket PATH or --address HOST:PORT")
    token = os.environ.get(token_env)
    if address is not None and not token:
        raise _UserError(
            f"a server on a port needs a token: put one into the environment variable {token_env}, "
            "here and where the clients run"
        )
    try:
        place = socket if socket is not None else read_address(str(address))
        served = serve(_make_oracle(oracle, game), game, place, say_ready, token)
    except ValueError as error:
        raise _UserError(str(error)) from error
    _console.print(
        Text(
            f"Stopped after {served.questions} questions in {served.requests} requests, "
            f"answered in {served.batches} calls."
        )
    )
    return 0


@dataclasses.dataclass(frozen=True)
class _ShopArguments:
    """Which shop, and by which rules."""

    rules: Literal["strict", "paper"] = "strict"
    """The rules."""
    items: Path | None = None
    """The original's items_shuffle*.json, in place of the embedded shop."""
    attributes: Path | None = None
    """The original's items_ins_v2*.json, with items."""
    human_instructions: Path | None = None
    """The original's items_human_ins.json."""
    goals: Literal["human", "synthetic"] | None = None
    """Which goals: human or synthetic ones."""
    prices: Path | None = None
    """A JSON object of asin and dollars."""
    num_products: int | None = None
    """Take only so many records from the start of items."""
    tagger: str = "auto"
    """Who finds the nouns of titles for the reward."""
    shop: Literal["plain", "natural"] = "plain"
    """Which embedded shop: plain, or natural, as hard as real listings."""

    def open(self) -> World:
        """Open the shop.

        Raises:
            ImportError, OSError, OverflowError, ValueError: it cannot be opened.
        """
        from llm_gym.games.webshop.nouns import make_tagger
        from llm_gym.games.webshop.tasks import open_world

        make_tagger(self.tagger)
        paths = self.items, self.attributes, self.human_instructions, self.prices
        items, attributes, instructions, prices = (
            None if path is None else str(path) for path in paths
        )
        files = items, attributes, instructions
        return open_world(*files, self.goals, prices, self.rules, self.num_products, shop=self.shop)


_Shop = Annotated[_ShopArguments, tyro.conf.arg(name="")]


def serve(
    what: Annotated[Literal["webshop"], tyro.conf.Positional],
    shop: _Shop,
    host: str = "127.0.0.1",
    port: int = 3000,
    log: Path | None = None,
) -> int:
    """Serve a shop as a web site until Ctrl-C, for people and browsers.

    Args:
        what: Which site: webshop, the shop of llm_gym/WebShop-v0.
        shop: Which shop.
        host: The address to listen at; 0.0.0.0 for every address of this machine.
        port: The port; 0 for any that is free.
        log: A file for the games that are played, a JSON line each when something is bought; archer-train reads it
            as recorded games.
    """
    try:
        from llm_gym.games.webshop.site import app, server
        from llm_gym.games.webshop.site.log import GameLog
    except ImportError as error:
        raise _UserError(f"the site needs {error.name}: {install_hint('webshop')}") from error

    def say_ready(url: str) -> None:
        _console.print(Text(f"The shop is open at {url}. Ctrl-C closes it."))
        sys.stdout.flush()

    try:
        site = app.make_app(
            shop.open(), shop.rules, shop.tagger, log=None if log is None else GameLog(log)
        )
        server.serve(site, host, port, say_ready)
    except (ImportError, OSError, OverflowError, ValueError) as error:
        raise _UserError(f"cannot open the shop: {' '.join(str(error).split())}") from error
    return 0


def replay(
    what: Annotated[Literal["webshop"], tyro.conf.Positional],
    source: Annotated[Path, tyro.conf.Positional, tyro.conf.arg(metavar="SOURCE")],
    target: Annotated[Path, tyro.conf.Positional, tyro.conf.arg(metavar="TARGET")],
    shop: _Shop,
    view: Literal["text", "text_rich", "menu", "html", "archer"] = "text",
    product_labels: Literal["asin", "number"] = "asin",
    split: str | None = None,
) -> int:
    """Play people's recorded games again and write them as recorded games for archer-train.

    What people did is done again in the shop that is named, so that pages, actions and rewards are those of the
    environment with the same arguments. The price may be as high as people were told.

    Args:
        what: Which game: webshop.
        source: A file or a folder of files: the original's trajectories (il_trajs_finalized_images.jsonl), the logs of
            its site (user_session_logs/mturk), or what llm-gym serve webshop --log has written.
        target: A new file of JSON lines.
        shop: Which shop; people of the original shopped in that of all its products, under paper rules.
        view: What the player sees.
        product_labels: What products are called: asin, or number.
        split: Only games whose goal is of this split, such as train, or a range such as 2000-2099.
    """
    from llm_gym.games.webshop.game import WebShop
    from llm_gym.games.webshop.recorded import read_recordings
    from llm_gym.games.webshop.replay import replay as play_again
    from llm_gym.games.webshop.replay import told

    if target.exists():
        raise _UserError(f"{target} exists already; name a new file")
    if not source.exists():
        raise _UserError(f"there is no {source}")
    try:
        game = WebShop(shop.open(), shop.rules, view, shop.tagger, product_labels, alone=False)
        result = play_again(game, read_recordings(source), target, split)
    except (ImportError, OSError, OverflowError, ValueError) as error:
        raise _UserError(f"cannot play {source} again: {' '.join(str(error).split())}") from error
    lines = [
        f"{result.games:,} games with a mean return of {result.total / result.games:.3f} are in {target}"
    ]
    if result.compared:
        lines.append(
            f"{result.agreeing:,} of {result.compared:,} bring the reward that was recorded"
        )
    if result.left_out:
        lines.append(f"left out: {told(result.left_out)}")
    for line in lines:
        _console.print(Text(printable(line)), soft_wrap=True)
    return 0


def serve_env(
    env_id: Id,
    host: str = "127.0.0.1",
    port: int = 8000,
    sessions: int = 64,
    max_turns: int | None = None,
    rules: Literal["strict", "paper"] | None = None,
    oracle: str | None = None,
    env_options: str | None = None,
) -> int:
    """Serve an environment to OpenEnv clients until Ctrl-C (pip install openenv).

    Args:
        env_id: The environment, for example llm_gym/TwentyQuestions-v0.
        host: The address to listen at; 0.0.0.0 for every address of this machine.
        port: The port; 0 for any that is free.
        sessions: How many sessions at once.
        max_turns: Cut a game off after so many turns.
        rules: The rules, where the environment has several.
        oracle: Who answers: a kind, or JSON such as {"kind": "openai", "model": "..."}.
        env_options: The environment's other arguments as JSON, such as {"story_file": "zork1.z5"}.
    """
    try:
        from llm_gym.bridges import openenv
    except ImportError as error:
        raise _UserError(f"the server needs {error.name}: pip install openenv") from error
    try:
        spec = None if oracle is None else oracles.read_spec(oracle)
    except ValueError as error:
        raise _UserError(str(error)) from error
    given = {"rules": rules, "oracle": spec}
    kwargs = _read_arguments(env_options)
    kwargs |= {name: value for name, value in given.items() if value is not None}
    _make(env_id, kwargs).close()

    def say_ready(url: str) -> None:
        _console.print(Text(f"{env_id} is served at {url}. Ctrl-C stops."))
        sys.stdout.flush()

    try:
        openenv.serve(
            env_id.rpartition(":")[2],
            host,
            port,
            sessions=sessions,
            max_turns=max_turns,
            ready=say_ready,
            **kwargs,
        )
    except (OSError, OverflowError, ValueError) as error:
        raise _UserError(f"cannot serve {env_id}: {' '.join(str(error).split())}") from error
    return 0


def oracle_eval(
    oracle: str,
    questions: Path,
    game: str = "twenty_questions",
    batch_size: int = 32,
    failures: bool = False,
    as_json: Annotated[bool, tyro.conf.arg(name="json")] = False,
) -> int:
    """Measure an oracle on yes/no questions with known answers: accuracy per kind, speed, tokens.

    Args:
        oracle: Who answers: a kind, or JSON such as {"kind": "...", "model": "..."}.
        questions: A file with one JSON object per line: object, question, answer, kind.
        game: The game that the oracle is made for.
        batch_size: How many questions go into one call of the oracle.
        failures: Show the questions that were answered wrongly as well.
        as_json: Print everything as JSON.
    """
    from llm_gym.oracles.evaluation import evaluate, read_cases

    try:
        cases = read_cases(questions)
        evaluation = evaluate(_make_oracle(oracle, game), cases, batch_size)
    except (OSError, RuntimeError, ValueError) as error:
        raise _UserError(" ".join(str(error).split())) from error
    if as_json:
        _print_json(oracle, game, evaluation, failures)
    else:
        _print_evaluation(evaluation, failures)
    return 0


def _print_json(oracle: str, game: str, evaluation: Evaluation, failures: bool) -> None:
    report = {"oracle": oracles.read_spec(oracle), "game": game, **evaluation.as_json()}
    if failures:
        report["failures"] = [
            {**dataclasses.asdict(case), "reply": reply} for case, reply in evaluation.failures
        ]
    print(json.dumps(report, indent=1))


def _print_evaluation(evaluation: Evaluation, failures: bool) -> None:
    from rich.table import Table

    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column("kind")
    for column in ("cases", "right", "accuracy"):
        table.add_column(column, justify="right")
    for kind, tally in evaluation.kinds.items():
        table.add_row(Text(printable(kind)), *_row(tally))
    table.add_row("all", *_row(evaluation.total), style="bold")
    _console.print(table)
    lines = [
        f"{evaluation.answers_per_second:,.0f} answers/s in batches of {evaluation.batch_size}; "
        f"a call took {evaluation.latency(50) * 1000:.3g} ms (median), "
        f"{evaluation.latency(95) * 1000:.3g} ms (95 %)."
    ]
    if evaluation.usage:
        used = (f"{name} {value:,g}" for name, value in evaluation.usage.items())
        lines.append(f"Used: {', '.join(used)}.")
    if failures:
        lines += [
            f"{case.kind}: {case.object}: {case.question} {case.answer} Not: {reply}"
            for case, reply in evaluation.failures
        ]
    for line in lines:
        _console.print(Text(printable(line)), soft_wrap=True)


def _row(tally: Tally) -> tuple[str, str, str]:
    return str(tally.cases), str(tally.right), f"{tally.accuracy:.1%}"


def download(
    what: Annotated[Literal["detective", "webshop"], tyro.conf.Positional],
    url: tuple[str, ...] = (),
    to: Path | None = None,
    products: Literal["1000", "all"] = "1000",
    sha256: tuple[str, ...] = (),
) -> int:
    """Download what may not be part of the package; it is verified, and resumed if cut off.

    Args:
        what: detective, the story of llm_gym/Detective-v0, or webshop, the original's products.
        url: Addresses to try instead of the known ones, in this order: of the story itself, of
            a folder that holds the files of the shop.
        to: Where to put the story, or the files of the shop (a folder); without it, the story
            goes where its environment looks for it, the files into the cache folder.
        products: How large a shop: 1000 products (10 MB) or all 1.18 million (5.7 GB).
        sha256: NAME=SHA256: take these bytes as that file of the shop in place of the published.
    """
    from llm_gym.download import DownloadError
    from llm_gym.games.detective import story

    try:
        if what == "webshop":
            _download_webshop(url, to, products, sha256)
        else:
            path = story.fetch(url, to)
            _console.print(Text(f"{what}: {path}"), soft_wrap=True)
    except (DownloadError, OSError, ValueError) as error:
        raise _UserError(str(error)) from error
    return 0


def _download_webshop(
    bases: Sequence[str], to: Path | None, products: Literal["1000", "all"], hashes: Sequence[str]
) -> None:
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

    from llm_gym.games.webshop import files

    columns = TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn()
    with Progress(*columns, console=_errors, disable=not _errors.is_terminal) as bar:
        tasks: dict[str, Any] = {}

        def show(name: str, done: int, size: int | None) -> None:
            if name not in tasks:
                tasks[name] = bar.add_task(name, total=size)
            bar.update(tasks[name], completed=done)

        paths = files.fetch(products, bases, hashes, to, show)
    for argument, path in zip(("items", "attributes", "human_instructions"), paths, strict=True):
        _console.print(Text(f"{argument}={str(path)!r}"), soft_wrap=True)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line.

    Returns:
        The exit status: 0, 1 (a check failed), 2 (something to put right), 130 (Ctrl-C), 141 (nobody reads on).
    """
    commands: dict[str, Callable[..., Any]] = {
        "list": list_environments,
        "play": play,
        "check": check,
        "serve": serve,
        "replay": replay,
        "serve-oracle": serve_oracle,
        "serve-env": serve_env,
        "oracle-eval": oracle_eval,
        "download": download,
    }
    description = (
        "Multi-turn text environments for language-model agents.\n\n"
        "llm-gym --version prints the version.\n\n"
        "llm-gym --tyro-print-completion bash (or zsh, tcsh) prints a completion script."
    )
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments == ["--version"]:
        print(f"llm-gym {__version__}")
        return 0
    try:
        status: int = tyro.extras.subcommand_cli_from_dict(
            commands, prog="llm-gym", description=description, args=argv
        )
        sys.stdout.flush()
    except _UserError as error:
        _errors.print(Text(f"llm-gym: {error}", style="red"))
        return 2
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # Whoever read has enough; Python would complain once more when it flushes at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except OSError as error:  # no place for a completion script
        _errors.print(Text(f"llm-gym: {error}", style="red"))
        return 2
    return status


def _read_arguments(text: str | None) -> dict[str, Any]:
    """Return an environment's arguments out of JSON."""
    try:
        arguments = json.loads(text or "{}")
    except (ValueError, RecursionError) as error:
        raise _UserError(f"--env-options is no JSON: {error}") from error  # may hold a secret
    if not isinstance(arguments, dict):
        raise _UserError(f'--env-options is a JSON object such as {{"view": "html"}}, not {text}')
    return arguments


def _make(env_id: str, kwargs: dict[str, Any]) -> gymnasium.Env[str, str]:
    """Make an environment of the suite's kind, or say in one line why that cannot be."""
    from llm_gym.core.env import TextEnv

    module, _, name = env_id.rpartition(":")
    try:
        if module:
            if os.getcwd() not in sys.path:
                sys.path.append(os.getcwd())  # where no installed module has its name
            importlib.import_module(module)
        if name not in gymnasium.registry:
            raise _UserError(_unknown(name))
        env = gymnasium.make(name, **kwargs)
    except (
        ImportError,
        OSError,
        RuntimeError,
        TypeError,
        ValueError,
        gymnasium.error.Error,
    ) as error:
        raise _UserError(f"cannot make {env_id}: {_reason(error)}".splitlines()[0]) from error
    if not isinstance(env.unwrapped, TextEnv):
        raise _UserError(f"{env_id} is not an llm_gym text environment")
    return env


def _reason(error: Exception) -> str:
    """Return what an exception says, in the words of whoever gave the arguments."""
    # Gymnasium adds the arguments as they are, and one may be a secret.
    text = str(error).partition(" was raised from the environment creator")[0]
    found = re.search(r"unexpected keyword argument '(\w+)'", text)
    if isinstance(error, TypeError) and found:
        return f"it takes no argument {found[1]!r}"
    return text


def _make_oracle(spec: str, game: str) -> oracles.Oracle:
    """Make the oracle that the command line names, or say in one line why that cannot be."""
    try:
        return oracles.make(oracles.read_spec(spec), game)
    except (ImportError, OSError, TypeError, ValueError) as error:
        # An object may hold a secret where it does not belong.
        named = "" if spec.lstrip().startswith("{") else f" {spec}"
        raise _UserError(
            f"cannot make the oracle{named}: {' '.join(str(error).split())}"
        ) from error


def _unknown(name: str) -> str:
    known = [environment.id for environment in ENVIRONMENTS]
    # Compared without the namespace, so that "TwentyQuestion" finds its way too.
    short = {each.rpartition("/")[2].lower(): each for each in known}
    near = difflib.get_close_matches(name.rpartition("/")[2].lower(), short, n=3, cutoff=0.5)
    hint = f"did you mean {' or '.join(short[each] for each in near)}?" if near else ""
    return f"unknown environment {name!r}; {hint or '`llm-gym list` shows all of them'}"


if __name__ == "__main__":
    raise SystemExit(main())
