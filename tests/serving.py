"""The app on a port of its own, as a person starts it, and a browser to open it with; for tests and benchmarks."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from umeta.cache import Home

ROOT = Path(__file__).parents[1]
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--enable-unsafe-swiftshader"]
SETTLED = "[data-testid=stApp][data-test-script-state=notRunning]"


@dataclass(frozen=True)
class Server:
    """A running server."""

    address: str
    pid: int


def chromium_path() -> str | None:
    """Return where Chromium is, None where it is not."""
    return os.environ.get("UMETA_CHROMIUM") or shutil.which("chromium")


def browser_path() -> str:
    """Return where Chromium is; the test is skipped without it, but fails under `CI`."""
    path = chromium_path()
    if not path:
        reason = "no browser: set UMETA_CHROMIUM or install chromium"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    return path


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def serving(home: Home, script: Path = ROOT / "app.py") -> Iterator[Server]:
    """Serve a script from the folder of the app, so that its settings count, and stop at the end."""
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", str(script), f"--server.port={port}"]
    folders = {"UMETA_HOME": str(home.root), "UMETA_DATA": str(home.data_folders[0])}
    environment = {**os.environ, **folders}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # a person's second start finds umeta compiled
    process = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL)
    try:
        wait_until_up(f"http://127.0.0.1:{port}")
        yield Server(f"http://127.0.0.1:{port}", process.pid)
    finally:
        process.terminate()
        process.wait(10)


def wait_until_up(url: str, seconds: float = 30, *, path: str = "/_stcore/health") -> None:
    """Wait until the server answers.

    Raises:
        TimeoutError: it does not.
    """
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            urllib.request.urlopen(f"{url}{path}", timeout=1).close()
            return
        except OSError:
            time.sleep(0.02)
    raise TimeoutError(f"nothing answered on {url} within {seconds} s")
