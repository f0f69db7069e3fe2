"""Train hands a study to a real SLURM and to a real Ray, shows where its cells run, stops and continues them.

Tests umeta.ui.train.study_engine, umeta.ui.train.study_cards and umeta.ui.shared.cell_places.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.studies.engines import ray_site, slurm_site
from tests.studies.engines.same_results import twelve_cells
from tests.ui.conftest import OpenPage, texts
from umeta.cache import Home
from umeta.runs.directory import RunDirectory

pytestmark = pytest.mark.slow


@contextmanager
def slurm(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[AppTest], AppTest]]:
    """Run SLURM while the block runs; yields what chooses it on the page."""
    with slurm_site.running_slurm(folder) as conf:
        monkeypatch.setenv("SLURM_CONF", str(conf))
        yield lambda app: app.segmented_control(key="study engine").set_value("slurm").run()


@contextmanager
def ray(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[AppTest], AppTest]]:
    """Run Ray while the block runs; yields what chooses it on the page."""
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[3]))
    with ray_site.running_ray(folder) as address:

        def choose(app: AppTest) -> AppTest:
            app.segmented_control(key="study engine").set_value("ray").run()
            return app.text_input(key="ray address").set_value(address).run()

        yield choose


def wait_for(app: AppTest, seen: Callable[[str], bool], seconds: float = 240) -> str:
    """Look at the page until it shows what is waited for, and return its text and the titles of its parts."""
    deadline = time.monotonic() + seconds
    while True:
        app.run()
        assert not app.exception
        assert not app.error, [error.value for error in app.error]
        text = "\n".join(
            [
                texts(app),
                *(one.label for one in app.expander),
                *(str(bar.proto.text) for bar in app.get("progress")),  # type: ignore[attr-defined]
            ]
        )
        if seen(text):
            return text
        assert time.monotonic() < deadline, text
        time.sleep(1)


@pytest.mark.parametrize(
    ("engine", "place"),
    [
        pytest.param(
            *(slurm, "SLURM job"),
            marks=pytest.mark.skipif(bool(slurm_site.missing()), reason=slurm_site.missing()),
            id="slurm",
        ),
        pytest.param(
            *(ray, "Ray tiny"),
            marks=pytest.mark.skipif(bool(ray_site.missing()), reason=ray_site.missing()),
            id="ray",
        ),
    ],
)
def test_a_study_is_handed_over_shown_stopped_and_continued(
    engine, place: str, open_page: OpenPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    home = Home(tmp_path / "home", ())
    monkeypatch.setenv("UMETA_HOME", str(home.root))
    _, study = twelve_cells(tmp_path, iterations=2000, budget="short")
    runs = [RunDirectory(home.runs / cell.run_id) for cell in study.cells]
    monkeypatch.setattr("umeta.studies.study.SHIPPED", tmp_path)
    with engine(tmp_path / "engine", monkeypatch) as choose:
        app = choose(open_page("train"))
        app.button(key="start tiny").click().run()
        assert not app.error, [error.value for error in app.error]
        running = wait_for(app, lambda text: "Where cells run: 2 running" in text)
        assert place in running
        app.button(key="stop tiny").click().run()
        wait_for(app, lambda text: any(button.key == "start tiny" for button in app.button))
        assert any(run.status().state == "cancelled" for run in runs)
        choose(app).button(key="start tiny").click().run()
        wait_for(app, lambda text: "12 of 12 cells finished" in text)
    assert {run.status().state for run in runs} == {"finished"}
