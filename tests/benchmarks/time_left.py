"""How far a running run's estimate of the time left is from what it truly took: `umeta bench time_left`.

Real runs, one after the other, each in an empty home and long enough for several estimates: own images without labels,
MAML on Omniglot, and a run whose encoder has to be trained first. Afterwards the estimate that a page showed at 60 s,
90 s, … is made again from the events that were written until then, and compared with the time that then truly was left.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tests.benchmarks.photographs import flat_folder
from umeta.cache import Home
from umeta.runs import RunConfig, RunDirectory, cancel, launch
from umeta.runs.time_left import time_left

FIRST, BETWEEN = 60.0, 30.0
"""Seconds after the launch at which the first estimate is looked at, and between two of them."""
NEAR_END = 10.0
"""Seconds before the end from which on an estimate is a matter of whole seconds, and not judged by its share."""
LIMIT = 0.3
RUNS: Mapping[str, tuple[str, ...]] = {
    "own images": ("learner.iterations=500",),
    "omniglot maml": ("dataset=omniglot", "learner=maml", "learner.iterations=6000"),
    "encoder first": ("dataset=omniglot", "encoder=acai"),
}


def main() -> None:
    """Measure and print each estimate with its relative error, as JSON with `--json`."""
    parser = argparse.ArgumentParser(prog="time_left")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--only", choices=tuple(RUNS), help="one of the runs")
    given = parser.parse_args()
    results = {name: measured(words) for name, words in RUNS.items() if given.only in (None, name)}
    sys.stdout.write(json.dumps(results, indent=1) + "\n" if given.json else as_text(results))


def measured(words: tuple[str, ...]) -> dict[str, Any]:
    """Execute a run in an empty home and return what was estimated and what was true."""
    with tempfile.TemporaryDirectory() as folder:
        data_folders = Home.from_environment().data_folders
        home = Home(Path(folder) / "home", data_folders)
        if not any(word.startswith("dataset=") for word in words):
            words = (f"dataset=folder:{flat_folder(data_folders, Path(folder)).folder}", *words)
        begin = time.time()
        run = launch(RunConfig.from_keys(words), home)
        try:
            while run.status().state == "running":
                time.sleep(0.5)
        except BaseException:
            cancel(run)
            raise
        status = run.status()
        if status.state != "finished":
            raise RuntimeError(f"{run.run_id} {status.state}: {status.message}")
        estimates = list(estimates_of(run, begin, status.updated))
    return {
        "seconds": round(status.updated - begin, 1),
        "estimates": estimates,
        "worst": max((abs(estimate["error"]) for estimate in estimates), default=None),
        "limit": LIMIT,
        "load": round(os.getloadavg()[0], 1),
    }


def estimates_of(run: RunDirectory, begin: float, end: float) -> Iterator[dict[str, Any]]:
    """Yield for each moment the estimated and the true seconds left, and by what share the estimate is off.

    Where there is no estimate yet it is off by all of it.
    """
    config, (events, _) = run.config(), run.events()
    moment = FIRST
    while (truly := end - begin - moment) > NEAR_END:
        so_far = [event for event in events if event["time"] <= begin + moment]
        left = time_left(config, so_far, now=begin + moment)
        yield {
            "at": moment,
            "stage": so_far[-1]["stage"] if so_far else "",
            "left": None if left is None else round(left, 1),
            "truly": round(truly, 1),
            "error": round((left or 0.0) / truly - 1, 3),
        }
        moment += BETWEEN


def as_text(results: Mapping[str, Mapping[str, Any]]) -> str:
    """Return a line for each run."""
    return "".join(f"{name:16}{run['seconds']:8} s   worst {run['worst']}\n" for name, run in results.items())


if __name__ == "__main__":
    main()
