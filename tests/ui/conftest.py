"""Opening a page of the app as a test does it: the frame is the main script, and the home is the test run's own."""

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from umeta.cache import Home

ROOT = Path(__file__).parents[2]

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
