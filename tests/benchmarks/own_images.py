"""How long a person with photographs of their own waits, in a real Chromium: `umeta bench own_images`.

From the app's first page to the folder opened, to its map, to its first pseudo-task. With `--train` on to a run at its
defaults, started by one click, with its chart; and, for photographs without labels, to a verdict by some images that a
person marks. The photographs are those of the Grocery Store data set and the home is empty.

* 3,000 of them laid flat into one folder, without labels; or, with `--labelled`, 20 classes in a folder each.
* `--way drop` sends them through the browser instead of giving their path.
"""

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import ViewportSize, sync_playwright

from tests.benchmarks.first_visit import Visit, open_app, see_chart, train_at_defaults, visit_images
from tests.benchmarks.marking_by_hand import (
    CLICK_SECONDS,
    LOOK_SECONDS,
    TYPE_SECONDS,
    first_verdict,
    numbers_of,
)
from tests.benchmarks.photographs import Photographs, flat_folder, labelled_folder
from tests.serving import FLAGS, chromium_path, serving
from umeta.cache import Home
from umeta.runs import cancel, list_runs

LIMITS = {"first_task": 60, "chart": 300, "verdict": 600}
"""Seconds after the app was opened at which a step is to be reached."""


def main() -> None:
    """Measure and print the seconds since the app was opened, as JSON with `--json`."""
    parser = argparse.ArgumentParser(prog="own_images")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--train", action="store_true", help="go on to a trained learner and to its verdict")
    parser.add_argument("--labelled", action="store_true", help="20 classes in a folder each")
    parser.add_argument("--way", choices=("path", "drop"), default="path")
    given = parser.parse_args()
    data_folders = Home.from_environment().data_folders
    with tempfile.TemporaryDirectory() as folder:
        lay = labelled_folder if given.labelled else flat_folder
        photographs = lay(data_folders, Path(folder))
        home = Home(Path(folder) / "home", (Path(folder) / "data",))
        try:
            result = in_browser(home, photographs, way=given.way, train=given.train, mark=not given.labelled)
        finally:
            for run in list_runs(home):
                if run.status().state == "running":
                    cancel(run)
    result |= {
        "images": len(photographs.class_of),
        "labelled": given.labelled,
        "way": given.way,
        "load": round(os.getloadavg()[0], 1),
    }
    text = (
        json.dumps(result) if given.json else "\n".join(f"{name:16}{value}" for name, value in result.items())
    )
    sys.stdout.write(text + "\n")


def in_browser(home: Home, photographs: Photographs, *, way: str, train: bool, mark: bool) -> dict[str, Any]:
    """Serve the app and visit it; return the seconds to each step, and what the methods came to."""
    with serving(home) as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)
        page = browser.new_page(viewport=ViewportSize(width=1280, height=900))
        visit = Visit(page)
        visit.reached("app_open", lambda: open_app(page, server.address))
        visit_images(visit, photographs.folder, way)
        found: dict[str, Any] = {}
        if train:
            run = visit.reached("trained", lambda: train_at_defaults(page, home))
            visit.reached("chart", lambda: see_chart(page))
            found["default_run"] = numbers_of(run)
        if train and mark:
            found |= first_verdict(visit, home, photographs)
            found["pace"] = {"click": CLICK_SECONDS, "look": LOOK_SECONDS, "type": TYPE_SECONDS}
        browser.close()
    kept = {step: visit.seconds[step] <= limit for step, limit in LIMITS.items() if step in visit.seconds}
    return {"seconds": visit.seconds, "within_limits": kept, "limits": LIMITS, **found}


if __name__ == "__main__":
    main()
