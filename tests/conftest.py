"""Fixtures shared by all tests.

Real data lies where `UMETA_DATA` says. A test that needs it is skipped where it is not, but fails under `CI`.
"""

import gc
import os
from collections import Counter
from collections.abc import Generator, Iterator
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.serving import FLAGS, browser_path
from tests.small_runs import small
from umeta.cache import Home
from umeta.data import DATASETS, Dataset, datasets_at_hand
from umeta.runs import RunDirectory

if TYPE_CHECKING:
    from playwright.sync_api import Browser

BROWSER_FIXTURES = {"browser", "served"}
PAGE_FIXTURES = {"open_page"}
SECONDS = {"slow": 0, "process": 4, "browser": 2, "page": 0.5, "lengthy": 0.5, "quick": 0.05}
"""How long a test takes, about, by the first of these marks that it has; the slow ones run by themselves."""


def pytest_configure() -> None:
    """Let each of several test processes compute on one core; torch reads this when it is first imported.

    The processes that tests start keep what they compiled: there are hundreds, and each would compile umeta.
    What a module of umeta is the first to import, jaxtyping lets compile anew, so each test process is the first.
    """
    if "PYTEST_XDIST_WORKER" in os.environ:
        os.environ.setdefault("OMP_NUM_THREADS", "1")
        for name in (
            "beartype",
            "torch",
            "streamlit.testing.v1",
            "pandas",
            "plotly.graph_objects",
            "ipywidgets",
        ):
            import_module(name)
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Find the tests without the garbage collector, which would look through all that is imported again and again."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
        gc.freeze()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests that open a page, in a real browser or without, and as `quick` those that wait for nothing.

    Files that take long come first, so that no test process is left with one when the others have finished.
    """
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        if BROWSER_FIXTURES & fixtures:
            item.add_marker("browser")
        if PAGE_FIXTURES & fixtures:
            item.add_marker("page")
        if not any(item.get_closest_marker(name) for name in SECONDS):
            item.add_marker("quick")
    seconds = Counter()
    for item in items:
        seconds[item.path] += next(n for name, n in SECONDS.items() if item.get_closest_marker(name))
    items.sort(key=lambda item: -seconds[item.path])


def data_folders() -> tuple[Path, ...]:
    given = os.environ.get("UMETA_DATA")
    return (Path(given).expanduser().resolve(),) if given else ()


def real_file(relative: str) -> Path:
    """A file of the real data; the test is skipped without it, but fails under `CI`."""
    path = next((path for folder in data_folders() if (path := folder / relative).exists()), None)
    if path is None:
        reason = f"needs the real {relative} in the folder that UMETA_DATA names"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return path


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """An empty home of the test's own, that finds the real data."""
    root = tmp_path / "home"
    return Home(root, (*data_folders(), root / "data"))


@pytest.fixture(scope="session")
def shared_home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home for the whole test run: what one test made, the others find."""
    root = tmp_path_factory.mktemp("home")
    return Home(root, (*data_folders(), root / "data"))


@pytest.fixture(scope="module")
def browser() -> "Iterator[Browser]":
    """Chromium, for one file of tests: while Playwright runs, no other event loop can."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser_path(), args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def omniglot_files(shared_home: Home) -> tuple[Path, Path]:
    """The two real zips or folders of Omniglot."""
    (omniglot,) = (one for one in datasets_at_hand(shared_home) if one.name == "omniglot")
    if not omniglot.available:
        reason = f"needs the real Omniglot: {omniglot.missing}"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    background, evaluation = omniglot.where
    return Path(background), Path(evaluation)


@pytest.fixture(scope="session")
def omniglot(omniglot_files: tuple[Path, Path], shared_home: Home) -> Dataset:
    """The real Omniglot with the paper's split."""
    return DATASETS.parse("omniglot").load(shared_home)


@pytest.fixture(scope="session")
def finished_home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    root = tmp_path_factory.mktemp("runs")
    return Home(root, (root / "data",))


@pytest.fixture(scope="session")
def finished(finished_home: Home) -> Iterator[RunDirectory]:
    """A finished run with an oracle, alone in its home: a test that runs something there copies the home first."""
    # imports torch, for which a test of the command line need not wait
    from umeta.runs.pipeline import execute

    run = execute(small("oracle=true"), finished_home)[0]
    made = set(finished_home.root.glob("*/*/*/made_from.json"))
    yield run
    assert set(finished_home.root.glob("*/*/*/made_from.json")) == made, "a test wrote into finished_home"
    assert list(finished_home.runs.iterdir()) == [run.path], "a test made a run in finished_home"
