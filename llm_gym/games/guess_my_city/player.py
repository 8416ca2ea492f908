"""A scripted player of Guess My City, of any skill: for demonstrations and as a yardstick."""

from __future__ import annotations

import functools
import math
import random
import re
from collections import Counter
from collections.abc import Sequence

from llm_gym.games.questions import check_player_options, telling_apart
from llm_gym.oracles.knowledge.guess_my_city import GuessMyCityKnowledge
from llm_gym.subjects.cities import CITIES

_REGIONS = (
    "Asia", "Europe", "Africa", "South America", "North America", "East Asia", "Southeast Asia",
    "South Asia", "the Middle East", "Latin America", "the Southern Hemisphere", "Eastern Europe",
)  # fmt: skip
_COUNTRIES = (
    "China", "India", "Indonesia", "Japan", "South Korea", "Brazil", "Colombia", "Pakistan",
    "Turkey", "Egypt", "Iran", "the United States", "Russia",
)  # fmt: skip
_LOCATED = (
    "Is your hometown located in {}?",
    "Is your city in {}?",
    "Is the city you are from located in {}?",
)
_KNOWN = (
    "Is your city known for its {}?",
    "Is your hometown famous for its {}?",
    "Is the city you are from known for its {}?",
)
_QUALITIES = (
    "beaches", "tea plantations", "film industry", "car industry", "textile industry", "volcano",
    "ancient pyramids", "high altitude", "ceramics", "snowy winters", "skyscrapers", "mosques",
    "cathedral", "hot springs", "colonial architecture", "diamonds", "canals", "beer festival",
    "springs", "ice festival", "coal mining", "city walls", "palaces", "apples", "pearls",
    "kite festival", "botanical garden and rain", "shrimp", "leather industry", "cable car",
)  # fmt: skip
_FREE = (
    ("Is your hometown the capital of its country?", "Is your city a capital city?"),
    ("Is your hometown located on the coast?", "Is your city a coastal city?"),
    ("Is your city located on an island?", "Is your hometown on an island?"),
    ("Does your city have a river flowing through it?", "Is there a major river in your city?"),
    ("Is your city the capital of its province?", "Is your hometown a provincial capital?"),
    ("Is your city located in the northern part of its country?",
     "Is your hometown in the north of its country?"),
    ("Is your city located in the southern part of its country?",
     "Is your hometown in the south of its country?"),
    ("Is your city located in the western part of its country?",
     "Is your hometown in the west of its country?"),
    ("Is your city located in the eastern part of its country?",
     "Is your hometown in the east of its country?"),
    ("Does your city have more than 10 million people?",
     "Is the population of your hometown more than 10 million?"),
    ("Does your city have more than 5 million people?",
     "Is the population of your hometown over 5 million?"),
    ("Does your city have more than 3 million people?",
     "Is the population of your hometown over 3 million?"),
    ("Is Islam the predominant religion in your city?", "Is your city predominantly Muslim?"),
    ("Is Spanish the main language spoken in your city?", "Do people in your city speak Spanish?"),
)  # fmt: skip
_OPEN = (
    ("What is the predominant language spoken in your hometown?", "What language do people speak?"),
    ("What is the predominant religion in your hometown?", "What religion do people practise?"),
)
_GUESSES = ("Is it {}?", "Is your hometown {}?", "Is the city you are from {}?", "Could it be {}?")

POOL: tuple[tuple[str, ...], ...] = (
    *(tuple(form.format(name) for form in _LOCATED) for name in (*_REGIONS, *_COUNTRIES)),
    *(tuple(form.format(name) for form in _KNOWN) for name in _QUALITIES),
    *_FREE,
    *_OPEN,
)
"""The questions to choose from, each in several wordings."""


