"""Search of the WebShop catalogue: time per query, memory, size on disk, time to build and open.

    python benchmarks/webshop_search.py                 # the embedded shop's products, 1,000 and 100,000
    python benchmarks/webshop_search.py --documents 1181430   # an index of made-up documents alone

Products are those of the embedded catalogue, more of each kind, and the queries its instructions.
Making 1.18 million of them takes long, so `--documents` draws word counts like those of the original's
listings instead (107 words each, 1,000,000 different words by a Zipf-Mandelbrot law whose most
common word is in about a third of the documents), and queries of 2 to 15 words from the documents. Each
size is opened and searched in a process of its own, whose memory is reported.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from llm_gym.games.webshop.analysis import terms
from llm_gym.games.webshop.catalog import Catalog
from llm_gym.games.webshop.generate import generate_products
from llm_gym.games.webshop.index import Index, IndexBuilder

KINDS = 60
WORDS = 1_000_000
WORDS_PER_DOCUMENT = 107
QUERIES = 500


def memory() -> dict[str, float]:
    """This process's memory in MiB: its own, and all that is mapped and resident."""
    fields = {}
    for line in Path("/proc/self/smaps_rollup").read_text().splitlines()[1:]:
        name, value = line.split(":")
        fields[name] = int(value.split()[0]) / 1024
    own = fields["Private_Dirty"] + fields.get("Swap", 0)
    return {"private_mib": round(own), "resident_mib": round(fields["Rss"])}


def time_queries(search: Callable[[str], object], queries: list[str]) -> dict[str, float]:
    """Milliseconds per query, each asked twice so that the index has been read once.

    Processor time, which a busy machine does not stretch, and the median of the wall clock.
    """
    for query in queries:
        search(query)
    times, wall = [], []
    for query in queries:
        start, started = time.thread_time(), time.perf_counter()
        search(query)
        times.append(1e3 * (time.thread_time() - start))
        wall.append(1e3 * (time.perf_counter() - started))
    return {
        "mean_ms": round(float(np.mean(times)), 3),
        "median_ms": round(float(np.median(times)), 3),
        "p95_ms": round(float(np.percentile(times, 95)), 3),
        "max_ms": round(max(times), 3),
        "wall_median_ms": round(float(np.median(wall)), 3),
    }


def zipf_documents(count: int, rng: np.random.Generator) -> np.ndarray:
    """(count, words) word numbers."""
    weights = 1.0 / (np.arange(WORDS) + 30.0) ** 1.05
    bounds = np.cumsum(weights / weights.sum())
    return np.searchsorted(bounds, rng.random((count, WORDS_PER_DOCUMENT), np.float32))


def build_documents(count: int, folder: Path) -> None:
    builder = IndexBuilder()
    rng = np.random.default_rng(0)
    # What `add` does, for ten thousand documents at a time.
    queries: list[str] = []
    number_of = np.full(WORDS + 1, -1)
    for start in range(0, count, 10_000):
        rows = zipf_documents(min(10_000, count - start), rng)
        keys = np.arange(len(rows))[:, None] * (WORDS + 1) + rows
        unique, counts = np.unique(keys, return_counts=True)
        documents, words = np.divmod(unique, WORDS + 1)
        # Words get their numbers when they first occur.
        new = np.setdiff1d(words, seen := np.flatnonzero(number_of >= 0))
        number_of[new] = np.arange(len(seen), len(seen) + len(new))
        builder._numbers.update((f"w{word}", int(number_of[word])) for word in new.tolist())
        builder._terms.frombytes(number_of[words].astype(np.uint32).tobytes())
        builder._counts.frombytes(counts.astype(np.uint16).tobytes())
        builder._sizes.frombytes(np.bincount(documents).astype(np.uint32).tobytes())
        builder._lengths.frombytes(np.full(len(rows), rows.shape[1], np.uint32).tobytes())
        for row in rows[: QUERIES - len(queries)].tolist():
            queries.append(" ".join(f"w{word}" for word in row[: rng.integers(2, 16)]))
    builder.write(folder, rng.permutation(count), np.arange(count))
    (folder / "queries.json").write_text(json.dumps(queries))


def build_products(count: int, folder: Path) -> None:
    per_kind = -(-count // KINDS)
    catalog = Catalog.from_products(generate_products(per_kind), f"benchmark {count}", folder)
    goals, _ = catalog.goals("human")
    step = max(1, len(goals) // QUERIES)
    queries = [goal.instruction_text for goal in goals[::step]][:QUERIES]
    (folder / "queries.json").write_text(json.dumps(queries))


def measure(count: int, folder: Path, documents: bool) -> None:
    """Open what was built and print what searching it takes."""
    queries = json.loads((folder / "queries.json").read_text())
    before = memory()["private_mib"]
    start = time.perf_counter()
    if documents:
        index = Index(folder)
        opened = time.perf_counter() - start
        result = time_queries(lambda query: index.search(terms(query), 50), queries)
    else:
        catalog = Catalog.from_products([], f"benchmark {count}", folder)
        opened = time.perf_counter() - start
        catalog.search("warm up")
        # Not through `search`, which remembers recent queries.
        result = time_queries(
            lambda query: catalog._store.index.search(terms(query.lower()), 50), queries
        )
    used = memory()
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    report = {
        "what": "documents" if documents else "products",
        "count": count,
        "open_ms": round(1e3 * opened, 1),
        **result,
        "private_added_mib": used["private_mib"] - before,
        "resident_mib": used["resident_mib"],
        "disk_mib": round(size / 2**20, 1),
    }
    print(json.dumps(report))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--products", type=int, nargs="*", default=None)
    parser.add_argument("--documents", type=int, nargs="*", default=[])
    parser.add_argument("--measure", nargs=3, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.measure:
        what, count, folder = arguments.measure
        measure(int(count), Path(folder), what == "documents")
        return
    products = arguments.products
    if products is None:
        products = [] if arguments.documents else [1_000, 100_000]
    for what, counts in (("products", products), ("documents", arguments.documents)):
        for count in counts:
            with tempfile.TemporaryDirectory() as name:
                start = time.perf_counter()
                build = build_documents if what == "documents" else build_products
                build(count, Path(name))
                print(f"# built {count} {what} in {time.perf_counter() - start:.1f} s", flush=True)
                command = [sys.executable, __file__, "--measure", what, str(count), name]
                environment = {**os.environ, "PYTHONPATH": os.getcwd()}
                subprocess.run(command, check=True, env=environment)


if __name__ == "__main__":
    main()
