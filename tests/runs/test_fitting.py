"""Tests umeta.runs.fit_training, umeta.runs.fit_test, umeta.runs.misfits and umeta.runs.task_shapes too."""

from pathlib import Path

import numpy as np
import pytest

from umeta.cache import Home
from umeta.data import Dataset, ImageSet
from umeta.data.dataset import Attribute, DatasetCard
from umeta.runs import RunConfig
from umeta.runs.fitting import Misfit, fit, fit_note, misfits
from umeta.runs.task_shapes import classes_bear, lowered, suitable_n_clusters, usable_clusters
from umeta.stage import UserError, build
from umeta.studies.study import load_study
from umeta.tasks import TaskConfig


def made(train: list[int], test: list[int], *, size: int = 8, labelled: bool = True) -> Dataset:
    """A data set of noise with classes of these sizes."""
    sizes = [*train, *test]
    classes = np.repeat(np.arange(len(sizes)), sizes).astype(np.int32)
    images = np.random.default_rng(0).integers(0, 255, (sum(sizes), 1, size, size), dtype=np.uint8)
    return Dataset(
        images=ImageSet("made", images, [str(item) for item in range(len(images))]),
        classes=Attribute(
            classes if labelled else np.full_like(classes, -1), [f"c{i}" for i in range(len(sizes))]
        ),
        split_of=np.repeat([0, 2], [sum(train), sum(test)]).astype(np.int8),
        card=DatasetCard(title="", what="", source="", licence="", split=""),
    )


SMALL = made([12] * 5, [12] * 5)


def fitted(dataset: Dataset, *keys: str) -> RunConfig:
    return fit(RunConfig.from_keys(keys), dataset)


def shape_of(config: RunConfig) -> tuple[int, int, int]:
    return config.task.n_way, config.task.n_shot, config.task.n_query


def test_defaults_fit_a_small_set():
    found = fitted(SMALL, "encoder=pca")
    partition = found.model_dump()["partition"]
    assert shape_of(found) == (5, 1, 3)
    assert (partition["n_clusters"], partition["min_cluster_size"], found.encoder.dim) == (8, 4, 60)
    assert (found.test.n_way, found.test.n_shot, found.test.n_query) == ((5,), (1,), 5)


def test_defaults_that_were_changed_are_told_in_one_line():
    given = RunConfig.from_keys(["learner.episodes_per_pass=1"])
    note = fit_note(given, fit(given, SMALL))
    assert note.startswith("Defaults fitted to the images: ")
    assert "task.n_query=3 instead of 15" in note
    assert "dataset." not in note
    assert fit_note(given, given) == ""


def test_ways_are_at_most_the_classes_there_are_and_queries_what_these_bear():
    few = fitted(made([200] * 30, [100] * 3), "learner=maml")
    assert (few.test.n_way, few.test.n_query, few.task.n_way) == ((3,), 5, 5)
    tiny = fitted(made([40] * 10, [3] * 9))
    assert (tiny.test.n_way, tiny.test.n_query) == ((5,), 2)
    listed = fitted(made([200] * 30, [100] * 7), "test.n_shot=1,5", "task.n_way=5")
    assert (listed.test.n_way, listed.test.n_shot) == ((5,), (1, 5))


def test_what_was_given_is_kept_and_what_was_given_in_vain_is_told_at_once():
    keys = ("task.n_query=15", "task.n_way=5", "test.n_way=20", "encoder=pca", "encoder.dim=64")
    with pytest.raises(UserError) as caught:
        fitted(SMALL, *keys)
    message = str(caught.value)
    assert message.startswith("3 options do not fit made: task.n_query=15: meta_train has 60 images")
    assert "test.n_way=20: meta_test has 5 classes, 5 of them of 6 images or more; 5 fits" in message
    assert message.endswith("Give task.n_query=3 encoder.dim=60 test.n_way=5.")
    assert "\n" not in message
    config = RunConfig.from_keys(keys)
    told = [f"{misfit.key}={_typed(misfit.fits)}" for misfit in misfits(config, SMALL)]
    mended = RunConfig.from_keys(["encoder=pca", *told])
    assert misfits(mended, SMALL) == []


def _typed(value: object) -> str:
    return ",".join(map(str, value)) if isinstance(value, tuple) else str(value)


def test_the_advice_on_too_few_clusters_is_more_of_them():
    config = RunConfig.from_keys(["task.n_query=3", "task.n_way=5", "partition.n_clusters=2"])
    (misfit,) = misfits(config, SMALL)
    assert (misfit.key, misfit.value, misfit.fits) == ("partition.n_clusters", 2, 8)
    assert "tasks of 5 ways need 5 times 4" in misfit.reason
    too_many = misfits(RunConfig.from_keys(["partition.n_clusters=5000"]), SMALL)
    assert [(one.key, one.fits) for one in too_many] == [("partition.n_clusters", 8)]


def test_a_given_number_of_clusters_that_may_do_is_left_to_the_clustering():
    found = fitted(SMALL, "task.n_query=3", "partition.n_clusters=7")
    assert (shape_of(found), found.model_dump()["partition"]["n_clusters"]) == ((5, 1, 3), 7)


