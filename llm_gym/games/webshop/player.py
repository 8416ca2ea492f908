"""A scripted shopper of any skill: for demonstrations and as a yardstick.

It reads the observation of any view but "url" into what is on the page, and decides from that.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser

_ASIN = re.compile(r"[A-Z0-9]{10}")
_RICH_BUTTON = re.compile(r"( *)\[(clicked button|button)\] (.*) \[\2_\]")
_ARCHER_VALUES = re.compile(r"(.*?) ?((?:\[.+\])+)")
_BOUND = re.compile(
    r"(?:lower|less|below|under|cheaper|more than|most|budget|max\w*|within|up to)\D{0,24}?"
    r"(\d+(?:\.\d+)?)"
)
_PRICE_CLAUSE = re.compile(r", and price lower than [\d.]+ dollars")
_WORD = re.compile(r"[a-z0-9]+(?:[.'/-][a-z0-9]+)*")
_FILLER = frozenset(
    "i i'm i'd am a an the and or for of in on at to with without that which is are be it its my me "
    "please find looking look need want would like buy get some can you help should has have "
    "price lower less than dollars under below also this so also them they from by".split()
)
_NAMES = frozenset(
    "color colour size style flavor name scent fit type pattern item shape material package "
    "quantity shade length capacity finish".split()
)
_PATIENCE = 3  # products that it turns down before it takes the best of what it saw


@dataclass(slots=True)
class _Sight:
    """What an observation shows.

    Attributes:
        page: "index", "results", "item", "sub" or "done".
        instruction: what is to be bought.
        products: (asin, title, price) on a page of results.
        values: what can be chosen on an item page, (option name, value), the name empty where the
            view does not tell names from values.
        title: the title on an item page.
    """

    page: str
    instruction: str
    products: list[tuple[str, str, str]] = field(default_factory=list)
    values: list[tuple[str, str]] = field(default_factory=list)
    title: str = ""


class ShopPlayer:
    """Searches for the instruction's words, opens what fits best, chooses what is asked, and buys.

    A pure function of the observations of an episode and of its own generator. It remembers what it
    has clicked and turned down since the search page, since not every view shows that.

    Args:
        seed: seed of its own choices.
        skill: 1.0 always does what seems best; at lower skill each decision (words of the query,
            product, options, when to buy) is left to chance with probability ``1 - skill``.

    Raises:
        ValueError: ``skill`` is not between 0 and 1.
    """

    def __init__(self, seed: int, skill: float = 1.0) -> None:
        if not 0.0 <= skill <= 1.0:
            raise ValueError(f"skill must be between 0 and 1, not {skill}")
        self._random = random.Random(seed)
        self._skill = skill
        self._forget()

    def _forget(self) -> None:
        self._open = ""  # the product that is open
        self._clicked: set[str] = set()
        self._fit: dict[str, float] = {}  # product -> how well it fits, of those turned down
        self._careless = False

    def __call__(self, observation: str) -> str:
        """Return the action for an observation."""
        sight = _see(observation)
        if sight.page == "index":
            self._forget()
            return f"search[{self._query(sight.instruction)}]"
        if sight.page == "results":
            return self._choose_product(sight)
        if sight.page == "item":
            return self._choose_options(sight)
        return "click[< Prev]"

    def _chance(self) -> bool:
        """Whether this decision is left to chance."""
        return self._random.random() >= self._skill

    def _query(self, instruction: str) -> str:
        words = _words(instruction)
        if self._chance():
            words = self._random.sample(words, k=min(len(words), 2))
        return " ".join(words) or "gift"

    def _choose_product(self, sight: _Sight) -> str:
        self._clicked = set()
        if not sight.products:
            return "click[Back to Search]"
        if self._chance():
            return self._visit(self._random.choice(sight.products)[0])
        bound = _bound(sight.instruction)
        known = Counter(word for _, title, _ in sight.products for word in set(_words(title)))
        wanted = set(_words(sight.instruction))
        best, choice = -1.0, sight.products[0][0]
        for rank, (asin, title, price) in enumerate(sight.products):
            if asin in self._fit and len(self._fit) <= _PATIENCE:
                continue
            # Rare words among the results tell more; the search has ranked by the whole text.
            fit = sum(1 / known[word] for word in wanted & set(_words(title))) + 3 / (rank + 1)
            fit += 10 * self._fit.get(asin, 0.0)
            if _lowest(price) > bound:
                fit /= 10
            if fit > best:
                best, choice = fit, asin
        return self._visit(choice)

    def _visit(self, asin: str) -> str:
        self._open = asin
        self._careless = False
        return f"click[{asin}]"

    def _choose_options(self, sight: _Sight) -> str:
        if not self._clicked and self._chance():
            self._careless = True
        groups: dict[str, list[str]] = {}
        for name, value in sight.values:
            groups.setdefault(name, []).append(value)
        picks = [_pick(values, sight.instruction) for values in groups.values()]
        if self._careless:
            picks = [self._random.choice(values) for values in groups.values()]
            picks = picks[: self._random.randint(0, len(picks))] if not self._clicked else []
        fitting = [value for value in picks if value]
        if not self._careless and not self._clicked:
            self._note_fit(sight, len(fitting), len(groups))
            if len(self._fit) < _PATIENCE and self._fit[self._open] < 1.0:
                return "click[< Prev]"
        for value in fitting:
            if value not in self._clicked:
                self._clicked.add(value)
                return f"click[{value}]"
        return "click[Buy Now]"

    def _note_fit(self, sight: _Sight, fitting: int, groups: int) -> None:
        asked = len(re.findall(r"\b(?:color|size|style|flavor|scent|fit type)", sight.instruction))
        wanted = min(groups, asked) if asked else groups
        self._fit[self._open] = 1.0 if fitting >= wanted else fitting / wanted


# ---------------------------------------------------------------- reading


def _words(text: str) -> list[str]:
    """Return the telling words of an instruction or a title, in order, each once."""
    text = _PRICE_CLAUSE.sub("", text).lower()
    found = (word for word in _WORD.findall(text) if word not in _FILLER)
    return list(dict.fromkeys(found))


def _bound(instruction: str) -> float:
    found = _BOUND.findall(instruction.lower())
    return float(found[-1]) if found else float("inf")


def _lowest(price: str) -> float:
    """Return the lower price of "$12.98" or "$19.99 to $27.99"; 0 where there is none."""
    return min((float(p) for p in re.findall(r"\d+(?:\.\d+)?", price)), default=0.0)


def _pick(values: Sequence[str], instruction: str) -> str:
    """Return the value that the instruction names, the longest of several; empty if none."""
    text = instruction.lower()
    named = [
        value
        for value in values
        if value and re.search(rf"(?<![\w-]){re.escape(value)}(?![\w-])", text)
    ]
    if named:
        return max(named, key=len)
    wanted = set(_words(instruction))
    best, choice = 0.0, ""
    for value in values:
        words = set(_words(value))
        # A number that is not asked for makes another value of it.
        if any(word[0].isdigit() for word in words - wanted):
            continue
        share = len(words & wanted) / max(1, len(words))
        if share > best:
            best, choice = share, value
    return choice if best >= 0.5 else ""


def _see(observation: str) -> _Sight:
    """Read an observation of any view."""
    if observation.startswith("<!DOCTYPE"):
        reader = _HtmlReader()
        reader.feed(observation)
        return _from_parts(reader.parts)
    if observation.startswith("\nObservation:\n"):
        return _from_archer(observation)
    if " [SEP] " in observation:
        return _from_parts([("", part) for part in observation.split(" [SEP] ")])
    return _from_parts(list(_rich_parts(observation)))


def _rich_parts(observation: str) -> Iterable[tuple[str, str]]:
    for line in observation.split("\n"):
        match = _RICH_BUTTON.fullmatch(line)
        if match is None:
            yield "text", line
        else:
            yield ("option" if match[1] else "button"), match[3]


class _HtmlReader(HTMLParser):
    """Collects the visible texts and what they are."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[tuple[str, str]] = []
        self._kind = "text"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._kind = {"label": "option", "button": "button", "a": "button"}.get(tag, "text")

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.parts.append((self._kind, data))


