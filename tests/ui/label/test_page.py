"""The Label page as a person meets it, without a browser.

Tests umeta.ui.label.board, umeta.ui.label.files, umeta.ui.label.groups, umeta.ui.label.marking and
umeta.ui.label.verdict, and what marks do on other pages.
"""

import time
from pathlib import Path

import numpy as np
import pytest

from tests.flat_folder import N_CLASSES
from tests.ui.conftest import ROOT, OpenPage, texts
from umeta.cache import Home
from umeta.data import DATASETS, Dataset
from umeta.data.marks import Marks
from umeta.data.marks_store import change_marks, kept_for_good, marks_file, stored_marks
from umeta.runs import RunConfig, RunDirectory
from umeta.runs.pipeline import execute
from umeta.runs.verdict import shape_for
from umeta.ui.label.groups import PER_GROUP
from umeta.ui.label.marking import _as_numbers, _from_numbers
from umeta.ui.label.verdict import readiness

Unlabelled = tuple[str, dict[str, int]]
QUICK = (
    "partition.n_clusters=8",
    "task.n_way=4",
    "task.n_query=2",
    "learner.n_filters=4",
    "learner.iterations=2",
    "test.n_tasks=12",
    "device=cpu",
    "budget=smoke",
)


@pytest.fixture
def dataset(unlabelled: Unlabelled, shared_home: Home) -> Dataset:
    return DATASETS.parse(unlabelled[0]).load(shared_home)


@pytest.fixture
def marks(dataset: Dataset, unlabelled: Unlabelled, shared_home: Home):
    """The images of meta_test, all marked by what they show."""
    ids = [str(dataset.images.ids[item]) for item in dataset.items("meta_test")]
    kinds = unlabelled[1]
    made = Marks(
        {f"kind {k}": tuple(name for name in ids if kinds[name] == k) for k in range(N_CLASSES)},
        dataset.content,
    )
    yield change_marks(shared_home, dataset.content, Marks(), made)
    marks_file(shared_home, dataset.content).unlink()


def component(app) -> dict:
    (grid,) = [one for one in app.get("bidi_component") if one.key == "marking"]
    return grid


def test_images_of_meta_test_are_offered_by_cluster_and_by_chance(
    open_page: OpenPage, unlabelled: Unlabelled, dataset: Dataset
):
    app = open_page("label", dataset=unlabelled[0], n_clusters="8")
    assert not app.exception
    assert component(app)
    assert f"Here are the {len(dataset.items('meta_test'))} images of meta_test" in texts(app)
    assert "So far 0 marks." in texts(app)


def test_a_set_that_has_classes_needs_no_marks(open_page: OpenPage):
    app = open_page("label")
    assert "has true classes, by which methods are judged" in texts(app)
    assert not [grid for grid in app.get("bidi_component") if grid.key == "marking"]


def test_what_the_browser_tells_becomes_marks_and_back(dataset: Dataset):
    ids = [str(name) for name in dataset.images.ids]
    told = {"classes": ["a", "b"], "items": [[3, 0], [5, 1], [7, 9], [-1, 0], [10_000, 1]]}
    marks = _from_numbers(told, dataset)
    assert marks == Marks({"a": (ids[3],), "b": (ids[5],)}, dataset.content)
    assert _as_numbers(marks, dataset) == {"classes": ["a", "b"], "items": [[3, 0], [5, 1]]}


def test_what_marks_are_good_for_is_said():
    few = Marks({"a": ("1", "2"), "b": ("3",)})
    assert "A task needs two classes of two images" in readiness(few)
    enough = Marks({f"class {k}": tuple(f"{k}/{i}" for i in range(10)) for k in range(8)})
    said = readiness(enough)
    assert "80 marks of 8 classes: tasks of 4 ways, 1 shot and 5 queries of each class." in said
    assert "Fewer than" not in said
    assert "say little" not in said


