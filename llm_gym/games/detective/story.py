"""Where the story file is, and what is known about it."""

from __future__ import annotations

import os
from pathlib import Path

from llm_gym import download
from llm_gym.games.interactive_fiction.emulator import INSTALL, Story, open_story
from llm_gym.games.interactive_fiction.valid_actions import Probes

VARIABLE = "LLM_GYM_DETECTIVE"
"""The environment variable that names the story file."""

SHA256 = "f6b0b9b5f4ff8890ab481b11e63ea18350b43640c88a9b8c23d6a2b269f9a040"
"""Of release 1, serial number 000715, the one that the paper and Jericho use."""

URLS = (
    "https://ifarchive.org/if-archive/games/zcode/detective.z5",
    "https://raw.githubusercontent.com/BYU-PCCL/z-machine-games/"
    "bfd7544aa1f50549fc327bd4eb3bc8144bfd80ea/jericho-game-suite/detective.z5",
    "https://raw.githubusercontent.com/YifeiZhou02/ArCHer/"
    "7c771a7610cb34e54ba53d69d1fb7337103e5648/dataset/detective.z5",
)
"""Where it can be had. It may be downloaded and played, but not passed on with a program."""

PROBES = Probes(
    # Whatever changes the world comes down to one of these. Of those that do the same the first is
    # shown: all ways that lead nowhere have one effect, "all" often that of a plainer command.
    commands=(
        *("north", "east", "south", "west", "northeast", "southeast", "southwest", "northwest"),
        *("up", "down", "get up", "examine man", "eat hamburger"),
        *(f"take {thing}" for thing in ("hamburger", "note", "paper", "piece", "pistol", "wood")),
        *(
            f"put {thing} down"
            for thing in ("hamburger", "note", "paper", "piece", "pistol", "wood")
        ),
        *("take all", "put all down"),
    ),
    # Whoever enters the music store unarmed has five moves left; this byte counts them.
    counters=(5766,),
)


def default_path() -> Path:
    """Return where ``llm-gym download detective`` puts the file."""
    return download.cache_folder() / "detective.z5"


def fetch(urls: tuple[str, ...] = (), to: Path | None = None) -> Path:
    """Download the story file, verify it, and return where it lies.

    Args:
        urls: addresses to try instead of :data:`URLS`, in this order.
        to: the file to write; None for :func:`default_path`.

    Raises:
        DownloadError: no address gave the right bytes.
    """
    return download.fetch(urls or URLS, SHA256, to or default_path())


def find(story_file: str | None) -> Story:
    """Return the story in ``story_file``, else where the variable says, else the downloaded one.

    Raises:
        DependencyNotInstalled: Jericho is not installed.
        FileNotFoundError: there is no such file.
        ValueError: the file is not this story.
    """
    named = story_file or os.environ.get(VARIABLE)
    path = Path(named) if named else default_path()
    if not path.is_file():
        if named:
            raise FileNotFoundError(f"there is no story file {path}")
        raise FileNotFoundError(
            f"Detective needs its story file: `llm-gym download detective` fetches it from {URLS[0]}, "
            f"or name a copy with story_file= or {VARIABLE}; it also needs jericho: {INSTALL}"
        )
    found = download.sha256(path)
    if found != SHA256:
        raise ValueError(
            f"{path} is not the story file of Detective that was published as release 1: "
            f"its sha256 is {found} instead of {SHA256}"
        )
    return open_story(path)
