"""What a run's own process costs over calling the pipeline in this one: `umeta bench worker_overhead`.

The same run, each time in an empty home, in turns here and by a worker. What differs is the start of a process, its
import of torch, its claims and its turn in the queue, and how often the one who waits looks. The shorter the run, the
larger the share.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from umeta.cache import Home
from umeta.device import keep_freed_memory
from umeta.runs import RunConfig, execute, launch

WORDS = ("dataset=glyphs", "encoder=pca", "oracle=true", "device=cpu")
LIMIT = 1.03
"""Of a run of five minutes."""
LONG = 300.0


def main() -> None:
    """Measure and print the seconds and their ratio, as JSON with `--json`."""
    parser = argparse.ArgumentParser(prog="worker_overhead")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--iterations", type=int, default=4000, help="training steps of the run")
    given = parser.parse_args()
    result = measured(RunConfig.from_keys((*WORDS, f"learner.iterations={given.iterations}")), given.rounds)
    sys.stdout.write(json.dumps(result, indent=1) + "\n" if given.json else as_text(result))


def measured(config: RunConfig, rounds: int) -> dict[str, Any]:
    """Execute a run in turns here and by a worker, and return what both took."""
    keep_freed_memory()  # as a worker and the command line do
    seconds: dict[str, list[float]] = {"here": [], "worker": []}
    timed(lambda home: execute(config.model_copy(update={"budget": "smoke", "oracle": False}), home))
    for _ in range(rounds):
        seconds["here"].append(timed(lambda home: execute(config, home)))
        seconds["worker"].append(timed(lambda home: work(config, home)))
    here, worker = (statistics.median(tries) for tries in seconds.values())
    return {
        "here": [round(one, 2) for one in seconds["here"]],
        "worker": [round(one, 2) for one in seconds["worker"]],
        "ratio": round(worker / here, 4),
        "ratio of five minutes": round(1 + (worker - here) / LONG, 4),
        "limit": LIMIT,
        "load": round(os.getloadavg()[0], 1),
    }


def timed(do: Callable[[Home], object]) -> float:
    """Return the seconds that something takes in an empty home."""
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder), Home.from_environment().data_folders)
        start = time.perf_counter()
        do(home)
        return time.perf_counter() - start


def work(config: RunConfig, home: Home) -> None:
    """Execute a run in a process of its own, and wait for it."""
    run = launch(config, home)
    while run.status().is_at_work:
        time.sleep(0.05)
    if run.status().state != "finished":
        raise RuntimeError(f"{run.run_id} {run.status().state}: {run.status().message}")


def as_text(result: dict[str, Any]) -> str:
    """Return the result in a line."""
    return (
        f"here {result['here']} s, by a worker {result['worker']} s: {result['ratio']} times; of a run of five minutes "
        f"{result['ratio of five minutes']} (limit {result['limit']}), load {result['load']}\n"
    )


if __name__ == "__main__":
    main()
