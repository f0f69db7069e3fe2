"""Why is my number different: the section of Results, on a study of two cells."""

from pathlib import Path

import pytest

from tests.ui.conftest import OpenPage, texts
from umeta.cache import Home
from umeta.runs import RunConfig, execute
from umeta.studies import study
from umeta.studies.cells import directory_of, execute_study
from umeta.studies.study import load_study
from umeta.ui.results import study_cells

NEIGHBOUR = (
    "dataset=digits",
    "encoder=pixels",
    "learner=none",
    "baselines=nearest-neighbour",
    "test.n_tasks=40",
)
SECTION = "Why is my number different?"
STUDY = """
title: Switches
question: What does each do?
common:
  dataset: digits
  encoder: pixels
  partition: {name: random, n_clusters: 2}
  learner: none
  baselines: [nearest-neighbour]
  test: {n_way: 5, n_shot: 1, n_query: 5, n_tasks: 40}
budgets: {short: {}}
grid: [{seed: 0}, {test: {n_query: 1}}]
comparisons: []
"""


@pytest.fixture
def switches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The tiny study in place of the one that comes with umeta."""
    (tmp_path / "switches.yaml").write_text(STUDY)
    monkeypatch.setattr(study, "SHIPPED", tmp_path)
    study_cells.load.clear()
    yield
    study_cells.load.clear()


def test_without_cells_it_says_how_to_make_them(switches: None, open_page: OpenPage, shared_home: Home):
    run, _ = execute(RunConfig.from_keys((*NEIGHBOUR, "test.seed=9")), shared_home)
    app = open_page("results", run=run.run_id, section=SECTION)
    assert not app.exception
    assert "umeta study switches" in texts(app)


def test_a_number_is_set_beside_ours_and_the_nearest_switch_is_named(
    switches: None, open_page: OpenPage, shared_home: Home
):
    tiny = load_study("switches")
    assert execute_study(tiny, shared_home) == []
    run_id = directory_of(tiny.cells[0], shared_home).run_id
    app = open_page("results", run=run_id, section=SECTION)
    assert not app.exception
    assert "**Ours: nearest-neighbour, 5-way 1-shot" in texts(app)
    table = next(frame.value for frame in app.dataframe if "switch" in frame.value.columns)
    assert list(table["switch"]) == ["test.n_query=1"]
    accuracy = table["accuracy, %"].to_list()[0]
    app = open_page("results", run=run_id, section=SECTION, yours=str(accuracy))
    assert not app.exception
    assert f"Nearest to your {accuracy:.1f} %" in texts(app)
    assert "`test.n_query=1` instead of `5`" in texts(app)
