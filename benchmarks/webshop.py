"""How many steps a second WebShop makes, in process and in browsers, with a scripted shopper.

    python benchmarks/webshop.py
    python benchmarks/webshop.py --browsers 1 2 4 --steps 200
    python benchmarks/webshop.py --items items_shuffle_1000.json --attributes items_ins_v2_1000.json
    python benchmarks/webshop.py --products 100000 --folder made --rules strict --view text

Prints steps per second of one core (of its processor time, so that a busy machine changes little),
of the environment alone: the player's decisions are left out. For one environment and for a vector
environment of 32, in each view. With ``--products`` it first makes files of so many products of the
embedded shop's kinds, in the original's format; run it twice to see how long opening a store takes
that is built already, and how much memory is used without building.

With ``--browsers`` it measures ``llm_gym/WebShopBrowser-v0`` instead, with so many browsers side by
side (``AsyncVectorEnv``): steps per second by the clock, since the work is done in other processes,
the processor time of all of them per step, and their memory (each shared page counted once).
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import time
from pathlib import Path
from typing import Any

import gymnasium

import llm_gym  # noqa: F401  (registers the environments)
from llm_gym.games.webshop.generate import generate_products
from llm_gym.games.webshop.products import Product

ID, BROWSER = "llm_gym/WebShop-v0", "llm_gym/WebShopBrowser-v0"
KINDS = 60
VIEWS = ("text", "text_rich", "html", "archer")


def listing(product: Product) -> dict[str, Any]:
    """Return a product as the original's file of items lists it."""
    return {
        "asin": product.asin,
        "name": product.title,
        "full_description": product.description,
        "small_description": product.bullet_points,
        "pricing": "".join(f"${price}" for price in product.pricing),
        "images": [product.main_image],
        "product_category": product.product_category,
        "category": product.category,
        "query": product.query,
        "customization_options": {
            name: [{"value": value} for value in values] for name, values in product.options.items()
        },
    }


