"""Tables of the study, from the results of its runs that are published with it."""

import source

from archer_agent.reports.bench import read_bench
from archer_agent.reports.comparison import tables
from archer_agent.reports.results import read_results


def table(name: str, part: str) -> str:
    """Return a table of one of the study's comparisons.

    Args:
        name: of its file in benchmarks/study, and of that of its results in docs/study.
        part: see `archer_agent.reports.comparison.tables`.
    """
    bench = read_bench(source.ROOT / "benchmarks" / "study" / f"{name}.toml")
    results = read_results(source.ROOT / "docs" / "study" / f"{name}.json")
    return tables(results, bench.thresholds, bench.against)[part]
