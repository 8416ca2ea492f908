"""What people did in a WebShop, read from the files that it was written to.

Three kinds, told apart by their lines of JSON:

- the trajectories that the original's baselines imitate (``il_trajs_finalized_images.jsonl``): a game a line, with
  ``states`` and ``actions``, without rewards;
- what the original's site logs (``user_session_logs/mturk``): a page a line, a file for each session;
- recorded games as `llm_gym.games.webshop.site.log` and the learners write them, in the views ``"text"`` and
  ``"text_rich"``.

Sources: ``baseline_models/train_choice_il.py`` and ``web_agent_site/app.py`` of WebShop.
"""

from __future__ import annotations

import json
import re
from ast import literal_eval
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias
from urllib.parse import unquote, urlsplit

from llm_gym.games.webshop.pages import BACK, BUY, NEXT, PREVIOUS


class Search(NamedTuple):
    """A search for words."""

    words: str


class Click(NamedTuple):
    """A click on what is called ``label``: a button, a product by its asin, a value of an option.

    Attributes:
        label: in whatever case.
        option: the option's name, of a value; empty where it is not known.
    """

    label: str
    option: str = ""


Move: TypeAlias = Search | Click


@dataclass(frozen=True, slots=True)
class Recording:
    """A recorded game.

    Attributes:
        place: where it stands, for messages.
        instruction: what the shopper was told, the bound of the price included.
        moves: what the shopper did, without what a browser's way back has undone.
        asin: the product that the goal was made from; empty where the file does not say.
        reward: what the purchase brought; None where the file does not say.
        fault: why the moves are not known, or not all; empty where they are.
    """

    place: str
    instruction: str
    moves: tuple[Move, ...]
    asin: str = ""
    reward: float | None = None
    fault: str = ""


def read_recordings(source: Path) -> Iterator[Recording]:
    """Read the games of a file, or of all files ``*.jsonl`` of a folder, in the order of their names.

    Raises:
        ValueError: a file cannot be read, or a line of it is of no such kind; the message names it.
    """
    files = sorted(source.glob("*.jsonl")) if source.is_dir() else [source]
    if not files:
        raise ValueError(f"{source} holds no files *.jsonl")
    for path in files:
        for session, lines in groupby(_lines(path), key=lambda line: _session(line.record)):
            if session:
                yield _from_log(list(lines))
            else:
                yield from map(_from_game, lines)


class _Line(NamedTuple):
    place: str
    record: Mapping[str, Any]


def _lines(path: Path) -> Iterator[_Line]:
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, 1):
                place = f"{path}, line {number}"
                try:
                    record = json.loads(line)
                except (ValueError, RecursionError) as error:
                    raise ValueError(f"{place}: not JSON: {error}") from error
                if not isinstance(record, dict):
                    raise ValueError(f"{place}: {_UNKNOWN}")
                yield _Line(place, record)
    except OSError as error:
        raise ValueError(f"cannot read games from {path}: {error.strerror}") from error


_UNKNOWN = (
    "not a game of WebShop's: a line has states and actions, or observation and turns, or is a page of a log, with "
    "page, url and goal"
)


# ---------------------------------------------------------------- games, one a line


def _from_game(line: _Line) -> Recording:
    """Read a trajectory of the original's, or a recorded game of this project's."""
    place, record = line
    try:
        if "states" in record:
            first, said = record["states"][0], record["actions"]
            reward = None
        else:
            first, said = record["observation"], [turn["action"] for turn in record["turns"]]
            reward = float(sum(turn["reward"] for turn in record["turns"]))
        told = _INSTRUCTION.search(first)
        moves = tuple(map(_read_action, said))
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{place}: {_UNKNOWN}") from error
    fault = ""
    if told is None:
        fault = "show the instruction in none of the views text and text_rich"
    elif None in moves:
        fault = "hold an action that is neither search[...] nor click[...]"
    known = tuple(move for move in moves if move is not None)
    return Recording(place, "" if told is None else told[1], known, reward=reward, fault=fault)


# Between the heading and the button of a search page, as a line each or joined by " [SEP] ".
_INSTRUCTION = re.compile(
    r"Instruction:(?: *\n| *\[SEP\] | )(\S.*?)(?:\n\[button\] Search| \[SEP\] Search)", re.DOTALL
)
_ACTION = re.compile(r"\s*(search|click)\[(.*)\]\s*", re.DOTALL | re.IGNORECASE)


def _read_action(action: str) -> Move | None:
    found = _ACTION.fullmatch(action)
    if found is None:
        return None
    return Search(found[2]) if found[1].lower() == "search" else Click(found[2])


# ---------------------------------------------------------------- the log of the original's site