def write_shop(count: int, folder: Path) -> dict[str, str]:
    """Make the files of a shop of ``count`` products unless they are there; return their paths."""
    names = ("items", "attributes", "human_instructions")
    paths = {name: folder / f"{name}-{count}.json" for name in names}
    if not paths["human_instructions"].exists():
        folder.mkdir(parents=True, exist_ok=True)
        attributes, human = {}, {}
        with paths["items"].open("w") as file:
            for number, product in enumerate(generate_products(-(-count // KINDS))):
                if number == count:
                    break
                file.write(("[" if number == 0 else ",\n") + json.dumps(listing(product)))
                record: dict[str, Any] = {"attributes": product.attributes}
                if product.instruction_text is not None:
                    record["instruction"] = product.instruction_text
                    record["instruction_attributes"] = product.instruction_attributes
                attributes[product.asin] = record
                # Of a very large shop every hundredth product is asked for, as in the original.
                if number % max(1, count // 10_000) == 0:
                    human[product.asin] = product.to_json()["human_instructions"]
            file.write("]")
        paths["attributes"].write_text(json.dumps(attributes))
        paths["human_instructions"].write_text(json.dumps(human))
    return {name: str(path) for name, path in paths.items()}


def measure(num_envs: int, steps: int, **kwargs: Any) -> float:
    """Return steps per second of all games together, resets included, players excluded."""
    env = gymnasium.make(ID, **kwargs).unwrapped
    players = [env.scripted_player(seed) for seed in range(num_envs)]
    vector = gymnasium.make_vec(
        ID,
        num_envs,
        vectorization_mode="vector_entry_point",
        autoreset_mode="SameStep",
        **kwargs,
    )
    observations, _ = vector.reset(seed=0)
    taken, seconds = 0, 0.0
    while taken < steps:
        actions = [play(text) for play, text in zip(players, observations, strict=True)]
        start = time.process_time()
        observations, *_ = vector.step(actions)
        seconds += time.process_time() - start
        taken += num_envs
    vector.close()
    return taken / seconds


def measure_single(steps: int, **kwargs: Any) -> float:
    """Return steps per second of one environment, resets included, the player excluded."""
    env = gymnasium.make(ID, **kwargs)
    player = env.unwrapped.scripted_player(0)
    observation, _ = env.reset(seed=0)
    seconds = 0.0
    for _ in range(steps):
        action = player(observation)
        start = time.process_time()
        observation, _, terminated, _, _ = env.step(action)
        if terminated:
            observation, _ = env.reset()
        seconds += time.process_time() - start
    return steps / seconds


def measure_browsers(num_envs: int, steps: int, **kwargs: Any) -> str:
    """Return a line on ``num_envs`` browsers: start, steps per second, processor time, memory."""
    single = gymnasium.make(ID, **kwargs).unwrapped
    players = [single.scripted_player(seed) for seed in range(num_envs)]
    vector = gymnasium.make_vec(BROWSER, num_envs, vectorization_mode="async", **kwargs)
    start = time.perf_counter()
    observations, _ = vector.reset(seed=0)
    opened = time.perf_counter() - start
    used, seconds, taken = browsers_use()[0], 0.0, 0
    while taken < steps:
        actions = [play(text) for play, text in zip(players, observations, strict=True)]
        start = time.perf_counter()
        observations, *_ = vector.step(actions)
        seconds += time.perf_counter() - start
        taken += num_envs
    after, memory = browsers_use()
    vector.close()
    return (
        f"{num_envs} browsers: first reset {opened:.1f} s, {taken / seconds:.1f} steps/s, "
        f"{1000 * (after - used) / taken:.0f} ms of processor a step, {memory:.0f} MB"
    )


def browsers_use() -> tuple[float, float]:
    """Return processor seconds and megabytes of this process's children, browsers included."""
    ours = {os.getpid()}
    seconds = memory = 0.0
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        fields = stat.read_text().rpartition(")")[2].split()
        parents[int(stat.parent.name)] = int(fields[1]), sum(map(int, fields[11:13]))
    while True:
        found = {pid for pid, (parent, _) in parents.items() if parent in ours} - ours
        if not found:
            break
        ours |= found
    for pid in ours - {os.getpid()}:
        seconds += parents[pid][1] / os.sysconf("SC_CLK_TCK")
        sizes = Path(f"/proc/{pid}/smaps_rollup").read_text()
        memory += int(sizes.partition("\nPss:")[2].split()[0]) / 1024
    return seconds, memory


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    for name in ("items", "attributes", "human-instructions"):
        parser.add_argument(f"--{name}")
    parser.add_argument("--products", type=int)
    parser.add_argument("--folder", type=Path, default=Path("webshop-benchmark"))
    parser.add_argument("--rules", nargs="*", default=("strict", "paper"))
    parser.add_argument("--view", nargs="*", default=VIEWS)
    parser.add_argument("--steps", type=int, default=20_000)
    parser.add_argument("--browsers", type=int, nargs="*")
    arguments = parser.parse_args()
    files = {
        name: value
        for name in ("items", "attributes", "human_instructions")
        if (value := getattr(arguments, name))
    }
    if arguments.products:
        files = write_shop(arguments.products, arguments.folder)
    if arguments.browsers:
        for number in arguments.browsers:
            print(measure_browsers(number, arguments.steps, **files))
        return
    start = time.perf_counter()
    used = time.process_time()
    env = gymnasium.make(ID, **files)
    opened, used = time.perf_counter() - start, time.process_time() - used
    catalog, tasks = env.unwrapped.catalog, env.unwrapped.game.tasks
    print(
        f"{len(catalog)} products, {len(tasks.select())} goals, opened in {opened:.2f} s "
        f"({used:.2f} s of the processor)"
    )
    for rules in arguments.rules:
        for view in arguments.view:
            kwargs = {"rules": rules, "view": view, **files}
            single = measure_single(arguments.steps, **kwargs)
            many = measure(32, arguments.steps, **kwargs)
            print(
                f"{rules:6} {view:9}  1 env {single:8,.0f} steps/s   32 envs {many:8,.0f} steps/s"
            )
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory {memory:.0f} MB")


if __name__ == "__main__":
    main()
