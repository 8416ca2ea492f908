"""Runs of one's own: where a run reports to and which models it loads is not asked again of whoever has begun it.

Any folder can say that. So a run keeps codes (HMAC) of these names by a key that only this user's machine has: names that
came into the folder in another way have none.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path

from archer_agent.runs.folder import OWN_FILE, write_json
from archer_agent.settings import TrainConfig, is_at_hand, models_of


def remember(run: Path, names: Iterable[str]) -> None:
    """Keep the codes of names in a run's folder."""
    codes = [code for name in names if (code := _code(name)) is not None]
    if new := sorted({*codes} - {*_codes(run)}):
        write_json(run / OWN_FILE, [*_codes(run), *new])


def is_own(run: Path, name: str) -> bool:
    """Tell whether a name was put into a run's folder by a run that this user began.

    Raises:
        ValueError: the file of the codes is damaged.
    """
    code = _code(name)
    return code is not None and any(hmac.compare_digest(each, code) for each in _codes(run))


def remember_models(run: Path, config: TrainConfig) -> None:
    """Keep which models a run was begun with."""
    named = _models(run, config, ("policy", "critic", "adapters"))
    remember(run, (_model(name) for name, _ in named if not is_at_hand(name)))


def check_trust_of_models(
    run: Path, config: TrainConfig, used: Sequence[str], given: Collection[str] = ()
) -> None:
    """Refuse models that would be fetched from a hub, or read from outside, where nobody but the folder names them.

    Args:
        run: the folder.
        config: from it. The models of the environment, such as an oracle's, are looked at in any case.
        used: which others would be loaded by name: "policy", "critic", those that "adapters" in the folder are of.
        given: names that were given by hand.

    Raises:
        ValueError: one needs trust; the message names it.
    """
    for name, place in _models(run, config, used):
        if not (name in given or is_at_hand(name) or is_own(run, _model(name))):
            raise ValueError(
                f"{run} names the model {name!r} {place}, and was begun elsewhere; what a folder names is fetched, or "
                "read from outside of it, only where you say so: name the model too, or --trust-code if you trust "
                "whoever made it"
            )


def _model(name: str) -> str:
    return f"model {name}"


def _models(run: Path, config: TrainConfig, used: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield the models that a run's folder names, and where."""
    for name in models_of(json.loads(config.env_options)):
        yield name, "in --env-options"
    for each in ("policy", "critic"):
        if each in used:
            yield getattr(config.model, each), f"as --model.{each}"
    for path in sorted(run.rglob("adapter_config.json")) if "adapters" in used else ():
        try:
            base = json.loads(path.read_text(encoding="utf-8"))["base_model_name_or_path"]
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            continue  # nothing can be loaded by it, which is said where that is tried
        yield str(base), f"in {path.relative_to(run)}"


def _codes(run: Path) -> list[str]:
    path = run / OWN_FILE
    try:
        codes = json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{path} is damaged ({error}); remove it") from error
    if not isinstance(codes, list) or not all(isinstance(code, str) for code in codes):
        raise ValueError(f"{path} is damaged (it is no list of texts); remove it")
    return codes


def _code(name: str) -> str | None:
    """Return a code that this user alone can make; None where there is no place for a key."""
    state = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")
    path = state / "archer_agent" / "key"
    try:
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            # Under its name the key stands whole, or another process's does.
            beside = path.with_name(f"key-{secrets.token_hex(8)}")
            with open(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(secrets.token_bytes(32))
            with contextlib.suppress(FileExistsError):
                os.link(beside, path)
            beside.unlink()
        key = path.read_bytes()
    except (OSError, RuntimeError):  # the latter where there is no home
        return None
    return hmac.new(key, name.encode(), hashlib.sha256).hexdigest()
