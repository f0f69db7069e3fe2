"""The Plane page as a person meets it.

Tests umeta.ui.plane.associations, umeta.ui.plane.curves, umeta.ui.plane.example_task, umeta.ui.plane.forecast,
umeta.ui.plane.noise_dial, umeta.ui.plane.overview, umeta.ui.plane.pinned, umeta.ui.plane.shown_points,
umeta.ui.partitions.taught, umeta.ui.shared.plane_curves and umeta.ui.shared.plane_points too.
"""

import json
import subprocess
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from tests.plane.made_points import point, several
from tests.serving import ROOT
from tests.ui.conftest import OpenPage, check_code_of_charts, html_of, texts
from umeta.cache import Home
from umeta.plane import embedding_maps, points
from umeta.plane.embedding_maps import EmbeddingMap, load_maps, map_name, save_maps
from umeta.plane.own_partition import found_gain, own_config
from umeta.plane.points import Plane, Point, load_plane, save_plane
from umeta.results.finished_run import FinishedRun
from umeta.runs import RunConfig
from umeta.runs.pipeline import execute
from umeta.ui.plane.example_task import batch_of
from umeta.ui.plane.pinned import facts
from umeta.ui.shared import plane_points

DIGITS = {"name": "digits"}
TASKS = (((0, 1, 2, 3), (4, 5, 6, 7), (8, 9, 10, 11)), ((20, 21, 22, 23), (24, 25, 26, 27), (28, 29, 30, 31)))


def with_tasks(one: Point) -> Point:
    sections = {**one.sections, "dataset": DIGITS, "encoder": {"name": one.encoder or "pca"}}
    return replace(one, sections=sections, tasks=TASKS)


def dialled(level: float) -> Point:
    dials = {"noise": level} if level else {}
    return point(
        made_by="oracle", encoder="", noise=level, dials=dials, accuracies=(0.9 - level / 2, 0.91 - level / 2)
    )


POINTS = [with_tasks(one) for one in (*several(), dialled(0.0), dialled(0.5), dialled(1.0))]


@pytest.fixture
def plane(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Point]:
    file, maps = tmp_path / "points.json", tmp_path / "maps.safetensors"
    save_plane(Plane(tuple(POINTS), {"plane": 40, "plane_grocery": 20}), file)
    items = np.arange(100)
    save_maps(
        {map_name(one): EmbeddingMap(items, np.stack([items, items[::-1]], axis=1)) for one in POINTS}, maps
    )
    monkeypatch.setattr(plane_points, "FILE", file)
    monkeypatch.setattr(plane_points, "MAPS_FILE", maps)
    monkeypatch.setattr(points, "load_plane", partial(load_plane, file))  # what cells read
    monkeypatch.setattr(embedding_maps, "load_maps", partial(load_maps, maps))
    return POINTS


def test_it_opens_on_the_answer_the_plane_and_two_constructions(open_page: OpenPage, plane: list[Point]):
    app = open_page("plane")
    assert not app.exception
    said = texts(app)
    assert "Does low noise or high diversity predict the gain?" in said
    assert "Over all constructions (n = 23)" in said
    assert "23 of 40 constructions are made" in said
    assert "true classes: not seen in training" in said
    assert "A and B cannot be told apart: −32.2 points" in app.subheader[0].value  # trained once
    assert app.selectbox(key="point_a").value == plane[0].name
    assert app.selectbox(key="point_b").value == "true classes"
    assert len(html_of(app)) >= 2  # a task of each
    assert "A’s task on the map of a" in texts(app)
    assert "B’s task on the map of" in texts(app)
    assert "On average a query lies 3% of the map's width from its row's support in A's task" in texts(app)
    check_code_of_charts(app)
    app.number_input(key="example").set_value(2).run()
    assert not app.exception


def test_a_link_pins_two_points_and_says_which_are_not_here(open_page: OpenPage, plane: list[Point]):
    app = open_page("plane", point_a=plane[3].name, point_b=plane[1].name)
    assert (app.selectbox(key="point_a").value, app.selectbox(key="point_b").value) == (
        plane[3].name,
        plane[1].name,
    )
    assert not app.warning
    app = open_page("plane", point_a="nothing")
    assert "point_a='nothing' is not here" in app.warning[0].value


def test_turning_the_noise_moves_the_accuracy(open_page: OpenPage, plane: list[Point]):
    app = open_page("plane", section="Turn the noise")
    assert not app.exception
    assert app.metric[0].value == "90.5%"
    app.select_slider(key="dial").set_value(50).run()
    assert (app.metric[0].value, app.metric[0].delta) == ("65.5%", "-25.0 points by the noise")
    assert "50.0% of the support–query pairs are wrong" in texts(app)
    check_code_of_charts(app)


