"""Opening a page of the app, as AppTest does it and in a real browser. The frame is the main script; the home is the
test run's own."""

import os
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright
from streamlit.testing.v1 import AppTest

from tests.flat_folder import flat_folder
from tests.serving import FLAGS, ROOT, chromium_path, serving
from umeta.cache import Home
from umeta.ui.frame import opened_paths

OpenPage = Callable[..., AppTest]


@pytest.fixture(scope="session")
def striped(shared_home: Home) -> tuple[str, dict[str, int]]:
    """Return the name of a folder of images without labels, and what each of them shows."""
    folder = shared_home.root / "unlabelled photos"
    return f"folder:{folder}", flat_folder(folder)


@pytest.fixture
def unlabelled(shared_home: Home, striped: tuple[str, dict[str, int]]) -> tuple[str, dict[str, int]]:
    """Return the same, opened in the shared home; other tests may have closed it there."""
    opened_paths.remember(shared_home, striped[0])
    return striped


@pytest.fixture
def open_page(shared_home: Home, monkeypatch: pytest.MonkeyPatch) -> OpenPage:
    """Return a function that opens a page by a link with these parameters; the digits need no files."""
    monkeypatch.setenv("UMETA_HOME", str(shared_home.root))

    def open_it(name: str, **parameters: str) -> AppTest:
        app = AppTest.from_file(str(ROOT / "umeta/ui/frame/script.py"), default_timeout=60)
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
    path = chromium_path()
    if not path:
        reason = "no browser: set UMETA_CHROMIUM or install chromium"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    return path


@pytest.fixture(scope="session")
def served(shared_home: Home) -> Iterator[str]:
    """Return where the app is served, for all tests that do not need a server of their own."""
    browser_path()
    with serving(shared_home) as server:
        yield server.address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Return Chromium, for one file of tests: while Playwright runs, no other event loop can."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser_path(), args=FLAGS)
        yield chromium
        chromium.close()
