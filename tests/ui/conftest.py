"""Opening a page of the app, as AppTest does it and in a real browser. The frame is the main script; the home is the
test run's own."""

import ast
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tests.flat_folder import flat_folder
from tests.serving import ROOT, browser_path, serving
from umeta.cache import Home
from umeta.ui.frame import opened_paths

OpenPage = Callable[..., AppTest]


class AllWork(frozenset[str]):
    """Stands for every piece of work of a session, as if a person had stopped it."""

    def __contains__(self, work: object) -> bool:
        return True


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


@pytest.fixture
def own_home(
    open_page: OpenPage, home: Home, shared_home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Home:
    """A home where nothing was opened yet; its products are those of the whole test run."""
    monkeypatch.setenv("UMETA_HOME", str(home.root))
    monkeypatch.setenv("UMETA_DATA", str(tmp_path / "no data"))
    home.root.mkdir()
    shared_home.products.mkdir(exist_ok=True)
    home.products.symlink_to(shared_home.products)
    return home


def texts(app: AppTest) -> str:
    """Return all that a page says, in words and in HTML."""
    kinds = (app.title, app.markdown, app.caption, app.error, app.warning, app.info)
    return "\n".join([element.value for kind in kinds for element in kind] + html_of(app))


def html_of(app: AppTest) -> list[str]:
    """Return the pieces of HTML of a page: grids and report cards."""
    return [html.proto.body for html in app.get("html")]  # type: ignore[attr-defined]


def open_folds(app: AppTest) -> AppTest:
    """Open what is drawn once it is opened: tables and code under charts."""
    for fold in app.expander:
        if fold.proto.id:
            app.session_state[fold.proto.id.split("-", 2)[2]] = True
    return app.run()


def check_code_of_charts(app: AppTest) -> None:
    """Check that the code under each chart of a page draws that chart, and needs nothing of the app."""
    open_folds(app)
    charts = [json.loads(chart.proto.spec) for chart in app.get("plotly_chart")]  # type: ignore[attr-defined]
    cells = [code.value for code in app.code]
    assert len(cells) == len(charts) > 0
    for cell, chart in zip(cells, charts, strict=True):
        assert "umeta.ui" not in cell
        *lines, last = ast.parse(cell).body
        assert isinstance(last, ast.Expr)
        scope: dict[str, Any] = {}
        exec(compile(ast.Module(lines, []), "cell", "exec"), scope)
        figure = eval(compile(ast.Expression(last.value), "cell", "eval"), scope)
        assert json.loads(figure.to_json())["data"] == chart["data"]


@pytest.fixture(scope="session")
def served(shared_home: Home) -> Iterator[str]:
    """Return where the app is served, for all tests that do not need a server of their own."""
    browser_path()
    with serving(shared_home) as server:
        yield server.address