@pytest.mark.parametrize(
    ("section", "said"),
    [
        ("Over k and P", "Number of clusters k"),
        ("What goes with the gain?", "Rank correlations (Spearman's ρ)"),
    ],
)
def test_further_questions_have_their_answers(
    open_page: OpenPage, plane: list[Point], section: str, said: str
):
    app = open_page("plane", section=section)
    assert not app.exception
    assert said in texts(app)
    if section == "Over k and P":
        check_code_of_charts(app)


def test_pointing_deals_the_tasks_of_the_points_as_they_are_now(open_page: OpenPage, plane: list[Point]):
    def dealt() -> list:
        app = open_page("plane")
        assert not app.exception
        (hovered,) = [one for one in app.get("bidi_component") if one.key == "hovered task"]
        return json.loads(hovered.proto.json)[0]["tasks"]

    first = dealt()
    others = tuple(replace(one, tasks=tuple(task[::-1] for task in one.tasks)) for one in plane)
    save_plane(Plane(others, {"plane": 40, "plane_grocery": 20}), plane_points.FILE)
    assert dealt() == [[task[::-1] for task in of_point] for of_point in first]


def test_ones_own_choice_is_forecast_when_it_is_asked_for(open_page: OpenPage, plane: list[Point]):
    app = open_page("plane", section="Yours", n_clusters="20")
    assert not app.exception
    assert "Each encoder left out (4): the forecast is off by" in texts(app)
    assert "ranks numbers of clusters within an encoder the wrong way round" in texts(app)
    app.button(key="compute own construction").click().run()
    assert not app.exception
    assert "Practice on your tasks is forecast to add" in app.subheader[0].value
    assert "are of different classes (estimated)" in texts(app)
    turn_to(app, "partitions", "Are clusters pure?")
    app.button(key="audit same").click().run()
    turn_to(app, "plane", "Yours")
    assert "(estimated, and corrected by 1 pair that you judged)" in texts(app)


def turn_to(app: AppTest, name: str, section: str) -> None:
    """Open a section of another page in the same session."""
    app.switch_page(str(ROOT / f"pages/{name}.py")).run()
    app.session_state["section"] = section
    app.run()
    assert not app.exception


def test_a_run_of_the_same_clusters_fills_the_forecast(tmp_path: Path):
    home = Home(tmp_path, ())
    digits = {
        "dataset": DIGITS,
        "encoder": {"name": "pca"},
        "partition": {"name": "kmeans", "n_clusters": 20},
    }
    words = ("test.n_tasks=12", "budget=smoke", "learner.n_filters=8", "learner.iterations=4")
    run, result = execute(RunConfig.from_keys(words, base=digits), home)
    finished = FinishedRun.of(run)
    assert finished is not None
    found = found_gain(own_config(digits), [finished])
    accuracy = {
        row.method.is_baseline: row.accuracy for row in sorted(result.rows, key=lambda row: row.accuracy)
    }
    assert found == (pytest.approx(accuracy[False] - accuracy[True]), run.run_id)
    other = {**digits, "partition": {"name": "kmeans", "n_clusters": 30}}
    assert found_gain(own_config(other), [finished]) is None


def test_what_repeats_an_image_of_its_row_is_a_view_of_it():
    views = batch_of(replace(POINTS[0], tasks=(((5, 6, 5, 7), (1, 1, 1, 1)),)), 0).views
    assert views is not None
    assert views.is_view is not None
    assert views.is_view.tolist() == [[[False, False, True, False], [False, True, True, True]]]
    assert batch_of(POINTS[0], 0).views is None


def test_what_uses_no_embedding_says_what_it_stands_beside():
    assert "beside prototypes on PCA" in facts(point(encoder="", made_by="umtra"))
    assert "+11.0 ± 12.7 points beside prototypes on the same embedding" in facts(point())


def test_where_no_point_is_made_the_page_says_how(open_page: OpenPage, tmp_path: Path, monkeypatch):
    save_plane(Plane((), {"plane": 82}), tmp_path / "points.json")
    monkeypatch.setattr(plane_points, "FILE", tmp_path / "points.json")
    app = open_page("plane")
    assert not app.exception
    assert "umeta study plane" in texts(app)


def test_partitions_shows_which_k_teaches_best(open_page: OpenPage, plane: list[Point]):
    app = open_page("partitions", section="Which k teaches best?", encoder="pca")
    assert not app.exception
    assert "Handwriting (Omniglot)" in app.subheader[0].value


def test_what_it_needs_takes_no_torch():
    modules = ", ".join(f"umeta.{name}" for name in ("plane.forecast", "plane.verdict", "figures.plane"))
    code = (
        f"import sys; import {modules}; print([m for m in ('torch', 'sklearn', 'faiss') if m in sys.modules])"
    )
    printed = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert printed.stdout.strip() == "[]"


def test_the_points_that_come_with_umeta_are_read():
    plane = load_plane()
    assert set(plane.n_settings) == {"plane", "plane_grocery"}
    for one in plane.points:
        assert 0 <= one.noise <= 1
        assert one.diversity >= 1
        assert np.array(one.tasks).shape[1:] == (5, 4)