def _from_parts(parts: list[tuple[str, str]]) -> _Sight:
    """Read a page whose texts stand in order; the kind is empty where the view hides it."""
    texts = [text.strip() for _, text in parts]
    if "Thank you for shopping with us!" in texts:
        return _Sight("done", "")
    start = texts.index("Instruction:")
    instruction = texts[start + 1]
    if texts[start + 2] == "Search":
        return _Sight("index", instruction)
    body, kinds = texts[start + 3 :], [kind for kind, _ in parts[start + 3 :]]
    if body[0].startswith("Page "):
        products = [
            (text, *body[i + 1 : i + 3])
            for i, text in enumerate(body)
            if _ASIN.fullmatch(text) and i + 2 < len(body)
        ]
        return _Sight("results", instruction, [(a, t, p) for a, t, p in products])
    if "Buy Now" not in body:
        return _Sight("sub", instruction)
    end = max(i for i, text in enumerate(body) if text.startswith("Price: "))
    sight = _Sight("item", instruction, title=body[end - 1])
    name = ""
    for text, kind in zip(body[1 : end - 1], kinds[1 : end - 1], strict=True):
        if kind == "text" or (kind == "" and set(text.split()) <= _NAMES):
            name = text
        elif kind == "option" or name:
            sight.values.append((name, text))
    return sight


def _from_archer(observation: str) -> _Sight:
    history, _, instruction = observation.rpartition("\nInstruction:\n")
    instruction = instruction.strip()
    answers = [part.split("\nAction:\n")[0] for part in history.split("\nObservation:\n")]
    shown = next(
        (a for a in reversed(answers) if "[Back to Search]" in a or "\n[Search]" in a), answers[-1]
    )
    lines = [line.strip() for line in shown.split("\n") if line.strip()]
    if "[Search]" in lines:
        return _Sight("index", instruction)
    if len(lines) > 1 and lines[1].startswith("Page "):
        products = [
            (line[1:-1], lines[i + 1], lines[i + 2])
            for i, line in enumerate(lines)
            if _ASIN.fullmatch(line[1:-1]) and i + 2 < len(lines)
        ]
        return _Sight("results", instruction, products)
    if "[Buy Now]" not in lines:
        return _Sight("sub", instruction)
    end = max(i for i, line in enumerate(lines) if line.startswith("Price: "))
    sight = _Sight("item", instruction, title=lines[end - 1])
    for line in lines[2 : end - 1]:
        match = _ARCHER_VALUES.fullmatch(line)
        if match is not None and match[1]:
            values = match[2].strip("[]").replace("[[", "[").replace("]]", "]").split("][")
            sight.values += [(match[1], value) for value in values]
    return sight
