"""Train with several processes on a Ray cluster: `python examples/on_ray.py 4 -- --env ENV --run FOLDER ...`.

Ray places one process per GPU (per core with `--device cpu`), wherever there is room; they find each other at the first
one's address, as those of torchrun do. The folder of the run must be one that all machines see, and the package installed
on each. Needs `pip install ray`.
"""

from __future__ import annotations

import argparse
import os
import socket
import subprocess
import sys

import ray
from ray.util import get_node_ip_address
from ray.util.placement_group import placement_group
from ray.util.scheduling_strategies import PlacementGroupSchedulingStrategy

from archer_agent.settings import parse_train_arguments


@ray.remote
class Process:
    """One process of the run."""

    def address(self) -> tuple[str, str]:
        """Return where the others can meet this one: the machine, and a port that is free there."""
        with socket.socket() as free:
            free.bind(("", 0))
            return get_node_ip_address(), str(free.getsockname()[1])

    def train(self, environment: dict[str, str], arguments: list[str]) -> int:
        """Run `archer-train` to its end; return its exit status."""
        command = ["archer-train", *arguments]
        return subprocess.run(command, env={**os.environ, **environment}, check=False).returncode


def main() -> int:
    """Start the processes, and return the greatest of their exit statuses."""
    parser = argparse.ArgumentParser()
    parser.add_argument("count", type=int, help="how many processes")
    parser.add_argument("arguments", nargs="+", help="behind --: those of archer-train")
    given = parser.parse_args()
    count, arguments = given.count, given.arguments
    if count < 1:
        parser.error(f"there must be at least one process, not {count}")
    try:
        # A preset and the folder of a resumed run name a device, too.
        on_gpus = parse_train_arguments(arguments).config.device.startswith("cuda")
    except ValueError as error:
        parser.error(str(error))
    ray.init()
    # All of them at once or none: they wait for each other.
    needs = {"CPU": 1, "GPU": 1} if on_gpus else {"CPU": 1}
    group = placement_group([needs] * count)
    ray.get(group.ready())
    processes = [
        Process.options(
            num_cpus=1,
            num_gpus=int(on_gpus),
            scheduling_strategy=PlacementGroupSchedulingStrategy(group, number),
        ).remote()
        for number in range(count)
    ]
    machine, port = ray.get(processes[0].address.remote())
    shared = {"WORLD_SIZE": str(count), "MASTER_ADDR": machine, "MASTER_PORT": port}
    # Ray shows each process its own GPU alone, which is number 0 there.
    each = [{**shared, "RANK": str(rank), "LOCAL_RANK": "0"} for rank in range(count)]
    running = [
        process.train.remote(environment, arguments)
        for process, environment in zip(processes, each, strict=True)
    ]
    # Where one ends with an error the others say so, and end too.
    return max(ray.get(running))


if __name__ == "__main__":
    sys.exit(main())
