"""Recorded games from elsewhere: Minari data sets, and the JSON of the papers' repositories.

Three kinds of source become episodes:

- a file of JSON lines, as a run writes them (`archer_agent.episodes.replay`);
- a JSON array of dialogues: ``{"lines": ["Is it big? Yes.", ...], "correct": true, "word": ["Dog"]}``, the Twenty
  Questions of LMRL-Gym (Abdulhai et al. 2023) that OfflineArcher takes too, or
  ``{"conversation": ["Is it big? It is.", ...], "done": true, "word": "city,country"}``, ArCHer's Guess My City;
- a Minari data set (the extra ``minari``): a folder, or ``minari:ID`` for one in Minari's own place.

Episodes can be written as a Minari data set too.
"""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from gymnasium.envs.registration import EnvSpec
from gymnasium.spaces import Text

from archer_agent.episodes.replay import Episode, Turn, read_episodes, what_is_new
from archer_agent.errors import install_hint
from archer_agent.shapes import check_shape

DIALOGUE_START = "Questions:\n"
"""What both guessing games show before the first question."""
DIALOGUE_TURNS = 20
"""After so many questions both guessing games are over."""
MINARI = "minari:"
"""How a source or target names a Minari data set by its id."""


def read_dataset(source: str | Path, privileged: str | None = None) -> list[Episode]:
    """Read games, whatever their kind.

    Sampled ids and probabilities are left out: another tokenizer's mean nothing here.

    Args:
        source: see the module; the kind of a file follows from its content.
        privileged: a text of each game for the critic alone: of a Minari data set the key of ``infos``, of dialogues
            the hidden word whatever the key; episodes of a run hold it already.

    Returns:
        The games that have at least one turn.

    Raises:
        ValueError: the source cannot be read, is of no such kind, or holds no games.
    """
    name = str(source)
    path = Path(name).expanduser()
    if name.startswith(MINARI) or path.is_dir():
        episodes = _read_minari(name, privileged)
    elif path.exists() and not path.is_file():
        raise ValueError(f"cannot read games from {name}: it is neither a file nor a folder")
    else:
        try:
            with path.open("rb") as file:
                is_array = file.read(4096).lstrip()[:1] == b"["
        except OSError as error:
            raise ValueError(f"cannot read games from {name}: {error.strerror}") from error
        if is_array:
            episodes = _read_dialogues(path, privileged is not None)
        else:
            _refuse_webshop(path)
            episodes = [episode for _, episode in read_episodes(path)]
    for episode in episodes:
        if privileged is None:
            episode.privileged = ""
        for turn in episode.turns:
            turn.token_ids, turn.logprobs = [], []
    played = [episode for episode in episodes if episode.turns]
    if not played:
        raise ValueError(f"{name} holds no games")
    return played


def _refuse_webshop(path: Path) -> None:
    """Say of WebShop's own files that they must be played again: they lack rewards, or pages."""
    with path.open("rb") as file:
        try:
            first = json.loads(file.readline())
        except (ValueError, RecursionError):
            return  # told with its line by who reads them all
    if isinstance(first, dict) and any(keys <= first.keys() for keys in _WEBSHOP):
        raise ValueError(
            f"{path} is WebShop's own record, without rewards or pages: `llm-gym replay webshop {path} games.jsonl` "
            "plays it again, and writes recorded games"
        )


_WEBSHOP = ({"states", "actions"}, {"page", "url", "goal"})
"""What a line of the original's trajectories holds, and one of its site's log."""


# ---------------------------------------------------------------- dialogues


def _read_dialogues(path: Path, privileged: bool) -> list[Episode]:
    try:
        records = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{path} is not JSON: {error}") from error
    episodes = []
    for number, record in enumerate(records, 1):
        try:
            episodes.append(_dialogue(record, privileged))
        except (KeyError, TypeError, IndexError, ValueError) as error:
            raise ValueError(
                f"{path}, dialogue {number}: it must be an object with lines, correct and word, or with "
                f"conversation, done and word, all of them texts but for a truth value ({error})"
            ) from error
    return episodes


