"""Language models to ask: a small one on disk, a server that does as it is told."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest


def save_model(
    folder: Path, kind: str, seed: int = 0, chat: bool = False, ends: float = 0.0
) -> str:
    """Save a small model with random weights and a tokenizer of bytes; ``ends`` draws a GPT-2 to the end of its answer."""
    torch = pytest.importorskip("torch")
    from tokenizers import Tokenizer, decoders, pre_tokenizers, processors
    from tokenizers.models import BPE
    from transformers import (
        AutoModelForCausalLM,
        AutoModelForSeq2SeqLM,
        GPT2Config,
        PreTrainedTokenizerFast,
        T5Config,
    )
    from transformers.utils import logging

    words = ["<pad>", "</s>", *sorted(pre_tokenizers.ByteLevel.alphabet())]
    inner = Tokenizer(BPE({word: i for i, word in enumerate(words)}, []))
    inner.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    inner.decoder = decoders.ByteLevel()
    inner.add_special_tokens(["<pad>", "</s>"])
    if kind == "t5":
        inner.post_processor = processors.TemplateProcessing(
            single="$A </s>", special_tokens=[("</s>", 1)]
        )
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=inner, eos_token="</s>", pad_token="<pad>" if kind == "t5" else None
    )
    if chat:
        tokenizer.chat_template = (
            "{% for message in messages %}[{{ message['role'] }}] {{ message['content'] }}\n"
            "{% endfor %}[assistant] "
        )
    torch.manual_seed(seed)
    if kind == "t5":
        config = T5Config(
            vocab_size=len(words),
            d_model=16,
            d_kv=8,
            d_ff=32,
            num_layers=1,
            num_heads=2,
            initializer_factor=30.0,
            decoder_start_token_id=0,
        )
        network = AutoModelForSeq2SeqLM.from_config(config)
    else:
        gpt2 = GPT2Config(
            vocab_size=len(words),
            n_embd=16,
            n_layer=1,
            n_head=2,
            n_positions=512,
            initializer_range=1.0,
            bos_token_id=1,
            eos_token_id=1,
        )
        network = AutoModelForCausalLM.from_config(gpt2)
        with torch.no_grad():
            network.transformer.ln_f.bias.add_(ends * network.transformer.wte.weight[1])
    logging.disable_progress_bar()  # what a test reads from the terminal is the command's
    network.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return str(folder)


def save_damaged(folder: Path) -> tuple[str, str]:
    """Save two chat models: one whose file of weights is cut off, one in which a tensor is missing."""
    pytest.importorskip("torch")
    from safetensors.torch import load_file, save_file

    damaged, lacking = (save_model(folder / name, "gpt2", chat=True) for name in ("cut", "lacking"))
    path = Path(damaged) / "model.safetensors"
    path.write_bytes(path.read_bytes()[:100])
    path = Path(lacking) / "model.safetensors"
    weights = load_file(path)
    del weights["transformer.h.0.ln_1.bias"]
    save_file(weights, path, metadata={"format": "pt"})
    return damaged, lacking


KEY = "sk-the-secret"


class Script:
    """A chat completion server that does as it is told.

    Attributes:
        faults: what to do with the next requests instead of answering, in turn.
        requests: the bodies of all requests.
        finish: why the answers end.
        usage: what the server says that a request took.
        reply: from the last message of a request to what is answered.
        together: the most requests that were being answered at once.
    """

    def __init__(self) -> None:
        self.faults: list[str] = []
        self.requests: list[dict[str, Any]] = []
        self.reply: Callable[[str], str] = lambda prompt: "Yes, it is."
        self.seconds = 0.0
        self.finish = "stop"
        self.usage: Any = {"prompt_tokens": 100, "completion_tokens": 4, "total_tokens": 104}
        self.together = self._running = 0
        self._lock = threading.Lock()
        script = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                with script._lock:
                    fault = script.faults.pop(0) if script.faults else ""
                    script.requests.append(body)
                    script._running += 1
                    script.together = max(script.together, script._running)
                try:
                    time.sleep(1.5 if fault == "slow" else script.seconds)
                    self.send(fault, body["messages"][-1]["content"])
                except OSError:
                    pass  # the client has given up
                finally:
                    with script._lock:
                        script._running -= 1

            def send(self, fault: str, prompt: str) -> None:
                if fault == "drop":
                    return
                status = int(fault) if fault.isdigit() else 200
                message: dict[str, Any] = {"role": "assistant", "content": script.reply(prompt)}
                reply: dict[str, Any] = {
                    "id": "1",
                    "object": "chat.completion",
                    "created": 1,
                    "model": "m",
                    "choices": [{"index": 0, "finish_reason": script.finish, "message": message}],
                    "usage": script.usage,
                }
                if fault == "empty":
                    reply["choices"] = []
                if fault == "null":
                    message["content"] = None
                if fault == "cut":
                    reply["choices"][0]["finish_reason"] = "length"
                if status != 200:  # a server that says too much
                    reply = {
                        "error": {"message": f"status {status} {self.headers['authorization']}"}
                    }
                text = "<html>" if fault == "html" else json.dumps(reply)
                data = text[:20].encode() if fault == "torn" else text.encode()
                self.send_response(status)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(data)))
                if status == 429:
                    self.send_header("retry-after", "0.01")
                if status != 200:
                    self.send_header("retry-after-ms", "10")
                self.end_headers()
                for byte in data if fault == "drip" else ():
                    self.wfile.write(bytes([byte]))
                    time.sleep(0.05)
                if fault != "drip":
                    self.wfile.write(data)

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/v1"

    def spec(self, **options: Any) -> dict[str, Any]:
        base: dict[str, Any] = {"kind": "openai", "model": "m", "base_url": self.url}
        base |= {"retries": 2, "backoff": 0.01}
        return base | options