@pytest.mark.parametrize(
    ("keys", "shape"),
    [
        (("source=protoclr",), (50, 1, 3)), (("source=umtra",), (5, 1, 1)), (("partition=oracle",), (5, 1, 3)),
        (("partition=hdbscan",), (5, 1, 3)), (("partition=balanced",), (5, 1, 3)), (("partition=random",), (5, 1, 3)),
        (("partition=hyperplanes",), (5, 1, 3)), (("partition=gmm",), (5, 1, 3)), (("learner=none",), (5, 1, 15)),
        (("oracle=true",), (5, 1, 3)), (("partition=oracle", "learner.episodes_per_pass=1"), (5, 1, 11)),
    ],
)  # fmt: skip
def test_training_tasks_fit_what_they_are_drawn_from(keys, shape):
    assert shape_of(fitted(SMALL, *keys)) == shape


def test_a_source_of_single_images_has_at_most_as_many_ways():
    assert fitted(made([5] * 4, [5] * 5), "source=protoclr").task.n_way == 20


def test_test_tasks_of_views_need_images_alone():
    unlabelled = made([30] * 5, [2, 2], labelled=False)
    assert fitted(unlabelled).test.n_way == (4,)
    assert fitted(unlabelled, "test.of=views").test.n_query == 5


def test_a_set_too_small_for_any_task_is_told():
    for sizes in ([1, 1], [3], [2, 1]):
        with pytest.raises(UserError, match="too few for a training task of any shape|has .* images"):
            fitted(made(sizes, sizes))


@pytest.mark.parametrize(
    "keys",
    [
        (), ("budget=smoke",), ("learner=maml",), ("learner=maml", "budget=paper"), ("partition=hdbscan",),
        ("partition=hyperplanes",), ("partition=balanced",), ("source=protoclr",), ("task.n_shot=5",), ("oracle=true",),
        ("test.n_way=5,10", "test.n_shot=1,5"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("dataset", ["glyphs", "digits"])
def test_what_fits_a_set_of_usual_size_stays_to_the_last_option(keys, dataset, shared_home: Home):
    if dataset == "digits" and "source=protoclr" in keys:
        pytest.skip("digits has 10 classes in all, and such tasks 50 ways")
    config = RunConfig.from_keys([f"dataset={dataset}", *keys])
    loaded = config.dataset.load(shared_home)
    n_clusters = config.model_dump()["partition"].get("n_clusters")
    found = fit(config, loaded)
    plain = config.model_dump()
    if "n_clusters" in plain["partition"]:
        default = len(loaded.items("meta_train")) // 40
        plain["partition"]["n_clusters"] = n_clusters or min(500, max(2, default))
    assert found.model_dump() == plain


def test_cells_of_studies_fit_their_data_as_they_are(shared_home: Home):
    big = made([20] * 1000, [20] * 400)
    for name in ("omniglot", "simclr"):
        for cell in load_study(name).cells:
            assert fit(cell, big).run_id == cell.run_id


def test_a_fitted_config_fits_and_survives_its_round_trip():
    found = fitted(SMALL, "learner=maml")
    again = build(RunConfig, found.model_dump(mode="json"), where="")
    assert misfits(again, SMALL) == []
    assert fit(again, SMALL).run_id == found.run_id == fit(found, SMALL).run_id


def test_defaults_that_a_budget_sets_are_no_given_options():
    config = RunConfig.from_keys(["budget=smoke", "learner.lr=0.1"])
    assert config.learner.model_fields_set == {"name", "lr"}
    assert config.task.model_fields_set == set()
    assert RunConfig.from_keys(["task.n_way=7"]).test.model_fields_set == set()


def test_counts_are_lowered_in_order_and_no_more_than_needed():
    shape = TaskConfig(n_way=5, n_shot=3, n_query=15)
    bears = classes_bear(np.array([9, 9, 9, 4]))
    found = lowered(shape, bears, ("n_query", "n_way"))
    assert found is not None
    assert (found.n_way, found.n_shot, found.n_query) == (4, 3, 1)
    assert lowered(shape, bears, ("n_query",)) is None
    found = lowered(shape, classes_bear(np.array([30, 30])), ("n_query", "n_way"))
    assert found is not None
    assert (found.n_way, found.n_query) == (2, 15)  # fewer queries were of no use


def test_the_number_of_clusters_is_the_default_wherever_that_is_expected_to_do():
    shape = TaskConfig()
    assert suitable_n_clusters(4000, shape) == 100
    assert suitable_n_clusters(100_000, shape) == 500
    assert suitable_n_clusters(60, shape) is None
    assert suitable_n_clusters(60, shape.with_defaults(n_query=3)) == 8
    assert usable_clusters(10, 1000, 1) == pytest.approx(9.9, abs=0.01)


def test_a_misfit_reads_as_a_sentence():
    assert str(Misfit("test.n_way", (5, 20), (5,), "there are 5 classes")) == (
        "test.n_way=5,20: there are 5 classes; 5 fits"
    )


def test_a_short_training_on_ones_own_images_takes_the_steps_that_three_minutes_have_time_for(tmp_path: Path):
    folder, maml = f"dataset=folder:{tmp_path}", "learner=maml"
    large, small = made([12] * 5, [12] * 5, size=84), made([12] * 5, [12] * 5, size=28)
    assert fitted(large, folder).learner.iterations == 1670  # 20 images of 9 units, 0.11 s a step
    # 2 tasks of 5 ways, 5 passes of the support and one of 3 queries: 80 images of 9 · 2.4 units, 0.35 s a step
    assert fitted(large, folder, maml).learner.iterations == 520
    assert fitted(small, folder, maml).learner.iterations == 11_250
    assert fitted(large, folder, maml, "learner.iterations=900").learner.iterations == 900
    assert fitted(large, folder, maml, "budget=paper").learner.iterations > 1000
    assert fitted(large, maml).learner.iterations == 16_000  # a known set