def _dialogue(record: Mapping[str, Any], privileged: bool) -> Episode:
    """Turn a dialogue into an episode: -1 for every question but the one that solved it (both papers)."""
    is_lmrl = "lines" in record
    lines: list[str] = record["lines" if is_lmrl else "conversation"]
    check_shape(lines, [str], "lines")
    solved = record["correct" if is_lmrl else "done"]
    check_shape(solved, bool, "correct")
    word = record["word"] if isinstance(record["word"], str) else record["word"][0]
    check_shape(word, str, "word")
    turns = []
    for number, line in enumerate(lines, 1):
        question, reply = _question_and_reply(line, last=is_lmrl)
        turns.append(
            Turn(question, f" {reply}\n", 0.0 if solved and number == len(lines) else -1.0)
        )
    return Episode(
        DIALOGUE_START,
        turns,
        terminated=solved or len(turns) >= DIALOGUE_TURNS,
        success=solved,
        task_id=word,
        privileged=word if privileged else "",
    )


def _question_and_reply(line: str, last: bool) -> tuple[str, str]:
    """Split after a question mark: the last one where replies are yes or no, else the first; each on one line."""
    line = " ".join(line.split())
    at = line.rfind("? ") if last else line.find("? ")
    # An utterance ends at a line break or a question mark; without one all of it was said.
    return (line[: at + 1], line[at + 2 :]) if at >= 0 else (line, "")


# ---------------------------------------------------------------- Minari


def _read_minari(name: str, privileged: str | None) -> list[Episode]:
    minari = _import_minari()
    try:
        if name.startswith(MINARI):
            dataset = minari.load_dataset(name.removeprefix(MINARI))
        else:
            folder = Path(name).expanduser()
            data = folder / "data"
            dataset = minari.MinariDataset(data if data.is_dir() else folder)
    except (OSError, ValueError, KeyError, ImportError) as error:
        raise ValueError(f"{name} is no Minari data set that can be read: {error}") from error
    spaces = (dataset.observation_space, dataset.action_space)
    if not all(isinstance(space, Text) for space in spaces):
        kinds = " and ".join(type(space).__name__ for space in spaces)
        raise ValueError(f"{name}: its observations and actions are {kinds}, not text")
    episodes = []
    for data in dataset.iterate_episodes():
        episode = _minari_episode(data, name, privileged)
        (noted,) = dataset.storage.get_episode_metadata([data.id])
        if noted.get("seed") is not None:
            episode.seed = int(noted["seed"])
        episodes.append(episode)
    return episodes


def _minari_episode(data: Any, name: str, privileged: str | None) -> Episode:
    infos: Mapping[str, Any] = data.infos or {}
    if privileged is not None and privileged not in infos:
        known = ", ".join(infos) or "nothing"
        raise ValueError(
            f"{name}: its infos hold no {privileged!r} for the critic to read; they hold {known}"
        )
    texts = [_text(each) for each in data.observations]
    deltas = [_text(each) for each in infos["delta"]] if "delta" in infos else None
    turns = []
    for i, (action, reward) in enumerate(zip(data.actions, data.rewards, strict=True)):
        said = _text(action)
        delta = None if deltas is None else deltas[i + 1]
        reply = what_is_new(texts[i], said, texts[i + 1], delta)
        invalid = "invalid_action" in infos and bool(infos["invalid_action"][i + 1])
        shown = None if texts[i] + said + reply == texts[i + 1] else texts[i + 1]
        turns.append(Turn(said, reply, float(reward), invalid=invalid, observation=shown))
    return Episode(
        texts[0],
        turns,
        terminated=bool(turns) and bool(data.terminations[-1]),
        success="success" in infos and bool(infos["success"][-1]),
        task_id=_text(infos["task_id"][0]) if "task_id" in infos else "",
        privileged=_text(infos[privileged][0]) if privileged is not None else "",
    )


