"""Which test tasks a run is judged on, and a whole run that is judged on views; tests umeta.data.known_classes too."""

import logging
from dataclasses import replace

import numpy as np
import pytest

from tests.small_runs import small
from umeta.cache import Home
from umeta.data import Attribute, Dataset
from umeta.results.contenders import Setting, contenders, on_same_tasks
from umeta.results.finished_run import FinishedRun
from umeta.results.paper import paper_columns
from umeta.results.reload import tasks_of
from umeta.results.tables import as_csv, as_latex, as_markdown, columns
from umeta.runs import RunConfig
from umeta.runs.judging_kind import with_judging_kind
from umeta.runs.pipeline import execute, prepare
from umeta.runs.testing import VIEWS_NOTE
from umeta.stage import UserError

LITTLE = ("learner.iterations=2", "test.n_tasks=12")


@pytest.fixture(scope="module")
def glyphs(shared_home: Home) -> Dataset:
    return small().dataset.load(shared_home)


def with_classes(dataset: Dataset, values: np.ndarray) -> Dataset:
    names = [f"class {k}" for k in range(values.max() + 1)]
    return replace(dataset, classes=Attribute(values.astype(np.int32), names))


def test_a_labelled_set_is_judged_on_its_classes_and_its_runs_keep_their_ids(glyphs: Dataset):
    config = small()
    resolved = with_judging_kind(config, glyphs)
    assert resolved.test.of == "classes"
    assert resolved.run_id == config.run_id
    assert "of" not in config.model_dump()["test"]
    assert RunConfig(**small("test.of=views").model_dump()).test.of == "views"
    assert small("test.of=views").run_id != config.run_id


def test_a_set_without_classes_is_judged_on_views(glyphs: Dataset):
    unlabelled = with_classes(glyphs, np.full(len(glyphs.images), -1))
    assert with_judging_kind(small(), unlabelled).test.of == "views"
    with pytest.raises(
        UserError, match="test.of=classes needs 2 classes of 2 images in meta_test, and .* none"
    ):
        with_judging_kind(small("test.of=classes"), unlabelled)


def test_views_are_fewer_tasks_unless_their_number_is_given(glyphs: Dataset):
    unlabelled = with_classes(glyphs, np.full(len(glyphs.images), -1))
    by_default = RunConfig.from_keys(("dataset=glyphs",))
    assert with_judging_kind(by_default, unlabelled).test.n_tasks == 300
    assert with_judging_kind(by_default, glyphs).test.n_tasks == 1000
    given = RunConfig.from_keys(("dataset=glyphs", "test.n_tasks=900"))
    assert with_judging_kind(given, unlabelled).test.n_tasks == 900


def test_vectors_without_pictures_are_not_judged_on_views(glyphs: Dataset):
    vectors = np.zeros((len(glyphs.images), 4), np.float32)
    points = replace(
        with_classes(glyphs, np.full(len(glyphs.images), -1)), images=replace(glyphs.images, vectors=vectors)
    )
    with pytest.raises(UserError, match="vectors without pictures, of which a random view means nothing"):
        with_judging_kind(small(), points)


def test_two_classes_of_two_images_are_enough_to_be_judged_on(glyphs: Dataset):
    values = np.full(len(glyphs.images), -1)
    items = glyphs.items("meta_test")
    values[items[:3]] = 0, 0, 1
    assert with_judging_kind(small(), with_classes(glyphs, values)).test.of == "views"
    with pytest.raises(UserError, match="glyphs has 2 there"):
        with_judging_kind(small("test.of=classes"), with_classes(glyphs, values))
    values[items[3]] = 1
    assert with_judging_kind(small(), with_classes(glyphs, values)).test.of == "classes"


def test_finished_embeddings_know_no_views_so_that_baselines_on_them_are_left_out_and_it_is_said(
    glyphs: Dataset, tmp_path, caplog: pytest.LogCaptureFixture
):
    config = small(f"encoder=import:{tmp_path / 'vectors.npz'}", "test.of=views", "baselines=linear,scratch")
    with caplog.at_level(logging.WARNING):
        resolved = with_judging_kind(config, glyphs)
    assert [baseline.label for baseline in resolved.baselines] == ["scratch"]
    assert "has no vectors of views: linear." in caplog.text
    with pytest.raises(UserError, match="has vectors of the images alone, so linear cannot be judged"):
        with_judging_kind(
            small(
                f"encoder=import:{tmp_path / 'v.npz'}", "test.of=views", "learner=none", "baselines=linear"
            ),
            glyphs,
        )


@pytest.fixture(scope="module")
def own_home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    root = tmp_path_factory.mktemp("judging")
    return Home(root, (root / "data",))


@pytest.fixture(scope="module")
def on_views(own_home: Home) -> FinishedRun:
    run = FinishedRun.of(execute(small(*LITTLE, "test.of=views"), own_home)[0])
    assert run is not None
    return run


@pytest.mark.lengthy
def test_all_methods_answer_the_same_saved_tasks_of_views(on_views: FinishedRun, own_home: Home):
    result = on_views.result
    assert {row.label_use for row in on_views.rows} == {"none"}
    assert {row.method.name for row in on_views.rows} == {
        "CACTUs-ProtoNets",
        "nearest-neighbour",
        "linear",
        "prototypes",
    }
    assert len({row.tasks_hash for row in on_views.rows}) == 1
    assert all(row.accuracy > 0.3 for row in on_views.rows if row.method.is_baseline)  # chance is a fifth
    assert result.to_json()["test_note"] == VIEWS_NOTE
    assert result.judged_on == "views"
    marked = {**result.config, "dataset": {**result.config["dataset"], "labels": "marks.json"}}
    assert not replace(result, config=marked).uses_marks  # they decide nothing where views are asked about
    dataset = small().dataset.load(own_home)
    saved = tasks_of(on_views, on_views.rows[0], dataset)
    drawn = tasks_of(replace(on_views, directory=None), on_views.rows[0], dataset)
    assert saved.hash == drawn.hash == on_views.rows[0].tasks_hash
    assert (dataset.split_of[saved.tasks.support] == 2).all()


@pytest.mark.lengthy
def test_views_and_classes_stand_in_no_comparison_together(on_views: FinishedRun, own_home: Home):
    on_classes = FinishedRun.of(execute(small(*LITTLE), own_home)[0])
    assert on_classes is not None
    assert on_classes.result.to_json().get("test_note") is None
    _, left_out = on_same_tasks([on_classes, on_views])
    assert left_out == {
        on_views.run_id: "it was judged on tasks of views of single images, not of true classes"
    }
    methods = contenders([on_classes, on_views], Setting(5, 1))
    assert {method.judged_on for method in methods} == {"classes"}


@pytest.mark.lengthy
def test_tables_say_what_tasks_of_views_do_not_show(on_views: FinishedRun):
    methods = contenders([on_views], Setting(5, 1))
    assert "views of single images: says nothing of classes" in as_csv(columns(methods))
    assert VIEWS_NOTE in as_markdown(methods)
    assert VIEWS_NOTE in as_latex(methods)
    assert paper_columns(methods[0]) == {}


def test_prepare_settles_what_is_judged(shared_home: Home):
    assert prepare(small(), shared_home)[0].test.of == "classes"
