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

from llm_gym.games.webshop.instruction import price_bound, telling_words

_PRODUCT = re.compile(r"[A-Z0-9]{10}|\d{1,2}")  # an asin, or a place on the page
_RICH_BUTTON = re.compile(r"( *)\[(clicked button|button)\] (.*) \[\2_\]")
_MENU_LINE = re.compile(r"( *)click\[([^\]]*)\] ?(.*?)(?: \((?:chosen|seen)\))?")
_MENU_PRICE = re.compile(r"(.*) (\$[\d.]+(?: to \$[\d.]+)?)")
_ARCHER_VALUES = re.compile(r"(.*?) ?((?:\[.+\])+)")
_NAMES = frozenset(
    "color colour size style flavor name scent fit type pattern item shape material package "
    "quantity shade length capacity finish".split()
)
_GAMES_REMEMBERED = 1 << 14


@dataclass(slots=True)
class Sight:
    """What an observation shows.

    Attributes:
        page: "index", "results", "item", "sub" or "done".
        instruction: what is to be bought.
        products: (asin, title, price) on a page of results.
        values: what can be chosen on an item page, (option name, value), the name empty where the
            view does not tell names from values.
        title: the title on an item page.
        label_of: value, or suggested query -> what it is called, where that is not its text.
    """

    page: str
    instruction: str
    products: list[tuple[str, str, str]] = field(default_factory=list)
    values: list[tuple[str, str]] = field(default_factory=list)
    title: str = ""
    label_of: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class _Memory:
    """What a player remembers of one game since its search page.

    Attributes:
        open: the product that is open.
        clicked: values chosen on its page.
        fit: product -> how well it fits, of those looked at.
        careless: it buys this product without reading.
    """

    open: str = ""
    clicked: set[str] = field(default_factory=set)
    fit: dict[str, float] = field(default_factory=dict)
    careless: bool = False


