"""Secrets among settings, which no file of a run keeps and no message tells."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

HIDDEN = "(not kept)"
"""Stands for a secret in the files of a run."""
_ALWAYS = (
    r"[\w-]*(?:password|passwd|passphrase|secret|credential|cookie|authorization|"
    r"(?:api|access|auth|bearer)[_-]?(?:key|token))s?|(?:[\w-]*[_-])?(?:pwd|auth)"
)
_OF_TEXTS = r"(?:[\w-]*[_-])?key|[\w-]*token"
"""Keys whose value is a secret; of these alone where it is a text: ``eos_token: 2`` is none."""
_PASSWORD = re.compile(r"(:/{1,2})[^/?#\s'\"]+@")  # of an address taken for a path, too
_PARAMETER = re.compile(rf"(?<=[?&])((?:{_ALWAYS}|{_OF_TEXTS})=)[^&#\s'\"]+", re.I)


def redacted_text(text: str, secrets: Iterable[str] = ()) -> str:
    """Return text without names and passwords of addresses, and without what these tell under a key such as ``api_key``.

    Args:
        text: any.
        secrets: what shall not stand in it either; a few letters are none, and would take other words with them.
    """
    for secret in sorted(secrets, key=len, reverse=True):
        if len(secret) > 3:
            text = text.replace(secret, HIDDEN)
    return _PARAMETER.sub(rf"\1{HIDDEN}", _PASSWORD.sub(rf"\1{HIDDEN}@", text))


def redacted(value: Any) -> Any:
    """Return JSON values without secrets: what stands under a key such as ``api_key``, and passwords of addresses.

    Settings that are JSON in a text, such as ``env_options``, are looked into.
    """
    if isinstance(value, Mapping):
        return {
            key: HIDDEN if _is_secret(str(key), each) else redacted(each)
            for key, each in value.items()
        }
    if isinstance(value, list):
        return [redacted(each) for each in value]
    if isinstance(value, str):
        inner = _object_in(value)
        kept = redacted(inner)
        return redacted_text(value) if kept == inner else json.dumps(kept)
    return value


def _is_secret(key: str, value: Any) -> bool:
    """Tell whether a key says that its value is a secret."""
    if value is None or isinstance(value, bool) or value in ("", [], {}):
        return False
    names = f"{_ALWAYS}|{_OF_TEXTS}" if isinstance(value, str) else _ALWAYS
    return re.fullmatch(names, key, re.I) is not None


def _object_in(text: str) -> Any:
    """Return the JSON object that a text is; None where it is none."""
    if not text.lstrip().startswith("{"):
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def secrets_in(value: Any) -> Iterator[str]:
    """Yield the texts that `redacted` leaves out for the key under which they stand."""
    if isinstance(value, Mapping):
        for key, each in value.items():
            yield from _texts(each) if _is_secret(str(key), each) else secrets_in(each)
    elif isinstance(value, list):
        for each in value:
            yield from secrets_in(each)
    elif isinstance(value, str):
        yield from secrets_in(_object_in(value))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping | list):
        for each in value.values() if isinstance(value, Mapping) else value:
            yield from _texts(each)
    elif str(value):
        yield str(value)


def redacted_arguments(argv: Sequence[str]) -> list[str]:
    """Return a command line without the secrets in its values."""
    return [f"{flag}{redacted(value)}" for flag, value in _flags_and_values(argv)]


def secrets_of(argv: Sequence[str]) -> list[str]:
    """Return what `secrets_in` finds in the values of a command line."""
    return [secret for _, value in _flags_and_values(argv) for secret in secrets_in(value)]


def _flags_and_values(argv: Sequence[str]) -> Iterator[tuple[str, str]]:
    for argument in argv:
        if argument.startswith("--") and "=" in argument:
            flag, _, value = argument.partition("=")
            yield f"{flag}=", value
        else:
            yield "", argument


def check_secrets(options: str, flag: str, where: str) -> None:
    """Look whether settings are whole, or have come from files that keep no secrets.

    Args:
        options: keyword arguments as a JSON object.
        flag: that gives them.
        where: they are from, for the message.

    Raises:
        ValueError: a secret is missing.
    """
    if HIDDEN in options:
        raise ValueError(
            f"{where} does not keep the secrets in {flag}: give them again, or take them from the environment"
        )
