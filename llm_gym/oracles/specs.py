"""From a spec to an oracle: the kinds that there are, and those that are offered for a while."""

from __future__ import annotations

import importlib
import inspect
import json
import types
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Union, cast, get_args, get_origin, get_type_hints

from llm_gym.oracles.protocol import Oracle, OracleFactory, OracleSpec

# Kind -> "module:callable", imported when first asked for.
_BUILT_IN = {
    "knowledge": "llm_gym.oracles.knowledge:make",
    "transformers": "llm_gym.oracles.local_model:make",
    "openai": "llm_gym.oracles.endpoint:make",
    "server": "llm_gym.oracles.client:ServedOracle",
    "noisy": "llm_gym.oracles.noisy:make",
}

_plugged_in: dict[str, OracleFactory] = {}
_shared: dict[tuple[str, str], Oracle] = {}


def make(spec: OracleSpec, game: str) -> Oracle:
    """Return the oracle that ``spec`` names, for ``game``.

    Everyone in the process who asks for the same spec and game gets the same object: a model is
    loaded once however many environments use it.

    Args:
        spec: a kind (``"knowledge"``), or a mapping with a ``"kind"`` and options for its maker.
        game: the game's name (``"twenty_questions"``).

    Raises:
        ValueError: the spec is not one, or there is no such kind, or the kind does not know the
            game, or the cache file cannot be used.
    """
    if not isinstance(spec, str | Mapping):
        raise ValueError(
            f'an oracle is named by a string or by {{"kind": ..., ...}}, not by {spec!r}'
        )
    options = {"kind": spec} if isinstance(spec, str) else dict(spec)
    kind = options.pop("kind", None)
    if not isinstance(kind, str):
        # Without its values: one may be a secret.
        found = f"a mapping with {', '.join(map(repr, spec)) or 'nothing'}"
        raise ValueError(
            f'an oracle is named by a string or by {{"kind": ..., ...}}, not by {found}'
        )
    key = (json.dumps([kind, options], sort_keys=True), game)
    if key not in _shared:
        _shared[key] = _make_new(kind, game, **options)
    return _shared[key]


def read_spec(text: str) -> OracleSpec:
    """Return the spec that is written on a command line: a JSON object, or a kind as it is.

    Raises:
        ValueError: the text begins like a JSON object but is none.
    """
    if not text.lstrip().startswith("{"):
        return text
    try:
        spec: Mapping[str, Any] = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"the oracle is not valid JSON: {error}") from error
    return spec


def _make_new(
    kind: str, game: str, *, cache: object = None, mode: object = None, **options: Any
) -> Oracle:
    if cache is None:
        if mode is not None:
            raise ValueError(f"the oracle's mode {mode!r} needs a cache: name its file as well")
        factory = _factory(kind)
        _check_options(factory, kind, game, options)
        return factory(game, **options)
    from llm_gym.oracles import cache as caches

    def oracle_behind() -> Oracle:
        return make({"kind": kind, **options}, game)

    mode = "record" if mode is None else mode
    return caches.make(kind, game, options, cache, mode, oracle_behind)


@contextmanager
def use(kind: str, factory: OracleFactory) -> Iterator[str]:
    """Offer an oracle of one's own under the name ``kind`` while the context lasts.

    >>> with llm_gym.use_oracle("mine", lambda game: my_oracle):            # doctest: +SKIP
    ...     env = gymnasium.make("llm_gym/TwentyQuestions-v0", oracle="mine")

    The name is known in this process and in processes forked from it; an oracle that spawned
    processes should find is named by ``"module:callable"`` instead.

    Args:
        kind: a new name.
        factory: called with the game's name and the options of the spec; returns the oracle.

    Raises:
        ValueError: the name is taken.
    """
    if kind in _BUILT_IN or kind in _plugged_in:
        raise ValueError(f"the oracle kind {kind!r} exists already; choose another name")
    _plugged_in[kind] = factory
    try:
        yield kind
    finally:
        del _plugged_in[kind]
        for key in [key for key in _shared if json.loads(key[0])[0] == kind]:
            del _shared[key]


def _check_options(
    factory: OracleFactory, kind: str, game: str, options: Mapping[str, Any]
) -> None:
    """Refuse an option that the oracle's maker does not have; its value may be a secret."""
    try:
        inspect.signature(factory).bind(game, **options)
    except TypeError as error:
        parameters = list(inspect.signature(factory).parameters)[1:]
        raise ValueError(
            f"the oracle {kind!r}: {error}; its options are {', '.join(parameters) or 'none'}"
        ) from error
    if kind in _BUILT_IN:  # what others write may be annotated with more than is meant
        maker: Any = factory
        hints = get_type_hints(maker.__init__ if inspect.isclass(maker) else maker)
        for name, value in options.items():
            if not _is_a(value, hints[name]):
                wanted = " or ".join(map(_type_name, _alternatives(hints[name])))
                raise ValueError(
                    f"the oracle {kind!r}: its option {name} must be {wanted}, not a {type(value).__name__}"
                )


def _alternatives(hint: Any) -> tuple[Any, ...]:
    """Return the types of a union, or the one that there is."""
    return get_args(hint) if get_origin(hint) in (Union, types.UnionType) else (hint,)


def _is_a(value: object, hint: Any) -> bool:
    """Whether a value that may come from JSON is of an annotated type: numbers may be whole, but are no truth values."""
    kinds = [get_origin(each) or each for each in _alternatives(hint)]
    if object in kinds or Any in kinds:
        return True
    if isinstance(value, bool):
        return bool in kinds
    return isinstance(value, tuple(kinds)) or (isinstance(value, int) and float in kinds)


def _type_name(hint: Any) -> str:
    return "None" if hint is type(None) else str((get_origin(hint) or hint).__name__)


def _factory(kind: str) -> OracleFactory:
    if kind in _plugged_in:
        return _plugged_in[kind]
    target = _BUILT_IN.get(kind, kind)
    if ":" not in target:
        known = ", ".join([*_BUILT_IN, *_plugged_in])
        raise ValueError(
            f"unknown oracle kind {kind!r}; choose one of {known}, "
            "or name a callable of your own as 'module:name'"
        )
    module, _, name = target.partition(":")
    try:
        return cast("OracleFactory", getattr(importlib.import_module(module), name))
    except (ImportError, AttributeError) as error:
        raise ValueError(f"the oracle {kind!r} cannot be imported: {error}") from error