class CityPlayer:
    """Asks what divides the cities that are left best, and guesses when few are left.

    It compares what it hears with what it knows of each city: a yes or no by its polarity, an open
    answer by its words, so that it also understands an oracle that words its answers otherwise.
    Games that begin alike go differently, since it chooses anew in each; the same seed and observations, in one order,
    always give the same actions.

    Args:
        seed: seed of its choices: of questions and wordings, of what it forgets, and where it errs.
        skill: from 0.0 (asks at random, forgets half of what it hears) to 1.0.
        cities: the cities that may be hidden.
        variety: the most wordings that it uses of one question, or of one guess; None for all.
        repertoire: the most questions that it ever asks, those first that together tell the most pairs of cities apart; None
            for all.

    Raises:
        ValueError: an argument is out of range.
    """

    def __init__(
        self,
        seed: int,
        skill: float = 1.0,
        cities: tuple[str, ...] = CITIES,
        variety: int | None = None,
        repertoire: int | None = None,
    ) -> None:
        if not 0.0 <= skill <= 1.0:
            raise ValueError(f"skill must lie between 0 and 1, not {skill}")
        check_player_options(variety=variety, repertoire=repertoire)
        self.skill = skill
        self._variety = variety
        self._random = random.Random(seed)
        # Always in one order, so that the player of the published cities plays as it ever has.
        self._cities = CITIES if set(cities) == set(CITIES) else cities
        self._pool: Sequence[tuple[str, ...]] = POOL
        if repertoire is not None:
            self._pool = telling_apart(
                POOL, lambda forms: _told(forms[0], self._cities), repertoire
            )

    def __call__(self, observation: str) -> str:
        """Return the next question of the game whose transcript is ``observation``."""
        heard = [line.partition("? ") for line in observation.splitlines()[1:]]
        turns = [(f"{question}?", answer) for question, mark, answer in heard if mark]
        kept = [turn for turn in turns if self._random.random() < 0.5 + self.skill / 2]
        left = likeliest(kept, self._cities)
        guessed = {question for question, _ in turns}
        left = [city for city in left if not _guesses(self._cities[city]) & guessed] or left
        return self._random.choice(self._choose(left, guessed)[: self._variety])

    def _choose(self, left: Sequence[int], asked: set[str]) -> tuple[str, ...]:
        guess = _names(self._cities[self._random.choice(left)])
        if len(left) == 1:
            return guess
        fresh = [forms for forms in self._pool if asked.isdisjoint(forms)]
        if self._random.random() >= self.skill:
            return self._random.choice(fresh) if fresh else guess
        ranked = sorted(
            ((_information(forms[0], left, self._cities), i) for i, forms in enumerate(fresh))
        )
        if not ranked or ranked[-1][0] == 0.0:
            return guess
        # Among questions that tell nearly as much, variety.
        best = [fresh[i] for bits, i in ranked if bits >= 0.6 * ranked[-1][0]]
        return self._random.choice(best)


def likeliest(turns: Sequence[tuple[str, str]], cities: tuple[str, ...] = CITIES) -> list[int]:
    """Return the positions of those of ``cities`` that agree best with what was heard."""
    scores = [0.0] * len(cities)
    for question, answer in turns:
        said = _polarity(answer)
        words = _words(answer)
        for city, known in enumerate(_answers(question, cities)):
            if said is not None and (expected := _polarity(known)) is not None:
                scores[city] -= said != expected
            elif said is None:
                scores[city] -= 1.0 - len(words & _words(known)) / max(len(words), 1)
    return [city for city, score in enumerate(scores) if score >= max(scores) - 1e-9]


def _information(question: str, left: Sequence[int], cities: tuple[str, ...]) -> float:
    """Return how many bits the answer tells about which city of ``left`` it is, one at most.

    No yes or no tells more than one bit; that an open answer counts no more keeps the questions
    various.
    """
    answers = _told(question, cities)
    counts = Counter(answers[city] for city in left)
    return min(1.0, -sum(n / len(left) * math.log2(n / len(left)) for n in counts.values()))


@functools.lru_cache(maxsize=4096)
def _told(question: str, cities: tuple[str, ...]) -> tuple[str, ...]:
    """Return what the answers of a person from each of ``cities`` come to: yes, no, or what is said."""
    return tuple(_polarity(answer) or answer for answer in _answers(question, cities))


@functools.lru_cache(maxsize=4096)
def _answers(question: str, cities: tuple[str, ...]) -> tuple[str, ...]:
    """Return what a person from each of ``cities`` would say."""
    return tuple(_knowledge().answer(cities, [question] * len(cities)))


@functools.cache
def _knowledge() -> GuessMyCityKnowledge:
    return GuessMyCityKnowledge()


@functools.lru_cache(maxsize=8192)
def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", text.lower()))


@functools.lru_cache(maxsize=8192)
def _polarity(answer: str) -> str | None:
    match = re.match(r"\W*(yes|no)\b", answer.lower())
    return match[1] if match else None


@functools.cache
def _names(city: str) -> tuple[str, ...]:
    name = city.partition(",")[0]
    return tuple(form.format(said) for form in _GUESSES for said in (name, city))


@functools.cache
def _guesses(city: str) -> frozenset[str]:
    return frozenset(_names(city))
