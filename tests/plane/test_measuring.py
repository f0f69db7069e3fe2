"""Tests umeta.plane.construction, umeta.plane.points and umeta.plane.shown_tasks too."""

import dataclasses

import numpy as np
import pytest

from tests.studies.small_studies import TINY, write_study
from umeta.cache import Home
from umeta.plane import measuring
from umeta.plane.construction import make, measure, measure_without_labels
from umeta.plane.measuring import points_of, settings_of
from umeta.plane.points import Plane, load_plane, save_plane
from umeta.stage import UserError
from umeta.studies.cells import execute_study
from umeta.studies.study import Study, load_study

NOISY = {"name": "partition", "noise": 0.5}
GRID = [
    TINY["grid"][0],
    {"partition": "kmeans", "learner": "protonets", "seed": [0, 1], "baselines": []},
    {"partition": ["oracle", "random"], "learner": "protonets", "baselines": []},
    {"partition": "oracle", "source": NOISY, "learner": "protonets", "baselines": []},
    {"partition": "random", "source": "umtra", "learner": "protonets", "baselines": []},
]
COMMON = {
    **TINY["common"],
    "test": {"n_way": 5, "n_shot": 1, "n_query": 3, "n_tasks": 12},
    "random": {"n_clusters": 20},
}


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Home:
    return Home(tmp_path_factory.mktemp("home"), ())


@pytest.fixture(scope="module")
def study(tmp_path_factory, home) -> Study:
    study = load_study(write_study(tmp_path_factory.mktemp("study"), grid=GRID, common=COMMON), "smoke")
    assert not execute_study(study, home)
    return study


@pytest.fixture(scope="module")
def points(study, home):
    return {point.name: point for point in points_of(study, home)}


def test_a_construction_is_a_point_with_its_trainings_beside_the_best_baseline(study, points):
    assert [len(setting) for setting in settings_of(study)] == [2, 1, 1, 1, 1]
    assert list(points) == [
        "kmeans of pca, k = 20, P = 1",
        "true classes",
        "random groups, k = 20, P = 1",
        "true classes, 50% noise",
        "single images (umtra), views of strength 1",
    ]
    clusters = points["kmeans of pca, k = 20, P = 1"]
    assert len(clusters.accuracies) == 2
    assert clusters.baseline in ("nearest-neighbour", "prototypes")
    assert clusters.gains == tuple(a - clusters.baseline_accuracy for a in clusters.accuracies)
    assert clusters.gain == pytest.approx(clusters.accuracy - clusters.baseline_accuracy)
    assert [point.is_anchor for point in points.values()] == [False, True, True, True, False]


def test_noise_and_diversity_mean_the_same_for_every_construction(points):
    noise = {name: point.noise for name, point in points.items()}
    assert noise["true classes"] == noise["single images (umtra), views of strength 1"] == 0
    assert 0 < noise["kmeans of pca, k = 20, P = 1"] < noise["random groups, k = 20, P = 1"]
    assert noise["random groups, k = 20, P = 1"] > 0.9
    assert 0.5 < noise["true classes, 50% noise"] < 0.9
    diversity = {name: point.diversity for name, point in points.items()}
    n_items = 60 * 20 * 0.7  # of meta_train, roughly: one pair each
    assert diversity["single images (umtra), views of strength 1"] == pytest.approx(n_items, rel=0.2)
    assert diversity["true classes"] < diversity["kmeans of pca, k = 20, P = 1"]


def test_only_clusters_of_an_embedding_have_a_number_and_an_agreement(points):
    assert points["true classes"].agreement is None
    assert points["single images (umtra), views of strength 1"].n_clusters is None
    assert points["kmeans of pca, k = 20, P = 1"].n_clusters <= 20
    chance = points["random groups, k = 20, P = 1"].agreement
    assert chance < 0.2 < points["kmeans of pca, k = 20, P = 1"].agreement


def test_a_point_keeps_tasks_to_look_at_in_which_noise_can_be_watched(study, points):
    classes = settings_of(study)[0][0].dataset.load(Home.from_environment()).classes.values
    plain = np.array(points["true classes"].tasks)
    assert plain.shape == (6, 5, 4)
    assert (classes[plain] == classes[plain[..., :1]]).all()
    noisy = np.array(points["true classes, 50% noise"].tasks)
    assert 0.2 < (noisy != plain).mean() < 0.7
    of_views = np.array(points["single images (umtra), views of strength 1"].tasks)
    assert (of_views == of_views[..., :1]).all()


def test_without_labels_the_same_is_measured(study, home, points):
    setting = settings_of(study)[0]
    found = measure_without_labels(make(setting[0], home), home)
    whole = points["kmeans of pca, k = 20, P = 1"]
    assert (found.diversity, found.agreement) == (whole.diversity, whole.agreement)
    assert measure(make(setting[0], home), home).diversity == found.diversity


def test_a_construction_is_measured_once_and_one_with_a_missing_training_is_left_out(
    study, home, points, monkeypatch
):
    monkeypatch.setattr(measuring, "make", lambda *_: pytest.fail("measured again"))
    assert list(points_of(study, home, known=points.values())) == list(points.values())
    more = load_study(str(study.path), "smoke", ["protonets.iterations=5"])
    assert list(points_of(more, home)) == []


def test_a_plane_is_read_as_it_was_written(points, tmp_path):
    plane = Plane(tuple(points.values()), {"tiny": 5})
    save_plane(plane, tmp_path / "points.json")
    read = load_plane(tmp_path / "points.json")
    assert read.n_settings == {"tiny": 5}
    assert [point.name for point in read.of("tiny")] == list(points)
    for own, back in zip(plane.points, read.points, strict=True):
        assert back.sections == own.sections
        for field in dataclasses.fields(own):
            value = getattr(own, field.name)
            if isinstance(value, float):
                assert np.isclose(getattr(back, field.name), value, rtol=1e-3)
    (tmp_path / "points.json").write_text("{}")
    with pytest.raises(UserError, match="is no plane"):
        load_plane(tmp_path / "points.json")
