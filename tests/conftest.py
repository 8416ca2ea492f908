"""Settings that all tests share."""

import importlib.util
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from model_servers import KEY, Script, save_model

# The same examples in every run, and no verdicts that depend on how busy the machine is.
settings.register_profile("deterministic", derandomize=True, deadline=None)
settings.load_profile("deterministic")


@pytest.fixture(autouse=True, scope="session")
def one_thread() -> None:
    """Models as small as the tests' gain nothing from threads, and lose much where cores are busy."""
    if importlib.util.find_spec("torch"):
        import torch

        torch.set_num_threads(1)


@pytest.fixture(autouse=True, scope="session")
def own_state(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The key by which runs of one's own are known is none of whoever runs the tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))
        yield


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that has come to its end, to be looked at alone."""
    from small_runs import trained

    run = tmp_path_factory.mktemp("finished") / "run"
    assert trained(run) == 0
    return run


@pytest.fixture
def run(finished: Path, tmp_path: Path) -> Path:
    """A finished run of one's own, to damage."""
    return Path(shutil.copytree(finished, tmp_path / "run"))


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> Iterator[Script]:
    pytest.importorskip("openai")
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    script = Script()
    yield script
    script.server.shutdown()
    script.server.server_close()


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """``transformers serve``, a server that is not this project's, with a small chat model."""
    pytest.importorskip("openai")
    pytest.importorskip("torch")
    from transformers.utils.import_utils import is_serve_available

    if not is_serve_available():
        pytest.skip("`transformers serve` needs fastapi and uvicorn")
    model = save_model(tmp_path_factory.mktemp("served"), "gpt2", seed=4, chat=True, ends=0.3)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "transformers.cli.transformers", "serve", model]
    command += ["--port", str(port), "--device", "cpu"]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    try:
        for _ in range(480):
            if server.poll() is not None:
                assert server.stderr is not None
                pytest.fail(f"`transformers serve` ended: {server.stderr.read()[-2000:]}")
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=1).close()
                break
            except OSError:
                time.sleep(0.25)
        else:
            pytest.fail("`transformers serve` does not answer after two minutes")
        yield model, f"http://127.0.0.1:{port}/v1"
    finally:
        server.terminate()
        server.wait(30)
