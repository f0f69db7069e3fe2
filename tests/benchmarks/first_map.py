"""Seconds from `streamlit run app.py` to Start's map drawn in Chromium: `python tests/benchmarks/first_map.py`.

A warm-up, then five new servers, each with a new browser context; prints every time and the median.
"""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).parents[2]
PORT = 8597
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
]
DRAWN = "performance.getEntriesByName('umeta:map-drawn')"


def main(runs: int = 5) -> None:
    """Measure and print."""
    with sync_playwright() as playwright:
        chromium = os.environ.get("UMETA_CHROMIUM") or shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        seconds = [first_map(browser) for _ in range(runs + 1)][1:]
        browser.close()
    listed = ", ".join(f"{one:.2f}" for one in seconds)
    sys.stdout.write(
        f"seconds {listed}; median {statistics.median(seconds):.2f}; load {os.getloadavg()[0]:.1f}\n"
    )


def first_map(browser: Browser) -> float:
    """Start a server, open its first page, and return the seconds until the map is drawn."""
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    with tempfile.TemporaryDirectory() as home:
        start = time.time()
        command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(PORT)]
        environment = {**os.environ, "UMETA_HOME": home}
        server = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT
        )
        try:
            wait_for_server()
            page.goto(f"http://127.0.0.1:{PORT}/", wait_until="commit")
            page.wait_for_function(f"{DRAWN}.length > 0", timeout=60_000, polling=20)
            drawn = page.evaluate(f"performance.timeOrigin + {DRAWN}[0].startTime") / 1000
        finally:
            page.context.close()
            server.terminate()
            server.wait()
    return drawn - start


def wait_for_server() -> None:
    """Wait until the server answers."""
    while True:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{PORT}/_stcore/health", timeout=1).close()
            return
        except OSError:
            time.sleep(0.02)


if __name__ == "__main__":
    main()
