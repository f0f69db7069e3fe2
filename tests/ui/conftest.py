"""Opening a page of the app, as AppTest does it and in a real browser. The frame is the main script; the home is the
test run's own."""

import os
import shutil
import socket
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright
from streamlit.testing.v1 import AppTest

from umeta.cache import Home

ROOT = Path(__file__).parents[2]

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--enable-unsafe-swiftshader"]

OpenPage = Callable[..., AppTest]


@pytest.fixture
def open_page(shared_home: Home, monkeypatch: pytest.MonkeyPatch) -> OpenPage:
    """Return a function that opens a page by a link with these parameters; the digits need no files."""
    monkeypatch.setenv("UMETA_HOME", str(shared_home.root))

    def open_it(name: str, **parameters: str) -> AppTest:
        app = AppTest.from_file(str(ROOT / "umeta/ui/frame.py"), default_timeout=60)
        for key, value in {"dataset": "digits", **parameters}.items():
            app.query_params[key] = value
        app.run()
        return app.switch_page(str(ROOT / f"pages/{name}.py")).run()

    return open_it


def texts(app: AppTest) -> str:
    """Return all that a page says, in words and in HTML."""
    kinds = (app.title, app.markdown, app.caption, app.error, app.warning, app.info)
    return "\n".join([element.value for kind in kinds for element in kind] + html_of(app))


def html_of(app: AppTest) -> list[str]:
    """Return the pieces of HTML of a page: grids and report cards."""
    return [html.proto.body for html in app.get("html")]  # type: ignore[attr-defined]


def browser_path() -> str:
    path = os.environ.get("UMETA_CHROMIUM") or shutil.which("chromium")
    if not path:
        reason = "no browser: set UMETA_CHROMIUM or install chromium"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    return path


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until_up(url: str) -> None:
    for _ in range(100):
        try:
            urllib.request.urlopen(f"{url}/_stcore/health", timeout=1).close()
            return
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"Streamlit did not answer on {url} within 20 s")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Return Chromium, for one file of tests: while Playwright runs, no other event loop can."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser_path(), args=FLAGS)
        yield chromium
        chromium.close()
