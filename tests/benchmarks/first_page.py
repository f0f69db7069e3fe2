"""Seconds from `streamlit run app.py` to Start's map drawn in Chromium: `umeta bench first_page`.

A warm-up, then five new servers, each with a new browser context.
"""

import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.benchmarks.stopwatch import measured
from tests.serving import FLAGS, chromium_path, serving
from umeta.cache import Home

DRAWN = "performance.getEntriesByName('umeta:map-drawn')"


def main() -> None:
    """Measure and print, as JSON with `--json`."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)
        seconds = measured(lambda _: first_map(browser))
        browser.close()
    result = {
        "ours": round(statistics.median(seconds), 2),
        "runs": [round(one, 2) for one in seconds],
        "load": round(os.getloadavg()[0], 1),
    }
    text = json.dumps(result) if "--json" in sys.argv else "\n".join(f"{k} {v}" for k, v in result.items())
    sys.stdout.write(text + "\n")


def first_map(browser: Browser) -> float:
    """Start a server, open its first page, and return the seconds until the map is drawn."""
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    with tempfile.TemporaryDirectory() as folder:
        start = time.time()
        with serving(Home(Path(folder), Home.from_environment().data_folders)) as server:
            page.goto(server.address, wait_until="commit")
            page.wait_for_function(f"{DRAWN}.length > 0", timeout=60_000, polling=20)
            drawn = page.evaluate(f"performance.timeOrigin + {DRAWN}[0].startTime") / 1000
            page.context.close()
    return drawn - start


if __name__ == "__main__":
    main()
