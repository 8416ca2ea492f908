"""Where people look besides the run's folder: TensorBoard, Weights & Biases, MLflow, trackio, and a function of one's own.

Each gets the records of `metrics.jsonl` as they are written, some games of each evaluation, and the settings. The folder
of the run stays the record: a run that goes on from a checkpoint sends again what came after it, at the same steps.
The step is the iteration. The libraries are imported when a run asks for them.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from archer_agent.episodes.replay import Episode
from archer_agent.errors import failure
from archer_agent.runs.folder import write_json
from archer_agent.runs.own import is_own, remember
from archer_agent.settings import TrainConfig, recorded, redacted_text

OnRecord = Callable[[Mapping[str, Any]], None]
"""A function that is called with each record of `metrics.jsonl`, once it is written."""

_GAMES = 8
"""How many games of an evaluation are sent."""
_IDS = "trackers.json"
"""Under which names the run is known elsewhere, so that it goes on under them."""
_STAYS_HERE = "tensorboard"
"""Writes into the run's folder alone."""


class Tracker(Protocol):
    """Something that shows the course of a run."""

    def log(self, metrics: Mapping[str, float], step: int) -> None:
        """Take in numbers by name."""
        ...

    def show(self, stage: str, games: str, step: int) -> None:
        """Take in games of an evaluation, as text."""
        ...

    def close(self) -> None:
        """Send what is left to send."""
        ...


class Trackers:
    """All that a run reports to.

    Args:
        config: settings; `track` names the trackers.
        folder: of the run.
        step: the iteration that it goes on from; 0 for a new run.
        note: told of a tracker that has failed; the run goes on without it.
        on_record: a function of the user's own.

    Raises:
        ModuleNotFoundError: a library is not installed.
        ValueError: one cannot be begun.
    """

    _all: dict[str, Tracker]

    def __init__(
        self,
        config: TrainConfig,
        folder: Path,
        step: int,
        note: Callable[[str], None],
        on_record: OnRecord | None = None,
    ) -> None:
        settings = dict(_flat(recorded(config)))
        name = folder.resolve().name
        self._on_record = on_record
        self._note = note
        self._all = {}
        remember(folder, map(_tracker, config.track))
        for each in config.track:
            try:
                self._all[each] = _MAKERS[each](folder, name, settings, step)
            except ImportError:
                raise
            except Exception as error:
                raise ValueError(f"cannot report to {each}: {failure(error)}") from error

    def record(self, record: Mapping[str, Any]) -> None:
        """Pass a record on."""
        if self._on_record is not None:
            self._on_record(record)
        phase = record["phase"]
        metrics = {
            key: float(value)
            for key, value in record.items()
            if isinstance(value, int | float) and not isinstance(value, bool) and key != "iteration"
        }
        if "evaluation/stage" in record and not record["evaluation/stage"].startswith("iteration"):
            # The demonstrations, the warm start and the end are no points of the same curve.
            stage = record["evaluation/stage"].replace(" ", "_")
            metrics = {k.replace("evaluation/", f"{stage}/"): v for k, v in metrics.items()}
        counts = {key: value for key, value in metrics.items() if "/" not in key}
        own = {key: value for key, value in metrics.items() if "/" in key}
        if phase in ("collect", "update", "evaluation"):
            own |= {f"counters/{key}": value for key, value in counts.items()}
        self._each(lambda tracker: tracker.log(own, record["iteration"]))

    def evaluation(self, stage: str, games: Sequence[Episode], step: int) -> None:
        """Pass some games of an evaluation on."""
        if self._all and games:
            text = "\n\n".join(_told(game) for game in games[:_GAMES])
            self._each(lambda tracker: tracker.show(stage, text, step))

    def close(self) -> None:
        """Let all of them send what is left."""
        self._each(lambda tracker: tracker.close())

    def _each(self, call: Callable[[Tracker], None]) -> None:
        for name, tracker in list(self._all.items()):
            try:
                call(tracker)
            except Exception as error:
                del self._all[name]
                self._note(f"{name} is told no more: {redacted_text(failure(error))}")


def check_trackers(config: TrainConfig) -> None:
    """Import what a run will report to, before anything is written.

    Raises:
        ModuleNotFoundError: a library is not installed.
    """
    import importlib

    for each in config.track:
        importlib.import_module(each)


def check_trust_of_trackers(run: Path, config: TrainConfig, given: Collection[str]) -> None:
    """Refuse trackers, which send elsewhere what a run does, where nobody but its folder names them.

    A run that was begun by the same user goes on as it began.

    Args:
        run: the folder.
        config: from it.
        given: the flags that were given by hand.

    Raises:
        ValueError: one needs trust; the message names it.
    """
    outside = [each for each in config.track if each != _STAYS_HERE]
    if not outside or "--track" in given:
        return
    if strange := [each for each in outside if not is_own(run, _tracker(each))]:
        raise ValueError(
            f"{run} was begun elsewhere, and would report to {strange[0]}; what a folder names is used only "
            f"where you say so: give --track {' '.join(config.track)} (or --track alone, for none), or "
            "--trust-code if you trust whoever made it"
        )


def _tracker(name: str) -> str:
    return f"tracker {name}"


def _told(game: Episode) -> str:
    """Return a game as text, a line for each thing that was said."""
    head = f"{game.task_id or 'game'}: {'solved' if game.success else 'not solved'}, return "
    lines = [f"{head}{game.total_reward:.2f}"]
    for turn in game.turns:
        lines.append(f"  > {' '.join(turn.action.split())}")
        lines.append(f"    {' '.join(turn.reply.split())[:300]}")
    text = "\n".join(lines)
    return text.encode("utf-8", "replace").decode()  # half a surrogate pair goes through no wire


