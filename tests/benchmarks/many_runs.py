"""How fast thousands of runs are listed, and what a live tick of a run of an hour costs the server.

`umeta bench many_runs` copies one finished run thousands of times, each with a config of its own. A list is taken by a
process that has seen none of them before, by one that finds the index, and again in the same process. A tick is the
part of the page Train that is drawn anew each second, of a run with an hour of events above the cards of others, on a
page that AppTest opens. Limits: 0.5 s for a list once the runs were read, 50 ms for a tick.
"""

import argparse
import json
import math
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from streamlit.testing.v1 import AppTest

from tests.runs.stored_runs import cloned
from tests.serving import ROOT
from tests.small_runs import small
from umeta.cache import Home
from umeta.runs import RunConfig, RunDirectory, run_list
from umeta.runs.directory_claims import claimed
from umeta.runs.pipeline import execute
from umeta.runs.run_list import INDEX, list_facts
from umeta.stage import Step
from umeta.ui.train import run_cards

EVENTS_A_SECOND, HOUR = 4, 3600
TICKS, REPEATS = 20, 5
LIST_LIMIT, TICK_LIMIT = 0.5, 0.05


def seconds(work: Callable[[], object]) -> tuple[float, float]:
    """Return what a work takes, and what this process computes for it."""
    wall, computed = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - computed


def best(work: Callable[[], object], repeats: int = REPEATS) -> dict[str, float]:
    """Return the fastest of several times."""
    walls, computed = zip(*(seconds(work) for _ in range(repeats)), strict=True)
    return {"seconds": round(min(walls), 4), "cpu_seconds": round(min(computed), 4)}


def lists(home: Home, n_runs: int) -> dict[str, dict[str, float]]:
    """Return how long a list takes, of files, by the index, and again."""
    run = execute(small(), home)[0]
    for seed in range(1, n_runs):
        cloned(run, home, f"seed={seed}")
    time.sleep(run_list.TICK)

    def anew() -> None:
        run_list._homes.clear()
        (home.root / INDEX).unlink(missing_ok=True)
        list_facts(home)

    def by_index() -> None:
        run_list._homes.clear()
        list_facts(home)

    return {
        "of files": best(anew, 1),
        "by the index": best(by_index),
        "again": best(lambda: list_facts(home)),
    }


def hour_of_events(run: RunDirectory, iterations: int) -> None:
    """Write what a training writes in its first hour."""
    n_events = EVENTS_A_SECOND * HOUR
    start = time.time() - HOUR
    for number in range(1, n_events + 1):
        values = {"loss": 1.6 * math.exp(-number / n_events), "accuracy": 0.4 + 0.1 * math.sin(number)}
        if number % (n_events // 10) == 0:
            values["meta_val"] = 0.5
        done = number * iterations // (2 * n_events)
        event = {
            "time": start + number / EVENTS_A_SECOND,
            "stage": "train",
            "done": done,
            "total": iterations,
        }
        run.append_event({**event, "note": "CACTUs", "values": values})


def tick(home: Home) -> dict[str, float]:
    """Return what a tick costs, the median of several, each with the events of a second."""
    iterations = 20 * EVENTS_A_SECOND * HOUR
    finished = execute(small(), home)[0].config().model_dump()
    config = RunConfig.from_keys([f"learner.iterations={iterations}"], finished)
    run = RunDirectory.create(config, home, label_use="none")
    hour_of_events(run, iterations)
    os.environ["UMETA_HOME"] = str(home.root)
    cost, draw = list[tuple[float, float]](), run_cards._draw_live
    run_cards._draw_live = lambda *given: cost.append(seconds(lambda: draw(*given)))
    with claimed(run.path):
        run.write_status("running", Step("train", iterations // 2, iterations), "CACTUs")
        app = AppTest.from_file(str(ROOT / "umeta/ui/frame/script.py"), default_timeout=120)
        app.query_params["dataset"] = "glyphs"
        app.run()
        app.switch_page(str(ROOT / "pages/train.py")).run()
        for number in range(TICKS):
            for _ in range(EVENTS_A_SECOND):
                done = iterations // 2 + number
                values = {"loss": 1.0, "accuracy": 0.5}
                event = {"time": time.time(), "stage": "train", "done": done, "total": iterations}
                run.append_event({**event, "note": "CACTUs", "values": values})
            app.run()
        assert not app.exception, app.exception
    walls, computed = zip(*cost[-TICKS:], strict=True)
    return {
        "seconds": round(statistics.median(walls), 4),
        "cpu_seconds": round(statistics.median(computed), 4),
    }


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--runs", type=int, default=5000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder), ())
        found = {
            f"list of {options.runs:,} runs, {how}": took for how, took in lists(home, options.runs).items()
        }
        found["tick"] = tick(home)
    found["limits"] = {"list": LIST_LIMIT, "tick": TICK_LIMIT}
    lines = [
        f"{name}: {', '.join(f'{key} {value}' for key, value in took.items())}"
        for name, took in found.items()
    ]
    sys.stdout.write((json.dumps(found, indent=1) if options.json else "\n".join(lines)) + "\n")


if __name__ == "__main__":
    main()
