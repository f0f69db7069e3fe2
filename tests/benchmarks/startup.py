"""Seconds until umeta can be used: `umeta bench startup`.

The commands that only say something, each in a new process, with a bare Python as the floor. Each page in a new browser
context on a server that has just answered for the first time, from the request to the script's end and, on Start and
Explore, the drawn map; the floor is the same on an empty Streamlit page. What the pages compute once is kept in
`UMETA_HOME`; the first, uncounted turn makes it. `umeta bench first_map` times a data set that was never seen.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.benchmarks.stopwatch import Result, measured
from tests.serving import FLAGS, ROOT, SETTLED, chromium_path, serving
from umeta.cache import Home

COMMANDS = {  # what Python is given, and the limit in seconds
    "import umeta": (["-c", "import umeta"], 0.15),
    "umeta --help": (["-m", "umeta", "--help"], 0.5),
    "umeta methods": (["-m", "umeta", "methods"], 0.5),
}
PAGES = (
    "start", "data", "explore", "label", "partitions", "tasks", "train", "results", "plane", "draw", "learn", "system"
)  # fmt: skip
WITH_MAP = {"start", "explore"}
ABOVE_FLOOR = 1.0
EMPTY = 'import streamlit as st\nst.title("Empty")\n'
OPEN = f"document.querySelector('{SETTLED}')"
TITLE = f"document.querySelector('{SETTLED} h1')?.innerText.trim()"
MAP = "performance.getEntriesByName('umeta:map-drawn').length > 0"


def main() -> None:
    """Measure and print, as JSON with `--json`."""
    parser = argparse.ArgumentParser(prog="startup")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--only", nargs="+", choices=("commands", "pages"), default=("commands", "pages"))
    given = parser.parse_args()
    load = round(os.getloadavg()[0], 1)
    results = [*(commands() if "commands" in given.only else ()), *(pages() if "pages" in given.only else ())]
    if given.json:
        report = {"cpus": os.cpu_count(), "load": load, "cases": [one.row() for one in results]}
        sys.stdout.write(json.dumps(report, indent=1) + "\n")
        return
    line = "{:16} {:>8} {:>8} {:>8}\n".format
    sys.stdout.write(f"load {load}\n" + line("", "ours s", "floor s", "limit s"))
    for one in results:
        row = one.row()
        sys.stdout.write(line(one.name, row["ours"], row["floor"], round(one.limit, 2)))


def commands() -> list[Result]:
    """Time each command and a Python that does nothing."""
    floor = measured(lambda _: process(["-c", "pass"]))
    return [
        Result(name, measured(lambda _, words=words: process(words)), floor, limit)
        for name, (words, limit) in COMMANDS.items()
    ]


def process(words: list[str]) -> float:
    """Return the seconds of a Python with these arguments."""
    start = time.perf_counter()
    subprocess.run([sys.executable, *words], check=True, stdout=subprocess.DEVNULL, cwd=ROOT)
    return time.perf_counter() - start


def pages() -> list[Result]:
    """Time each page and an empty one, every time on a new server."""
    home = Home.from_environment()
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        empty = Path(folder) / "empty.py"
        empty.write_text(EMPTY)
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)
        floor = measured(lambda _: opened(browser, home, empty, ""))
        limit = sorted(floor)[len(floor) // 2] + ABOVE_FLOOR
        return [
            Result(
                name,
                measured(lambda _, name=name: opened(browser, home, ROOT / "app.py", name)),
                floor,
                limit,
            )
            for name in PAGES
        ]


def opened(browser: Browser, home: Home, script: Path, page_name: str) -> float:
    """Start a server, open one of its pages, and return the seconds from the request until all of it is there."""
    sys.stderr.write(f"{page_name or 'empty'}\n")
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    done = f"{OPEN} && {MAP}" if page_name in WITH_MAP else TITLE
    with serving(home, script) as server:
        page = context.new_page()
        page.goto(f"{server.address}/{page_name.removeprefix('start')}", wait_until="commit")
        found = page.wait_for_function(f"({done}) && performance.now()", timeout=120_000, polling="raf")
        seconds = found.json_value() / 1000
        context.close()
    return seconds


if __name__ == "__main__":
    main()