class ShopPlayer:
    """Searches for the instruction's words, opens what fits best, chooses what is asked, and buys.

    A function of the observations and of its own generator. What it has clicked and turned down
    since the search page it remembers by the game's instruction, since not every view shows that:
    so one player can play many games in turns (of two games with the same instruction at the same
    time it mistakes one for the other).

    Args:
        seed: seed of its own choices.
        skill: 1.0 always does what seems best; at lower skill each decision (words of the query,
            product, options, when to buy) is left to chance with probability ``1 - skill``.
        query_words: the most words of a query, the first ones of the instruction; None for all.
        patience: how many products it turns down before it takes the best of what it saw.

    Raises:
        ValueError: ``skill`` is not between 0 and 1, or one of the numbers is too small.
    """

    def __init__(
        self,
        seed: int,
        skill: float = 1.0,
        query_words: int | None = None,
        patience: int = 3,
    ) -> None:
        if not 0.0 <= skill <= 1.0:
            raise ValueError(f"skill must be between 0 and 1, not {skill}")
        if query_words is not None and (type(query_words) is not int or query_words < 1):
            raise ValueError(
                f"query_words must be at least 1, a whole number, or None, not {query_words!r}"
            )
        if type(patience) is not int or patience < 0:
            raise ValueError(f"patience must be at least 0, a whole number, not {patience!r}")
        self._random = random.Random(seed)
        self._skill = skill
        self._query_words = query_words
        self._patience = patience
        self._memories: dict[str, _Memory] = {}

    def __call__(self, observation: str) -> str:
        """Return the action for an observation."""
        sight = see(observation)
        if sight.page == "index":
            self._remember(sight.instruction)
            if sight.label_of:  # the first suggestion has all words
                labels = list(sight.label_of.values())
                return f"click[{self._random.choice(labels) if self._chance() else labels[0]}]"
            return f"search[{self._query(sight.instruction)}]"
        if sight.page == "results":
            return self._choose_product(sight, self._memory(sight))
        if sight.page == "item":
            return self._choose_options(sight, self._memory(sight))
        return "click[< Prev]"

    def _remember(self, instruction: str) -> _Memory:
        """Begin to remember a game, and forget the oldest of very many."""
        self._memories.pop(instruction, None)
        if len(self._memories) >= _GAMES_REMEMBERED:
            del self._memories[next(iter(self._memories))]
        memory = self._memories[instruction] = _Memory()
        return memory

    def _memory(self, sight: Sight) -> _Memory:
        return self._memories.get(sight.instruction) or self._remember(sight.instruction)

    def _chance(self) -> bool:
        """Whether this decision is left to chance."""
        return self._random.random() >= self._skill

    def _query(self, instruction: str) -> str:
        words = telling_words(instruction)
        if self._chance():
            words = self._random.sample(words, k=min(len(words), 2))
        return " ".join(words[: self._query_words]) or "gift"

    def _choose_product(self, sight: Sight, memory: _Memory) -> str:
        if not sight.products:
            return "click[Back to Search]"
        if self._chance():
            return _visit(self._random.choice(sight.products)[0], memory)
        bound = price_bound(sight.instruction)
        known = Counter(
            word for _, title, _ in sight.products for word in set(telling_words(title))
        )
        wanted = set(telling_words(sight.instruction))
        best, choice = -1.0, sight.products[0][0]
        for rank, (asin, title, price) in enumerate(sight.products):
            if asin in memory.fit and len(memory.fit) <= self._patience:
                continue
            # Rare words among the results tell more; the search has ranked by the whole text.
            fit = sum(1 / known[word] for word in wanted & set(telling_words(title))) + 3 / (
                rank + 1
            )
            fit += 10 * memory.fit.get(asin, 0.0)
            if _lowest(price) > bound:
                fit /= 10
            if fit > best:
                best, choice = fit, asin
        return _visit(choice, memory)

    def _choose_options(self, sight: Sight, memory: _Memory) -> str:
        if not memory.clicked and self._chance():
            memory.careless = True
        groups: dict[str, list[str]] = {}
        for name, value in sight.values:
            groups.setdefault(name, []).append(value)
        picks = [_pick(values, sight.instruction) for values in groups.values()]
        if memory.careless:
            picks = [self._random.choice(values) for values in groups.values()]
            picks = picks[: self._random.randint(0, len(picks))] if not memory.clicked else []
        fitting = [value for value in picks if value]
        if not memory.careless and not memory.clicked:
            memory.fit[memory.open] = _share_met(sight, len(fitting), len(groups))
            if len(memory.fit) < self._patience and memory.fit[memory.open] < 1.0:
                return "click[< Prev]"
        for value in fitting:
            if value not in memory.clicked:
                memory.clicked.add(value)
                return f"click[{sight.label_of.get(value, value)}]"
        return "click[Buy Now]"


def _visit(asin: str, memory: _Memory) -> str:
    memory.open, memory.clicked, memory.careless = asin, set(), False
    return f"click[{asin}]"


def _share_met(sight: Sight, fitting: int, groups: int) -> float:
    """Return the share of the options asked for of which the product offers a fitting value."""
    asked = len(re.findall(r"\b(?:color|size|style|flavor|scent|fit type)", sight.instruction))
    wanted = min(groups, asked) if asked else groups
    return 1.0 if fitting >= wanted else fitting / wanted


# ---------------------------------------------------------------- reading


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
    wanted = set(telling_words(instruction))
    best, choice = 0.0, ""
    for value in values:
        words = set(telling_words(value))
        # A number that is not asked for makes another value of it.
        if any(word[0].isdigit() for word in words - wanted):
            continue
        share = len(words & wanted) / max(1, len(words))
        if share > best:
            best, choice = share, value
    return choice if best >= 0.5 else ""


def see(observation: str) -> Sight:
    """Read an observation of any view."""
    if observation.startswith("<!DOCTYPE"):
        reader = _HtmlReader()
        reader.feed(observation)
        return _from_parts(reader.parts)
    if observation.startswith("\nObservation:\n"):
        return _from_archer(observation)
    if " [SEP] " in observation:
        return _from_parts([("", part) for part in observation.split(" [SEP] ")])
    if "[button_]" in observation or "[clicked button_]" in observation:
        return _from_parts(list(_rich_parts(observation)))
    return _from_menu(observation.split("\n"))


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


