"""The original's data files: what they are, where they can be had, and how to fetch them.

Their sizes and hashes are those that several independent users of WebShop publish; that of
``items_ins_v2_1000.json`` was computed from the file. The addresses are a copy on Hugging Face, at a
fixed revision, and the Google Drive files that the original's ``setup.sh`` names. The texts are
listings of a shop, collected by the authors of WebShop: they are downloaded, not passed on.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from llm_gym import download

Products = Literal["1000", "all"]

MIRROR = (
    "https://huggingface.co/datasets/YWZBrandon/webshop-data/resolve/"
    "ce990fff5aee388db2706f07820c578ab68e0453/"
)


@dataclass(frozen=True, slots=True)
class DataFile:
    """One file of the original.

    Attributes:
        name: its name, there and here.
        size: in bytes.
        sha256: of its bytes, in hexadecimal.
        drive: its id on Google Drive.
    """

    name: str
    size: int
    sha256: str
    drive: str

    @property
    def urls(self) -> tuple[str, ...]:
        """Its known addresses."""
        drive = "https://drive.usercontent.google.com/download?export=download&confirm=t&id="
        return MIRROR + self.name, drive + self.drive


_HUMAN = DataFile(
    "items_human_ins.json",
    5_137_548,
    "cf78667548a71786e1d9049c24b802e48e1084ad4bb021cae56ce1f6d96954a3",
    "14Kb5SPBk_jfdLZ_CDBNitW98QLDlKR5O",
)
FILES: Mapping[Products, tuple[DataFile, DataFile, DataFile]] = {
    "1000": (
        DataFile(
            "items_shuffle_1000.json",
            4_467_013,
            "30a4765c3a327af72d9a9a95a6b2486d516f0fa1d3ecd83681901ce82a21b269",
            "1EgHdxQ_YxqIQlvvq5iKlCrkEKR6-j0Ib",
        ),
        DataFile(
            "items_ins_v2_1000.json",
            147_099,
            "f88a36314a397b53b3d9c3fa5878e5f7b26d35019a51ec83fbedeca61a948f6f",
            "1IduG0xl544V_A_jv3tHXC0kyFi7PnyBu",
        ),
        _HUMAN,
    ),
    "all": (
        DataFile(
            "items_shuffle.json",
            5_479_720_229,
            "2ef591d65df3af89e972ab72468eb82cbf124d876552d9f3678667edd620a6c8",
            "1A2whVgOO0euk5O13n2iYDM0bQRkkRduB",
        ),
        DataFile(
            "items_ins_v2.json",
            186_295_270,
            "1d36af476bdb8f82a5da62bd8acdabe54cd8de2fa84010d37da5c4890feb447e",
            "1s2j6NgHljiZzQNL3veZaAiyW_qDEgBNi",
        ),
        _HUMAN,
    ),
}
"""Items, attributes and human instructions, of 1,000 products or of all 1.18 million."""


def default_folder() -> Path:
    """Return where ``llm-gym download webshop`` puts the files."""
    return download.cache_folder() / "webshop-files"


def fetch(
    products: Products = "1000",
    bases: Sequence[str] = (),
    hashes: Sequence[str] = (),
    to: Path | None = None,
    on_progress: Callable[[str, int, int | None], None] | None = None,
) -> tuple[Path, Path, Path]:
    """Download the files of a catalogue, each verified, resumed and only put in place whole.

    Args:
        products: how large a catalogue: ``"1000"`` (10 MB) or ``"all"`` (5.7 GB).
        bases: addresses of folders that hold the files, tried in this order instead of the known
            addresses.
        hashes: ``"NAME=SHA256"``: accept these bytes as the file of that name in place of the
            published ones (another edition, say).
        to: the folder for the files; None for :func:`default_folder`.
        on_progress: called with a file's name, the bytes that are there, and its size where known.

    Returns:
        The paths of items, attributes and human instructions.

    Raises:
        DownloadError: no address gave the right bytes of a file.
        ValueError: a hash is malformed or of no file of this catalogue.
    """
    files = FILES[products]
    own = _read_hashes(hashes, [file.name for file in files])
    folder = to or default_folder()
    paths = []
    for file in files:
        urls = [f"{base.rstrip('/')}/{file.name}" for base in bases] or file.urls
        size = None if file.name in own else file.size

        def tell(done: int, name: str = file.name, size: int | None = size) -> None:
            if on_progress is not None:
                on_progress(name, done, size)

        digest = own.get(file.name, file.sha256)
        paths.append(download.fetch(urls, digest, folder / file.name, size=size, on_progress=tell))
    items, attributes, human = paths
    return items, attributes, human


def _read_hashes(hashes: Sequence[str], names: Sequence[str]) -> dict[str, str]:
    own = {}
    for given in hashes:
        name, _, digest = given.partition("=")
        if name not in names:
            raise ValueError(
                f"no file to download is called {name!r}; there are {', '.join(names)}"
            )
        if not re.fullmatch(r"[0-9a-fA-F]{64}", digest):
            raise ValueError(f"the sha256 of {name} must be 64 hexadecimal digits, not {digest!r}")
        own[name] = digest.lower()
    return own