def write_minari(
    episodes: Sequence[Episode],
    dataset_id: str,
    description: str = "",
    env: EnvSpec | None = None,
) -> None:
    """Write games as a Minari data set in Minari's own place (`MINARI_DATASETS_PATH`, else ``~/.minari``).

    Observations are as they were shown, which of dialogues is the transcript up to each turn; ``infos`` hold
    ``delta`` (what came last), ``success``,
    ``invalid_action``, ``task_id`` and, where games have one, ``privileged``. `read_dataset` gives the same games back,
    but for seeds, sampled ids and what HDF5 keeps in no text: U+0000 and halves of surrogate pairs become U+FFFD.

    Args:
        episodes: at least one, each with at least one turn.
        dataset_id: such as ``twenty-questions/cloned-v0``; its namespace is made if need be.
        description: for readers.
        env: where the games were played with the seeds that they hold: ``recover_environment()`` makes it again, and
            the seeds are kept. None where that is not known.

    Raises:
        ValueError: the id is malformed or taken, or a game has no turns.
    """
    minari = _import_minari()
    if not all(episode.turns for episode in episodes):
        raise ValueError("a game without turns cannot be written as a Minari data set")
    buffers = [
        minari.data_collector.EpisodeBuffer(
            id=number,
            seed=None if env is None else episode.seed,
            observations=_storable(episode.observations()),
            actions=_storable(turn.action for turn in episode.turns),
            rewards=[turn.reward for turn in episode.turns],
            terminations=_at_end(episode, episode.terminated),
            truncations=_at_end(episode, not episode.terminated),
            infos=_infos(episode),
        )
        for number, episode in enumerate(episodes)
    ]
    observation_space = _space(text for buffer in buffers for text in buffer.observations)
    action_space = _space(text for buffer in buffers for text in buffer.actions)
    try:
        with warnings.catch_warnings():
            # It advises to name authors, requirements and an environment; nobody is obliged to.
            warnings.simplefilter("ignore", UserWarning)
            minari.create_dataset_from_buffers(
                dataset_id,
                buffers,
                env=env,
                observation_space=observation_space,
                action_space=action_space,
                description=description,
            )
    except ValueError as error:
        raise ValueError(f"cannot write the Minari data set {dataset_id}: {error}") from error


def _infos(episode: Episode) -> dict[str, Any]:
    """Return what is known of each of the T + 1 observations, as Minari keeps it."""
    count = len(episode.turns)
    infos: dict[str, Any] = {
        "delta": _storable([episode.observation, *(turn.reply for turn in episode.turns)]),
        "success": np.array([False] * count + [episode.success]),
        "invalid_action": np.array([False, *(turn.invalid for turn in episode.turns)]),
        "task_id": _storable([episode.task_id]) * (count + 1),
    }
    if episode.privileged:
        infos["privileged"] = _storable([episode.privileged]) * (count + 1)
    return infos


def _storable(texts: Iterable[str]) -> list[str]:
    """Return texts with U+FFFD in place of what HDF5's strings cannot hold."""
    return [re.sub("[\0\ud800-\udfff]", "\ufffd", text) for text in texts]


def _at_end(episode: Episode, value: bool) -> list[bool]:
    return [False] * (len(episode.turns) - 1) + [value]


def _space(texts: Any) -> Text:
    """Return the smallest text space that holds some texts."""
    longest, characters = 1, {"a"}
    for text in texts:
        longest = max(longest, len(text))
        characters |= set(text)
    return Text(longest, min_length=0, charset="".join(sorted(characters)))


def _text(value: Any) -> str:
    """Return a text as such; HDF5 gives some back as bytes."""
    return value.decode("utf-8") if isinstance(value, bytes) else str(value)


def _import_minari() -> Any:
    try:
        import minari
        import minari.data_collector
    except ImportError as error:
        raise ValueError(
            f"Minari data sets need the extra minari ({error}): {install_hint('minari')}"
        ) from error
    return minari