def _flat(settings: Mapping[str, Any], prefix: str = "") -> list[tuple[str, Any]]:
    pairs: list[tuple[str, Any]] = []
    for key, value in settings.items():
        if isinstance(value, Mapping):
            pairs += _flat(value, f"{prefix}{key}.")
        else:
            pairs.append((f"{prefix}{key}", value))
    return pairs


def _known_as(folder: Path, kind: str) -> str | None:
    name = _names(folder).get(kind)
    return name if isinstance(name, str) else None


def _remember(folder: Path, kind: str, name: str) -> None:
    write_json(folder / _IDS, {**_names(folder), kind: name})


def _names(folder: Path) -> dict[str, Any]:
    path = folder / _IDS
    try:
        names = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{path} is damaged ({error}); remove it") from error
    if not isinstance(names, dict):
        raise ValueError(f"{path} is damaged (it is no JSON object); remove it")
    return names


class _TensorBoard:
    """Event files in the run's folder, under ``tensorboard/``."""

    def __init__(self, folder: Path, name: str, settings: Mapping[str, Any], step: int) -> None:
        import tensorboard  # noqa: F401  (said to be missing by its own name)
        from torch.utils.tensorboard import SummaryWriter

        # What came after the checkpoint is hidden where the run goes on from one.
        purge = step + 1 if step else None
        self._writer: Any = SummaryWriter(str(folder / "tensorboard"), purge_step=purge)
        self._writer.add_text("settings", _block(json.dumps(settings, indent=1)), 0)

    def log(self, metrics: Mapping[str, float], step: int) -> None:
        for key, value in metrics.items():
            self._writer.add_scalar(key, value, step)
        self._writer.flush()

    def show(self, stage: str, games: str, step: int) -> None:
        self._writer.add_text(f"games/{stage.split()[0]}", _block(games), step)

    def close(self) -> None:
        self._writer.close()


def _block(text: str) -> str:
    """Return text as a block of code, for those that read Markdown."""
    return "\n".join(f"    {line}" for line in text.splitlines())


class _WandB:
    """Weights & Biases; WANDB_PROJECT, WANDB_MODE=offline and the like are its own."""

    def __init__(self, folder: Path, name: str, settings: Mapping[str, Any], step: int) -> None:
        import wandb

        self._wandb: Any = wandb
        self._run: Any = wandb.init(
            dir=str(folder),
            name=name,
            config=dict(settings),
            id=_known_as(folder, "wandb"),
            resume="allow",
        )
        _remember(folder, "wandb", self._run.id)
        self._run.define_metric("*", step_metric="iteration")

    def log(self, metrics: Mapping[str, float], step: int) -> None:
        self._run.log({**metrics, "iteration": step})

    def show(self, stage: str, games: str, step: int) -> None:
        table = self._wandb.Table(columns=["stage", "games"], data=[[stage, games]])
        self._run.log({f"games/{stage.replace(' ', '_')}": table, "iteration": step})

    def close(self) -> None:
        self._run.finish()


class _MLflow:
    """MLflow; MLFLOW_TRACKING_URI and MLFLOW_EXPERIMENT_NAME are its own."""

    def __init__(self, folder: Path, name: str, settings: Mapping[str, Any], step: int) -> None:
        from mlflow import MlflowClient
        from mlflow.entities import Metric

        self._client: Any = MlflowClient()
        self._metric = Metric
        self._run = _known_as(folder, "mlflow")
        known: Mapping[str, str] = {}
        if self._run is None:
            import mlflow

            with mlflow.start_run(run_name=name) as run:
                self._run = run.info.run_id
            _remember(folder, "mlflow", self._run)
        else:
            known = self._client.get_run(self._run).data.params
        for key, value in settings.items():
            # What has been said of a run it does not let anybody change; what did change is a tag.
            text = str(value)[:6000]
            if key not in known:
                self._client.log_param(self._run, key, text)
            elif known[key] != text:
                self._client.set_tag(self._run, f"from {step}: {key}", text)

    def log(self, metrics: Mapping[str, float], step: int) -> None:
        import time

        now = int(1000 * time.time())
        batch = [self._metric(key, value, now, step) for key, value in metrics.items()]
        self._client.log_batch(self._run, metrics=batch)

    def show(self, stage: str, games: str, step: int) -> None:
        self._client.log_text(self._run, games, f"games/{stage.replace(' ', '_')}.txt")

    def close(self) -> None:
        self._client.set_terminated(self._run)


class _Trackio:
    """Trackio: a local dashboard, ``trackio show``; TRACKIO_DIR and the like are its own."""

    def __init__(self, folder: Path, name: str, settings: Mapping[str, Any], step: int) -> None:
        import trackio

        self._trackio: Any = trackio
        # It tells runs apart by their names alone, and folders of different places share theirs.
        known = _known_as(folder, "trackio") or f"{name}-{secrets.token_hex(3)}"
        _remember(folder, "trackio", known)
        trackio.init(project="archer_agent", name=known, config=dict(settings), resume="allow")

    def log(self, metrics: Mapping[str, float], step: int) -> None:
        if metrics:
            self._trackio.log(dict(metrics), step=step)

    def show(self, stage: str, games: str, step: int) -> None:
        self._trackio.log({f"games/{stage.replace(' ', '_')}": games}, step=step)

    def close(self) -> None:
        self._trackio.finish()


_MAKERS: dict[str, Callable[[Path, str, Mapping[str, Any], int], Tracker]] = {
    "tensorboard": _TensorBoard,
    "wandb": _WandB,
    "mlflow": _MLflow,
    "trackio": _Trackio,
}
