"""Files that may not be shipped: fetched on demand, resumed, and verified before they are used."""

from __future__ import annotations

import contextlib
import hashlib
import http.client
import os
import re
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from pathlib import Path

_BLOCK = 1 << 16


class DownloadError(Exception):
    """No address gave the file; the text says for each of them why."""


def cache_folder() -> Path:
    """Return the folder for downloads.

    ``LLM_GYM_CACHE``, else ``llm_gym`` under ``XDG_CACHE_HOME`` (``~/.cache`` where it is not set).
    """
    own = os.environ.get("LLM_GYM_CACHE")
    if own:
        return Path(own)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "llm_gym"


def sha256(path: Path) -> str:
    """Return the sha256 of the file's bytes in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def fetch(
    urls: Sequence[str],
    digest: str,
    target: Path,
    timeout: float = 30.0,
    size: int | None = None,
    on_progress: Callable[[int], None] | None = None,
) -> Path:
    """Download a file and return its path; nothing is done where it lies there already.

    The bytes are collected in ``<target>.part``. A download that was cut off goes on from there,
    at another address if need be. Only a file with the right digest is moved to ``target``, so that
    it is never seen half or wrong.

    Args:
        urls: addresses of the same bytes, tried in this order.
        digest: sha256 of the file, in hexadecimal.
        target: where the file shall lie; its folder is made.
        timeout: seconds to wait for the next byte.
        size: bytes of the file, where known: an address that announces another number is passed
            over before anything is written.
        on_progress: called with the number of bytes that are there, as they come.

    Raises:
        DownloadError: no address gave the file.
    """
    if target.is_file() and sha256(target) == digest:
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f"{target.name}.part")
    reasons = []
    for url in urls:
        try:
            resumed = part.exists()
            found = _receive(url, part, timeout, size, on_progress)
            if found != digest and resumed:  # what was there may have been wrong, not this address
                part.unlink()
                found = _receive(url, part, timeout, size, on_progress)
        except (OSError, ValueError, http.client.HTTPException) as error:
            reasons.append(f"{url}: {error}")
            continue
        if found == digest:
            os.replace(part, target)
            return target
        part.unlink()
        reasons.append(f"{url}: its sha256 is {found}")
    raise DownloadError(f"could not download {target.name} ({'; '.join(reasons)})")


def _receive(
    url: str,
    part: Path,
    timeout: float,
    size: int | None,
    on_progress: Callable[[int], None] | None,
) -> str:
    """Add to ``part`` what is missing of the bytes at ``url``; return the sha256 of the whole."""
    if not url.startswith(("http://", "https://")):
        raise ValueError("only http and https addresses can be downloaded")
    have = part.stat().st_size if part.exists() else 0
    request = urllib.request.Request(url, headers={"User-Agent": "llm-gym"})
    if have:
        request.add_header("Range", f"bytes={have}-")
    try:
        response = urllib.request.urlopen(request, timeout=timeout)
    except urllib.error.HTTPError as error:
        with contextlib.closing(error):
            if error.code != 416:  # nothing beyond what is here: the digest tells whether it is all
                raise
        return sha256(part)
    with response:
        begins = re.match(rf"bytes {have}-", response.headers.get("Content-Range") or "")
        goes_on = response.status == 206 and begins is not None
        start = have if goes_on else 0
        if size is not None and response.length not in (None, size - start):
            raise ValueError(f"it has {start + response.length} bytes, not {size}")
        with part.open("ab" if goes_on else "wb") as file:
            while block := response.read(_BLOCK):
                file.write(block)
                if on_progress is not None:
                    on_progress(file.tell())
        missing = response.length
    if missing:
        raise ConnectionError(f"the connection ended {missing} bytes too early")
    return sha256(part)