class _Page(NamedTuple):
    """A page that was shown.

    Attributes:
        name: as in the log.
        words: the query, on the pages below it.
        number: the number of the page of results.
        asin: the product.
        options: option name -> chosen value.
        sub_page: which page about the product.
    """

    name: str
    words: str = ""
    number: int = 0
    asin: str = ""
    options: Mapping[str, str] = {}
    sub_page: str = ""


def _session(record: Mapping[str, Any]) -> str:
    """Return the name of the session that a line of a log belongs to; empty where it is no such line."""
    if not {"page", "url", "goal"} <= record.keys():
        return ""
    parts = [*urlsplit(str(record["url"])).path.split("/"), "", ""]
    return parts[1 if record["page"] == "index" else 2] or "?"


def _from_log(lines: list[_Line]) -> Recording:
    """Read a session: the shortest way through its pages, without what the browser's way back undid."""
    way: list[tuple[_Page, tuple[Move, ...]]] = []
    reward, fault = None, "end without a purchase"
    for place, record in lines:
        try:
            page = _read_page(record)
            goal = record["goal"]
            instruction, asin = str(goal["instruction_text"]), str(goal["asin"])
            if page.name == "done":
                reward = float(record["reward"])
        except (AttributeError, IndexError, KeyError, SyntaxError, TypeError, ValueError) as error:
            raise ValueError(f"{place}: not a page of a log of WebShop's site") from error
        if not _go(way, page):
            fault = "jump to a page that no page before leads to"
            break
        if page.name == "done":
            fault = ""
            break
    moves = tuple(move for _, taken in way for move in taken)
    return Recording(lines[0].place, instruction, moves, asin, reward, fault)


def _go(way: list[tuple[_Page, tuple[Move, ...]]], page: _Page) -> bool:
    """Prolong the way to a page, from where it ended or from the last of its pages that leads there."""
    if not way:
        way.append((page, ()))
        return page.name == "index"
    for last in reversed(range(len(way))):
        taken = _moves(way[last][0], page)
        if taken is None:
            continue
        del way[last + 1 :]
        if taken:
            way.append((page, taken))
        return True
    return False


def _moves(before: _Page, after: _Page) -> tuple[Move, ...] | None:
    """Return what leads from a page to another: nothing where it is the same, None where nothing does."""
    if before == after:
        return ()
    came, to = before.name, after.name
    same_results = (before.words, before.number) == (after.words, after.number)
    same_item = same_results and before.asin == after.asin
    same_choice = before.asin == after.asin and before.options == after.options
    if to == "index":
        return (Click(BACK),)
    if to == "search_results" and came == "index" and after.number == 1:
        return (Search(after.words),)
    if to == "search_results" and came == "search_results" and before.words == after.words:
        turn = {1: NEXT, -1: PREVIOUS}.get(after.number - before.number)
        return None if turn is None else (Click(turn),)
    if to == "search_results" and came == "item_page" and same_results:
        return (Click(PREVIOUS),)
    if to == "item_page" and came == "search_results" and same_results and not after.options:
        return (Click(after.asin),)
    if to == "item_page" and came == "item_page" and same_item:
        chosen = after.options.items() - before.options.items()
        if {*before.options} <= {*after.options} and chosen:
            return tuple(Click(value, name) for name, value in sorted(chosen))
    if to == "item_page" and came == "item_sub_page" and same_item and same_choice:
        return (Click(PREVIOUS),)
    if to == "item_sub_page" and came == "item_page" and same_item and same_choice:
        return (Click(after.sub_page),)
    if to == "done" and came == "item_page" and same_choice:
        return (Click(BUY),)
    return None


def _read_page(record: Mapping[str, Any]) -> _Page:
    name = record["page"]
    if name == "index":
        return _Page(name)
    content = record["content"]
    if name == "search_results":
        return _Page(name, _words(content["keywords"]), int(content["page"]))
    options = {str(option): str(value) for option, value in content["options"].items()}
    if name == "done":
        return _Page(name, asin=content["asin"], options=options)
    results = _words(content["keywords"]), int(content["page"])
    if name == "item_page":
        return _Page(name, *results, content["asin"], options)
    if name == "item_sub_page":
        # Which one stands in the address alone.
        sub_page = unquote(urlsplit(record["url"]).path.split("/")[6])
        return _Page(name, *results, content["asin"], options, sub_page)
    raise ValueError(name)


def _words(keywords: str | Iterable[str]) -> str:
    """Return a query; on the pages of a product it is logged as the list's own text."""
    if isinstance(keywords, str) and keywords.startswith("["):
        keywords = literal_eval(keywords)
    return keywords if isinstance(keywords, str) else " ".join(keywords)
