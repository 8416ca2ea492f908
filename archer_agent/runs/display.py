"""What a training run shows: a display in the terminal, or plain lines."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.panel import Panel
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from archer_agent.episodes.replay import Episode
from archer_agent.runs.budget import Budget

_PLAIN_PROGRESS_SECONDS = 30.0
_SPARKS = "▁▂▃▄▅▆▇█"
_SHOWN_TURNS = 6

_PHASES = {
    "demonstrations": "playing demonstrations",
    "cloning": "cloning demonstrations",
    "calibration": "calibrating the critic",
    "collect": "playing games",
    "update": "updating critic and actor",
    "evaluation": "evaluating",
}


class Display:
    """Shows a run as it goes: live in a terminal, as one line per event anywhere else.

    Use it as a context manager. In a terminal standard output and error go above the live part,
    which is drawn twice a second by a thread of its own; elsewhere no control character is written.

    Args:
        title: what is trained, for example the environment's id.
        subtitle: the rest of the header: preset, seed, run folder.
        budget: when the run ends, for the time left.
        console: where to draw; standard output by default.
        clock: monotonic seconds.
    """

    def __init__(
        self,
        title: str,
        subtitle: str = "",
        budget: Budget | None = None,
        console: Console | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._title = one_line(title)
        self._subtitle = one_line(subtitle)
        self._budget = budget or Budget()
        self._console = console or Console(file=sys.stdout, highlight=False)
        self._clock = clock
        self._phase = ""
        self._iteration = 0
        self._done = 0
        self._total: int | None = None
        self._announced: set[str] = set()
        self._last_line = clock()
        self._notes: list[str] = []
        self._game: Episode | None = None
        self._record: dict[str, Any] = {}
        self._record_at = clock()
        self._first_collected: dict[str, Any] | None = None
        self._evaluation: dict[str, Any] = {}
        self._metrics: dict[str, float] = {}
        self._curve: list[float] = []
        self._best: tuple[float, int] | None = None
        self._speeds: dict[str, float] = {}
        self._collected: dict[str, Any] = {}
        # Last, since it draws at once.
        self._live = (
            Live(
                get_renderable=self._render,
                console=self._console,
                refresh_per_second=2,
                vertical_overflow="crop",
            )
            if _can_draw(self._console)
            else None
        )

    def __enter__(self) -> Display:
        if self._live is not None:
            self._live.start()
        else:
            self._say(" · ".join(part for part in (self._title, self._subtitle) if part))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._live is not None:
            self._live.stop()

    # ------------------------------------------------------------ what happens

    def phase(self, name: str, total: int | None = None) -> None:
        """Begin a phase, of ``total`` steps if known; a plain log tells of each name once."""
        self._phase, self._done, self._total = name, 0, total
        if name == "collect":
            # An iteration begins with its games; its first record comes only after them.
            self._iteration = self._record.get("iteration", 0) + 1
        if self._live is None and name not in self._announced:
            self._announced.add(name)
            self._say(_PHASES.get(name, one_line(name)) + (f": 0/{total}" if total else ""))

    def advance(self, done: int) -> None:
        """Say that ``done`` steps of the phase are done, counted from its beginning."""
        self._done = done
        if self._live is None and self._clock() - self._last_line >= _PLAIN_PROGRESS_SECONDS:
            self._say(f"{_PHASES.get(self._phase, one_line(self._phase))}: {self._progress()}")

    def update(self, record: Mapping[str, Any]) -> None:
        """Take in a new record of `metrics.jsonl`."""
        self._take(record)
        if record["phase"] == "collect" and self._first_collected is None:
            self._first_collected = self._collected
        if self._live is None:
            self._say(_plain_record(record), record["seconds"])

    def resume(self, records: Sequence[Mapping[str, Any]]) -> None:
        """Take in the records of the earlier part of a run, without a line for each."""
        for record in records:
            self._take(record)

    def note(self, text: str) -> None:
        """Show a warning or a remark."""
        text = one_line(text)
        # A new list, since the drawing thread may be reading the old one.
        self._notes = [*self._notes, text][-3:]
        if self._live is None:
            self._say(f"note: {text}")

    def sample(self, episode: Episode) -> None:
        """Show a game as the latest; a plain log has no room for games."""
        self._game = episode

    # ------------------------------------------------------------ state

    def _take(self, record: Mapping[str, Any]) -> None:
        phase = record["phase"]
        if phase == "evaluation":
            self._evaluation = dict(record)
        if phase == "collect":
            if "collect/return_mean" in record:
                mean = record["collect/return_mean"]
                self._curve.append(mean)
                if self._best is None or mean > self._best[0]:
                    self._best = (mean, record["iteration"])
            # Speed over a whole iteration, from the end of one collection to the end of the next.
            if self._collected and record["seconds"] > self._collected["seconds"]:
                span = record["seconds"] - self._collected["seconds"]
                for key in ("games", "tokens"):
                    self._speeds[key] = (record[key] - self._collected[key]) / span
            self._collected = dict(record)
        self._metrics.update({key: value for key, value in record.items() if "/" in key})
        self._record = dict(record)
        self._iteration = record["iteration"]
        self._record_at = self._clock()

    def _seconds(self) -> float:
        """Seconds since the start of the run, also between records."""
        return float(self._record.get("seconds", 0.0)) + self._clock() - self._record_at

    def _time_left(self) -> float | None:
        """Estimate the seconds left of the budget; None while there is nothing to go by."""
        estimates = []
        now = self._seconds()
        if self._budget.seconds is not None:
            estimates.append(self._budget.seconds - now)
        first, latest = self._first_collected, self._collected
        if self._budget.iterations is not None and first is not None:
            done = latest["iteration"] - first["iteration"]
            if done > 0:
                each = (latest["seconds"] - first["seconds"]) / done
                # The iteration whose games were just collected has most of its work before it.
                ahead = self._budget.iterations - latest["iteration"] + 1
                estimates.append(latest["seconds"] + each * ahead - now)
        return max(0.0, min(estimates)) if estimates else None

    def _progress(self) -> str:
        return f"{self._done}/{self._total}" if self._total else f"{self._done}"

    # ------------------------------------------------------------ plain lines

    def _say(self, line: str, seconds: float | None = None) -> None:
        self._last_line = self._clock()
        stamp = duration(self._seconds() if seconds is None else seconds)
        if self._console.quiet:
            return
        encoding = self._console.encoding
        text = f"[{stamp:>7}] {line}".encode(encoding, "replace").decode(encoding)
        print(text, file=self._console.file, flush=True)

    # ------------------------------------------------------------ drawing

    def _render(self) -> RenderableType:
        numbers = self._render_numbers()
        notes = [_cropped(f"! {note}", "yellow") for note in self._notes]
        parts: list[RenderableType] = [self._render_phase(), Text(), numbers]
        # The frame and its padding, the phase, the game's heading and three blank lines take ten.
        turns = min(_SHOWN_TURNS, self._console.height - 10 - numbers.row_count - len(notes))
        if self._game is not None and self._game.turns and turns > 0:
            parts += [Text(), *self._render_game(self._game, turns)]
        if notes:
            parts += [Text(), *notes]
        title = Text(f" {self._title} ", style="bold")
        subtitle = Text(f" {self._subtitle} ", style="dim") if self._subtitle else None
        return Panel(
            Group(*parts),
            title=title,
            subtitle=subtitle,
            title_align="left",
            subtitle_align="left",
            border_style="blue",
            padding=(1, 2),
        )

    def _render_phase(self) -> RenderableType:
        name = _PHASES.get(self._phase, one_line(self._phase)) or "starting"
        if self._iteration:
            limit = f"/{self._budget.iterations}" if self._budget.iterations else ""
            name = f"iteration {self._iteration}{limit} · {name}"
        left = self._time_left()
        clock = duration(self._seconds()) + (
            f" · {duration(left)} left" if left is not None else ""
        )
        line = Table.grid(padding=(0, 2), expand=True)
        line.add_column(no_wrap=True, overflow="ellipsis", ratio=3)
        line.add_column(ratio=2)
        line.add_column(no_wrap=True, justify="right")
        line.add_column(no_wrap=True, justify="right")
        bar = ProgressBar(
            total=self._total or None,
            completed=self._done,
            pulse=not self._total,
            animation_time=self._clock(),
            complete_style="blue",
            finished_style="blue",
            pulse_style="blue",
        )
        line.add_row(Text(name, style="bold"), bar, self._progress(), Text(clock, style="cyan"))
        return line

    def _render_numbers(self) -> Table:
        grid = Table.grid(padding=(0, 2))
        grid.add_column(style="dim", no_wrap=True, min_width=len("evaluated"))
        grid.add_column(no_wrap=True, overflow="ellipsis")
        metrics = self._metrics
        if "collect/return_mean" in metrics and self._best is not None:
            now = Text.assemble((f"{metrics['collect/return_mean']:.2f}", "bold green"))
            if "collect/return_std" in metrics:
                now.append(f" ± {metrics['collect/return_std']:.2f}", style="dim")
            now.append(f"   best {self._best[0]:.2f} in iteration {self._best[1]}")
            grid.add_row("return", now)
            grid.add_row("", Text(sparkline(self._curve, 48), style="green"))
            shares = [
                f"{name} {metrics[f'collect/{key}']:.0%}"
                for key, name in (("success", "solved"), ("invalid", "invalid questions"))
                if f"collect/{key}" in metrics
            ]
            if shares:
                grid.add_row("games", " · ".join(shares))
        if self._evaluation:
            grid.add_row("evaluated", Text(_plain_evaluation(self._evaluation)))
        learning = [
            f"{name} {metrics[key]:.{digits}f}"
            for key, name, digits in (
                ("critic/q_explained_variance", "Q explains", 2),
                ("critic/v_explained_variance", "V explains", 2),
                ("actor/entropy", "entropy", 2),
                ("actor/kl_step", "KL", 4),
            )
            if key in metrics
        ]
        if learning:
            grid.add_row("learning", Text(" · ".join(learning)))
        if self._speeds:
            speed = f"{self._speeds['games']:,.1f} games/s · {self._speeds['tokens']:,.0f} tokens/s"
            grid.add_row("speed", Text(speed))
        if self._record.get("games"):
            counts = ", ".join(
                f"{self._record[key]:,} {name}"
                for key, name in (
                    ("games", "games"),
                    ("turns", "turns"),
                    ("tokens", "tokens"),
                    ("gradient_steps", "gradient steps"),
                )
            )
            grid.add_row("so far", Text(counts, style="dim"))
        return grid

    def _render_game(self, episode: Episode, rows: int) -> list[RenderableType]:
        name = f" {one_line(episode.task_id)}" if episode.task_id else ""
        outcome = "solved" if episode.success else "not solved"
        heading = _cropped(
            f"latest game:{name}, {outcome}, return {episode.total_reward:.1f}", "dim"
        )
        grid = Table.grid(padding=(0, 1), expand=True)
        grid.add_column(justify="right", style="dim", no_wrap=True)
        grid.add_column(ratio=3, no_wrap=True, overflow="ellipsis")
        grid.add_column(ratio=2, no_wrap=True, overflow="ellipsis", style="cyan")
        first = max(0, len(episode.turns) - rows)
        for number, turn in enumerate(episode.turns[first:], first + 1):
            # A reply may be a whole page: what is beyond a line of the terminal is not laid out.
            grid.add_row(
                str(number), Text(one_line(turn.action[:300])), Text(one_line(turn.reply[:300]))
            )
        return [heading, grid]


def _can_draw(console: Console) -> bool:
    """Whether the console is a terminal that can move its cursor and show the characters used."""
    drawable = console.file.isatty() and not console.is_dumb_terminal
    return drawable and console.encoding.lower().startswith("utf")


def _cropped(text: str, style: str) -> Text:
    return Text(text, style=style, no_wrap=True, overflow="ellipsis")


def _plain_evaluation(record: Mapping[str, Any]) -> str:
    stage = one_line(str(record.get("evaluation/stage", "")))
    parts = [f"{stage}: return {record['evaluation/return_mean']:.2f}"]
    if "evaluation/return_std" in record:
        parts[0] += f" ± {record['evaluation/return_std']:.2f}"
    if "evaluation/success" in record:
        parts.append(f"solved {record['evaluation/success']:.0%}")
    if "evaluation/games" in record:
        parts.append(f"{record['evaluation/games']:.0f} games")
    return ", ".join(parts)


def _plain_record(record: Mapping[str, Any]) -> str:
    if record["phase"] == "evaluation":
        return f"evaluation of {_plain_evaluation(record)}"
    where = f"iteration {record['iteration']} " if record["iteration"] else ""
    metrics = "  ".join(
        f"{key.partition('/')[2]} {value:.4g}"
        for key, value in record.items()
        if "/" in key and isinstance(value, int | float)
    )
    return f"{where}{one_line(record['phase'])}  {metrics}".rstrip()


def one_line(text: str) -> str:
    """Return text as one line for a terminal: white space single, no control characters."""
    if not text.isprintable():
        text = "".join(c if c.isprintable() else " " if c.isspace() else "\ufffd" for c in text)
    return " ".join(text.split())


def duration(seconds: float) -> str:
    """Return a time for people: ``42 s``, ``3:07``, ``1:02:45``."""
    whole = int(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes}:{rest:02d}"
    return f"{minutes // 60}:{minutes % 60:02d}:{rest:02d}"


def sparkline(values: Sequence[float], width: int) -> str:
    """Draw values as at most ``width`` blocks; neighbours share a block by their mean."""
    count = min(width, len(values))
    bins = [values[i * len(values) // count : (i + 1) * len(values) // count] for i in range(count)]
    means = [sum(part) / len(part) for part in bins]
    if not means:
        return ""
    low, high = min(means), max(means)
    scale = (len(_SPARKS) - 1) / (high - low) if high > low else 0.0
    return "".join(_SPARKS[round((mean - low) * scale)] for mean in means)