def _from_parts(parts: list[tuple[str, str]]) -> Sight:
    """Read a page whose texts stand in order; the kind is empty where the view hides it."""
    texts = [text.strip() for _, text in parts]
    if "Thank you for shopping with us!" in texts:
        return Sight("done", "")
    start = texts.index("Instruction:")
    instruction = texts[start + 1]
    if texts[start + 2] == "Search":
        return Sight("index", instruction)
    body, kinds = texts[start + 3 :], [kind for kind, _ in parts[start + 3 :]]
    if body[0].startswith("Page "):
        products = [
            (text, *body[i + 1 : i + 3])
            for i, text in enumerate(body)
            if _PRODUCT.fullmatch(text) and i + 2 < len(body)
        ]
        return Sight("results", instruction, [(a, t, p) for a, t, p in products])
    if "Buy Now" not in body:
        return Sight("sub", instruction)
    end = max(i for i, text in enumerate(body) if text.startswith("Price: "))
    sight = Sight("item", instruction, title=body[end - 1])
    name = ""
    for text, kind in zip(body[1 : end - 1], kinds[1 : end - 1], strict=True):
        named = text.endswith(":") or set(text.split()) <= _NAMES
        if kind == "text" or (kind == "" and named):
            name = text.removesuffix(":")
        elif kind == "option" or name:
            sight.values.append((name, text))
    return sight


def _from_menu(lines: list[str]) -> Sight:
    heads = [line for line in lines if not line.lstrip().startswith("click[")]
    instruction = next(x for x in heads if x.startswith("Instruction: ")).partition(" ")[2]
    clicks = [match for match in map(_MENU_LINE.fullmatch, lines) if match is not None]
    if "search[words]" in lines:
        return Sight("index", instruction, label_of={each[3]: each[2] for each in clicks})
    if any(line.startswith("Page ") for line in heads):
        described = [(match[2], _MENU_PRICE.fullmatch(match[3])) for match in clicks]
        products = [(label, found[1], found[2]) for label, found in described if found]
        return Sight("results", instruction, products)
    if "click[Buy Now]" not in lines:
        return Sight("sub", instruction)
    price = next(i for i, line in enumerate(heads) if line.startswith("Price: "))
    sight = Sight("item", instruction, title=heads[price - 1])
    name = ""
    for line in lines:
        match = _MENU_LINE.fullmatch(line)
        if match is not None and match[1]:
            value = match[3] or match[2]
            sight.values.append((name, value))
            sight.label_of[value] = match[2]
        elif line.endswith(":"):
            name = line[:-1]
    return sight


def _from_archer(observation: str) -> Sight:
    history, _, instruction = observation.rpartition("\nInstruction:\n")
    instruction = instruction.strip()
    answers = [part.split("\nAction:\n")[0] for part in history.split("\nObservation:\n")]
    shown = next(
        (a for a in reversed(answers) if "[Back to Search]" in a or "\n[Search]" in a), answers[-1]
    )
    lines = [line.strip() for line in shown.split("\n") if line.strip()]
    if "[Search]" in lines:
        return Sight("index", instruction)
    if len(lines) > 1 and lines[1].startswith("Page "):
        products = [
            (line[1:-1], lines[i + 1], lines[i + 2])
            for i, line in enumerate(lines)
            if _PRODUCT.fullmatch(line[1:-1]) and i + 2 < len(lines)
        ]
        return Sight("results", instruction, products)
    if "[Buy Now]" not in lines:
        return Sight("sub", instruction)
    end = max(i for i, line in enumerate(lines) if line.startswith("Price: "))
    sight = Sight("item", instruction, title=lines[end - 1])
    for line in lines[2 : end - 1]:
        match = _ARCHER_VALUES.fullmatch(line)
        if match is not None and match[1]:
            values = match[2].strip("[]").replace("[[", "[").replace("]]", "]").split("][")
            sight.values += [(match[1], value) for value in values]
    return sight
