"""Which words of a product's title are nouns: the taggers that the reward can use.

The original asks spaCy, with a model that differs between its code and its installation script, so
there is no canonical answer: the tagger is an option and its name stands in ``info``.
"""

from __future__ import annotations

import functools
import importlib
import importlib.util
import re
from collections.abc import Callable
from typing import Any, TypeAlias

Tagger: TypeAlias = Callable[[str], tuple[str, ...]]
"""A title in; its nouns out, lower-cased, in order, repeated as often as they occur."""

_TOKEN = re.compile(r"[A-Za-z]+(?:['\u2019][a-z]+)?|\d+(?:\.\d+)?|\S")  # U+2019: a curly apostrophe
_CLOSED_CLASS = frozenset(
    "a an the and or but nor for of in on at to from with without by as is are was were be been it "
    "its this that these those your you my our his her their which who all any some no not only "
    "each every both either neither into onto over under up down off out per via plus than then so "
    "if".split()
)
_SPACY_MODELS = ("en_core_web_lg", "en_core_web_md", "en_core_web_sm")  # the original's first


@functools.lru_cache(maxsize=1 << 16)
def closed_class_nouns(title: str) -> tuple[str, ...]:
    """Return every word of ``title`` but articles, prepositions, pronouns and their like.

    Titles of products are strings of nouns and adjectives without a verb; against a tagger that
    knows adjectives this rule finds the same type of product in about five of six pairs, see
    ``docs/environments/WebShop-v0.md``.
    """
    words = (token.lower() for token in _TOKEN.findall(title) if token[0].isalpha())
    return tuple(word for word in words if word not in _CLOSED_CLASS)


@functools.cache
def _spacy_pipeline(model: str) -> Any:
    spacy = importlib.import_module("spacy")
    # The tags alone are needed: no parser, no entities.
    return spacy.load(model, exclude=["parser", "ner", "lemmatizer"])


def _spacy_tagger(model: str) -> Tagger:
    @functools.lru_cache(maxsize=1 << 16)
    def nouns(title: str) -> tuple[str, ...]:
        tokens = _spacy_pipeline(model)(title)
        return tuple(token.text.lower() for token in tokens if token.pos_ in ("NOUN", "PROPN"))

    return nouns


@functools.cache
def make_tagger(name: str) -> tuple[str, Tagger]:
    """Return the tagger that ``name`` chooses, and its full name for ``info``.

    Args:
        name: ``"auto"``: spaCy where it and an English model of it are installed, else the embedded
            one; ``"closed-class"``: the embedded one; ``"spacy"`` or ``"spacy:MODEL"``;
            ``"MODULE:FUNCTION"``: a :data:`Tagger` of your own.

    Raises:
        ValueError: there is no such tagger, or spaCy or its model is not installed.
    """
    if name == "closed-class":
        return name, closed_class_nouns
    kind, colon, rest = name.partition(":")
    if name == "auto" or kind == "spacy":
        wanted = (rest,) if colon else _SPACY_MODELS
        if importlib.util.find_spec("spacy") is not None:
            for model in wanted:
                if importlib.util.find_spec(model) is not None:
                    return f"spacy:{model}", _spacy_tagger(model)
        if name == "auto":
            return make_tagger("closed-class")
        raise ValueError(
            f"the tagger {name!r} needs spaCy and one of its English models "
            f"({', '.join(wanted)}); install them or choose 'closed-class'"
        )
    if not (kind and rest):
        raise ValueError(
            f"unknown tagger {name!r}; choose 'auto', 'closed-class', 'spacy', 'spacy:MODEL' "
            "or 'MODULE:FUNCTION'"
        )
    try:
        function: Tagger = getattr(importlib.import_module(kind), rest)
    except (ImportError, AttributeError) as error:
        raise ValueError(f"the tagger {name!r} cannot be imported: {error}") from error
    return name, function
