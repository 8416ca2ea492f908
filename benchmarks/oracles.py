"""Speed of the oracles: answers per second, one by one against together, in the same run.

    python benchmarks/oracles.py [--model FOLDER_OR_ID] [--json]

Kinds: the embedded knowledge; a local model of the transformers library (without ``--model`` one of
flan-t5-small's shape with random weights: the same work per token, answers without sense); an
endpoint, here a local server that takes 20 ms a request, so that what is measured is the client.
Last, the vector environment: 32 games with an oracle that takes 20 ms a call, against the same 32
games played one after another. Every figure is the median of three runs taken in turn.
"""

import argparse
import json
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import gymnasium

from llm_gym import oracles

ID = "llm_gym/TwentyQuestions-v0"
GAME = "twenty_questions"
SUBJECTS = ("piano", "dog", "tennis ball", "paper")
QUESTIONS = (
    "Is it a living thing?",
    "Is it something that people use in the kitchen?",
    "Is it bigger than a car?",
    "Can you hold it in one hand?",
    "Does it need electricity?",
)
REPEATS = 3
LATENCY = 0.02


class Slow:
    """Says no, after 20 ms a call, however many questions."""

    def __init__(self, game: str) -> None:
        pass

    def answer(self, subjects: Sequence[str], questions: Sequence[str]) -> list[str]:
        """Answer every question with no."""
        time.sleep(LATENCY)
        return ["No."] * len(questions)


class Handler(BaseHTTPRequestHandler):
    """A chat completion endpoint that says no after 20 ms."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1  # one packet for headers and body
    disable_nagle_algorithm = True

    def do_POST(self) -> None:
        """Answer."""
        self.rfile.read(int(self.headers["content-length"]))
        time.sleep(LATENCY)
        message = {"role": "assistant", "content": "No."}
        choice = {"index": 0, "finish_reason": "stop", "message": message}
        head = {"id": "1", "object": "chat.completion", "created": 1, "model": "m"}
        data = json.dumps({**head, "choices": [choice]}).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: Any) -> None:
        """Stay silent."""


def save_random_t5(folder: str) -> str:
    """Save a T5 of flan-t5-small's shape with random weights and a tokenizer of bytes."""
    from tokenizers import Tokenizer, decoders, pre_tokenizers
    from tokenizers.models import BPE
    from transformers import AutoModelForSeq2SeqLM, PreTrainedTokenizerFast, T5Config

    words = ["<pad>", "</s>", *sorted(pre_tokenizers.ByteLevel.alphabet())]
    inner = Tokenizer(BPE({word: i for i, word in enumerate(words)}, []))
    inner.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    inner.decoder = decoders.ByteLevel()
    config = T5Config(
        d_ff=1024,
        num_layers=8,
        num_heads=6,
        feed_forward_proj="gated-gelu",
        decoder_start_token_id=0,
    )
    AutoModelForSeq2SeqLM.from_config(config).save_pretrained(folder)
    PreTrainedTokenizerFast(
        tokenizer_object=inner, eos_token="</s>", pad_token="<pad>"
    ).save_pretrained(folder)
    return folder


def answers(spec: oracles.OracleSpec, number: int, batch: int) -> Callable[[], float]:
    """Return a run that has ``number`` questions answered in batches: answers per second."""
    oracle = oracles.make(spec, GAME)
    subjects = [SUBJECTS[i % len(SUBJECTS)] for i in range(number)]
    questions = [QUESTIONS[i % len(QUESTIONS)] for i in range(number)]

    def run() -> float:
        start = time.perf_counter()
        for i in range(0, number, batch):
            oracle.answer(subjects[i : i + batch], questions[i : i + batch])
        return number / (time.perf_counter() - start)

    return run


def one_by_one(games: int, turns: int) -> Callable[[], float]:
    """Return a run that plays the games one after another: steps per second."""
    env = gymnasium.make(ID, oracle="slow")

    def run() -> float:
        start = time.perf_counter()
        for seed in range(games):
            env.reset(seed=seed)
            for i in range(turns):
                env.step(QUESTIONS[i])
        return games * turns / (time.perf_counter() - start)

    return run


def together(games: int, turns: int) -> Callable[[], float]:
    """Return a run that plays the same games side by side: steps per second, of all together."""
    envs = gymnasium.make_vec(ID, games, vectorization_mode="vector_entry_point", oracle="slow")

    def run() -> float:
        start = time.perf_counter()
        envs.reset(seed=0)
        for i in range(turns):
            envs.step([QUESTIONS[i]] * games)
        return games * turns / (time.perf_counter() - start)

    return run


def compare(model: str, url: str) -> list[dict[str, object]]:
    """Run every comparison; the first way of each is the plain one."""
    local = {"kind": "transformers", "model": model}
    far = {"kind": "openai", "model": "m", "base_url": url, "concurrency": 32}
    comparisons: dict[str, dict[str, Callable[[], float]]] = {
        "answers/s, knowledge": {
            "one by one": answers("knowledge", 4_000, 1),
            "batches of 32": answers("knowledge", 4_000, 32),
        },
        "answers/s, transformers": {
            "one by one": answers(local, 8, 1),
            "batches of 32": answers(local, 64, 32),
        },
        "answers/s, openai, 20 ms a request": {
            "one by one": answers(far, 32, 1),
            "batches of 32": answers(far, 320, 32),
        },
        "steps/s, 20 ms a call": {
            "32 games one after another": one_by_one(32, 5),
            "TextVectorEnv, 32 games": together(32, 5),
        },
    }
    rows: list[dict[str, object]] = []
    for what, ways in comparisons.items():
        taken: dict[str, list[float]] = {way: [] for way in ways}
        for _ in range(REPEATS):
            for way, run in ways.items():
                taken[way].append(run())
        plain = statistics.median(next(iter(taken.values())))
        for way, figures in taken.items():
            figure = statistics.median(figures)
            rows.append(
                {
                    "what": what,
                    "way": way,
                    "per second": round(figure, 1),
                    "ratio": round(figure / plain, 1),
                }
            )
    return rows


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", help="hub id or folder of the local model")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}/v1"
    with tempfile.TemporaryDirectory() as folder, oracles.use("slow", Slow):
        rows = compare(arguments.model or save_random_t5(folder), url)
    if arguments.json:
        print(json.dumps(rows, indent=1))
        return
    for row in rows:
        print(f"{row['what']:<36} {row['way']:<28} {row['per second']:>12,} {row['ratio']:>7}x")


if __name__ == "__main__":
    main()