@pytest.mark.process
@pytest.mark.lengthy
def test_a_run_judged_by_marks_finds_its_learner_again(
    open_page: OpenPage, unlabelled: Unlabelled, shared_home: Home, marks: Marks, dataset: Dataset
):
    config = RunConfig.from_keys((f"dataset={unlabelled[0]}", *QUICK))
    first, result = execute(config, shared_home)
    assert result.judged_on == "views"
    learners = sorted((shared_home.products / "learners").iterdir())
    app = open_page("label", dataset=unlabelled[0], n_clusters="8")
    assert not app.exception
    app.selectbox(key="run to judge").set_value(
        next(name for name in app.selectbox(key="run to judge").options if first.run_id in name)
    )
    app.button(key="judge").click().run()
    assert not app.exception
    run = RunDirectory(shared_home.runs / app.session_state["umeta.verdict"])
    deadline = time.monotonic() + 120
    while not run.is_finished and run.status().state != "failed" and time.monotonic() < deadline:
        time.sleep(0.2)
    judged = run.result()
    assert judged is not None, run.status().message
    assert sorted((shared_home.products / "learners").iterdir()) == learners
    assert judged.judged_on == "classes"
    assert judged.uses_marks
    assert judged.config["dataset"]["labels"] == str(kept_for_good(shared_home, marks))
    sizes = [len(ids) for ids in marks.classes.values()]
    assert {((row.n_way,), row.label_use) for row in judged.rows} == {(shape_for(sizes, 4)["n_way"], "none")}
    app.run()
    assert "marked classes, which the interval covers" in app.success[0].value
    results = open_page("results", dataset=unlabelled[0], run=run.run_id)
    assert not results.exception
    assert results.segmented_control(key="over").value == "classes"


def test_marks_are_true_classes_on_other_pages(
    open_page: OpenPage, unlabelled: Unlabelled, marks: Marks, dataset: Dataset
):
    app = open_page(
        "tasks",
        dataset=unlabelled[0],
        n_clusters="8",
        n_way="3",
        n_query="1",
        reveal="true",
        source="test tasks",
    )
    assert not app.exception
    assert "oracle" not in app.segmented_control(key="source").options  # no class is known in meta_train
    assert "kind " in texts(app)
    app = open_page(
        "explore",
        dataset=unlabelled[0],
        n_clusters="8",
        reveal="true",
        all_splits="true",
        colour="true class",
    )
    assert not app.exception
    partitions = open_page("partitions", dataset=unlabelled[0], n_clusters="8", n_query="2", reveal="true")
    assert not partitions.exception
    assert f"{len(marks.class_of)} marked images" in texts(partitions)


def test_groups_hold_every_image_once(dataset: Dataset, shared_home: Home, monkeypatch: pytest.MonkeyPatch):
    from umeta.ui.label.groups import _by_chance, _by_cluster

    monkeypatch.setenv("UMETA_HOME", str(shared_home.root))
    items = dataset.items("meta_test")
    vectors = np.random.default_rng(0).normal(size=(len(dataset.images), 3)).astype(np.float32)
    clusters = np.where(dataset.split_of == 0, np.arange(len(vectors)) % 4, -1).astype(np.int32)
    for view in (_by_chance(dataset, items), _by_cluster(dataset, items, vectors, clusters)):
        assert sorted(view.items.tolist()) == items.tolist()
        assert view.groups[0].start == 0
        assert sum(group.count for group in view.groups) == len(items)
        assert max(group.count for group in view.groups) <= PER_GROUP
        assert view.sprite.n_items == len(items)


def test_exports_are_what_the_command_line_reads(
    open_page: OpenPage, unlabelled: Unlabelled, marks: Marks, shared_home: Home, tmp_path: Path
):
    app = open_page("label", dataset=unlabelled[0])
    assert "umeta run … --labels marks.json" in texts(app)
    assert len(app.get("download_button")) == 2
    labelled = DATASETS.parse({"name": unlabelled[0], "labels": str(kept_for_good(shared_home, marks))})
    data = labelled.load(shared_home)
    assert data.n_classes("meta_test") == N_CLASSES
    assert data.n_labelled("meta_train") == 0
    assert stored_marks(shared_home, marks.content) == marks


def test_drawings_are_masks_by_their_light():
    """A page of images has no alpha: as a mask without this mode it is a filled square."""
    styles = {file.name: file.read_text("utf-8") for file in (ROOT / "umeta").rglob("*.css")}
    masks = {name: text for name, text in styles.items() if "mask: var(--" in text}
    assert {"marking.css", "pictures.css"} <= set(masks)
    assert all("mask-mode: luminance" in text for text in masks.values())
