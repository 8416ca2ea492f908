"""Downloads, from a server on this machine."""

import hashlib
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from llm_gym import cli
from llm_gym.download import DownloadError, fetch
from llm_gym.games.detective import story
from llm_gym.games.webshop import files

DATA = bytes(range(256)) * 1000
DIGEST = hashlib.sha256(DATA).hexdigest()


class Handler(BaseHTTPRequestHandler):
    """``/good`` understands ranges, ``/plain`` does not, ``/cut`` stops in the middle, ..."""

    asked: list[str]

    def do_GET(self) -> None:
        wanted = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range") or "")
        self.asked.append(f"{self.path} {self.headers.get('Range')}")
        if self.path == "/gone":
            return self.send_error(404)
        start = int(wanted[1]) if wanted and self.path in ("/good", "/cut") else 0
        if start >= len(DATA):
            return self.send_error(416)
        body = b"x" * len(DATA) if self.path == "/wrong" else DATA[start:]
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(body)))
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(DATA) - 1}/{len(DATA)}")
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if self.path == "/cut" else body)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def serving(handler: type[Handler], monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setattr(Handler, "asked", [], raising=False)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    with serving(Handler, monkeypatch) as address:
        yield address


def test_the_first_address_that_has_it(server: str, tmp_path: Path):
    target = tmp_path / "new" / "file"
    urls = [f"{server}/gone", f"{server}/wrong", f"{server}/good", f"{server}/plain"]
    assert fetch(urls, DIGEST, target) == target
    assert target.read_bytes() == DATA and [p.name for p in target.parent.iterdir()] == ["file"]
    assert [line.split()[0] for line in Handler.asked] == ["/gone", "/wrong", "/good"]
    fetch(urls, DIGEST, target)
    assert len(Handler.asked) == 3  # it lies there already


@pytest.mark.parametrize("other", ["good", "plain"])
def test_a_download_that_was_cut_off_goes_on(server: str, tmp_path: Path, other: str):
    target = tmp_path / "file"
    with pytest.raises(DownloadError, match=r"file \(.*/cut: .*too early"):
        fetch([f"{server}/cut"], DIGEST, target)
    half = len(DATA) // 2
    assert not target.exists() and (tmp_path / "file.part").stat().st_size == half
    fetch([f"{server}/{other}"], DIGEST, target)
    assert target.read_bytes() == DATA and Handler.asked[-1] == f"/{other} bytes={half}-"


def test_what_lies_there_may_be_wrong_or_whole(server: str, tmp_path: Path):
    target, part = tmp_path / "file", tmp_path / "file.part"
    for begun in (b"y" * 10, b"y" * len(DATA), DATA):
        part.write_bytes(begun)
        fetch([f"{server}/good"], DIGEST, target)
        assert target.read_bytes() == DATA and not part.exists()
        target.write_bytes(b"broken")


def test_nothing_wrong_is_ever_put_in_place(server: str, tmp_path: Path):
    with pytest.raises(DownloadError, match=r"wrong: its sha256 is .*; ftp://x: only http"):
        fetch([f"{server}/wrong", "ftp://x"], DIGEST, tmp_path / "file")
    assert list(tmp_path.iterdir()) == []


def test_the_command(
    server: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    monkeypatch.setenv("LLM_GYM_CACHE", str(tmp_path))
    assert cli.main(["download", "detective", "--url", f"{server}/good"]) == 2
    error = capsys.readouterr().err
    assert "could not download detective.z5" in error and error.count("\n") == 1
    monkeypatch.setattr(story, "SHA256", DIGEST)
    assert cli.main(["download", "detective", "--url", f"{server}/gone", f"{server}/good"]) == 0
    assert story.default_path().read_bytes() == DATA
    assert str(story.default_path()) in capsys.readouterr().out


def test_another_size_is_passed_over_before_anything_is_lost(server: str, tmp_path: Path):
    part = tmp_path / "file.part"
    part.write_bytes(DATA[:1000])
    with pytest.raises(DownloadError, match=f"plain: it has {len(DATA)} bytes, not 7"):
        fetch([f"{server}/plain"], DIGEST, tmp_path / "file", size=7)
    assert part.read_bytes() == DATA[:1000]
    seen: list[int] = []
    fetch([f"{server}/good"], DIGEST, tmp_path / "file", size=len(DATA), on_progress=seen.append)
    assert seen == sorted(seen) and seen[0] > 1000 and seen[-1] == len(DATA)


class ShopHandler(Handler):
    """Serves the three small files of a shop; items are cut off when first asked for."""

    cut: bool

    def do_GET(self) -> None:
        name = self.path.rpartition("/")[2]
        self.path = "/good"
        if name == "items_shuffle_1000.json" and self.cut:
            type(self).cut, self.path = False, "/cut"
        if name == "items_ins_v2_1000.json" and "Range" not in self.headers:
            self.path = "/plain"
        super().do_GET()


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setattr(ShopHandler, "cut", True, raising=False)
    with serving(ShopHandler, monkeypatch) as address:
        yield f"{address}/shop/"


NAMES = ("items_shuffle_1000.json", "items_ins_v2_1000.json", "items_human_ins.json")


def test_the_files_of_the_shop(
    shop: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    monkeypatch.setenv("LLM_GYM_CACHE", str(tmp_path))
    folder = files.default_folder()
    command = ["download", "webshop", "--url", shop]
    # These are not the published bytes: refused by their size, nothing is written.
    assert cli.main(command) == 2
    error = capsys.readouterr().err
    assert f"it has {len(DATA)} bytes, not 4467013" in error and error.count("\n") == 1
    assert list(folder.iterdir()) == []
    # The user may say what the right bytes are. The first file is cut off, and goes on.
    command += ["--sha256", *(f"{name}={DIGEST}" for name in NAMES)]
    ShopHandler.cut = True
    assert cli.main(command) == 2
    assert "too early" in capsys.readouterr().err
    assert [path.name for path in folder.iterdir()] == ["items_shuffle_1000.json.part"]
    assert cli.main(command) == 0
    assert Handler.asked[-3] == f"/good bytes={len(DATA) // 2}-"
    out = capsys.readouterr().out
    for argument, name in zip(("items", "attributes", "human_instructions"), NAMES, strict=True):
        assert (folder / name).read_bytes() == DATA
        assert f"{argument}='{folder / name}'" in out
    before = len(Handler.asked)
    assert cli.main(command) == 0 and len(Handler.asked) == before  # nothing is fetched twice


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (f"items.json={DIGEST}", "no file to download is called 'items.json'"),
        ("items_human_ins.json=abc", "must be 64 hexadecimal digits"),
        ("items_human_ins.json", "must be 64 hexadecimal digits"),
    ],
)
def test_hashes_of_ones_own_are_checked(
    given: str, message: str, capsys: pytest.CaptureFixture[str]
):
    assert cli.main(["download", "webshop", "--sha256", given]) == 2
    assert message in capsys.readouterr().err


def test_the_known_addresses_are_pinned():
    for wanted in files.FILES.values():
        for file in wanted:
            assert re.fullmatch("[0-9a-f]{64}", file.sha256) and file.size > 0
            assert all(url.startswith("https://") for url in file.urls)
            assert file.urls[0].endswith(f"/{file.name}")
