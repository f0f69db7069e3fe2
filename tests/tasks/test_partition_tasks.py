from typing import Any

import numpy as np
import pytest

from umeta.partitions.random_labels import RandomLabels
from umeta.stage import UserError
from umeta.tasks import SOURCES, TaskBatch, TaskConfig
from umeta.tasks.partition_tasks import PartitionTasks

CLUSTERS = np.repeat(np.arange(10), 20).astype(np.int32)
VECTORS = np.random.default_rng(0).normal(size=(200, 4)).astype(np.float32)
SHAPE = TaskConfig(n_way=3, n_shot=1, n_query=4)


def tasks_of(n_tasks: int = 300, **dials: Any) -> TaskBatch:
    source = PartitionTasks(**dials).over(np.arange(200), lambda: [CLUSTERS, CLUSTERS], lambda: VECTORS)
    return source.sample(n_tasks, SHAPE, rng=np.random.default_rng(4))


def test_dials_at_rest_are_no_part_of_an_identity_and_change_no_task():
    assert PartitionTasks().model_dump() == {"name": "partition"}
    assert PartitionTasks(noise=0.2, n_clusters=7).model_dump() == {
        "name": "partition",
        "noise": 0.2,
        "n_clusters": 7,
    }
    plain, at_rest = tasks_of(), tasks_of(seed=3, noise_form="clustered")
    assert (plain.support == at_rest.support).all()
    assert (plain.query == at_rest.query).all()


@pytest.mark.parametrize(
    ("dials", "text"),
    [
        ({}, ""),
        ({"seed": 1, "noise_form": "clustered"}, ""),
        ({"noise": 0.25}, "noise=0.25"),
        ({"noise": 1.0, "noise_form": "clustered", "nearness": 0.5}, "noise=1 clustered, nearness=0.5"),
        ({"n_clusters": 8, "views": 1.0}, "clusters=8, views=1"),
    ],
)
def test_dials_say_what_they_are_turned_to(dials: dict[str, Any], text: str):
    assert PartitionTasks(**dials).dials == text


def test_noise_is_another_in_each_partition_and_the_same_for_a_seed():
    noisy = PartitionTasks(noise=0.5)
    first, second = noisy.turned(CLUSTERS, 0), noisy.turned(CLUSTERS, 1)
    assert (first != second).any()
    assert (first == PartitionTasks(noise=0.5).turned(CLUSTERS, 0)).all()
    assert (first != PartitionTasks(noise=0.5, seed=1).turned(CLUSTERS, 0)).any()


def test_tasks_of_noise_hold_as_many_strangers_as_the_share_makes():
    def same_class(**dials: Any) -> float:
        tasks = tasks_of(2000, **dials)
        return float((CLUSTERS[tasks.support] == CLUSTERS[tasks.query]).mean())

    assert same_class() == 1
    # a pair is right where neither was exchanged, or by chance: 0.6² + (1 − 0.6²) / 10
    assert same_class(noise=0.4) == pytest.approx(0.36 + 0.64 / 10, abs=0.05)
    chance = same_class(noise=1.0)
    assert chance == pytest.approx(19 / 199, abs=0.03)
    by_random_labels = RandomLabels(n_clusters=10, seed=3).make_partitions(VECTORS)[0].clusters
    pairs = by_random_labels[:, None] == by_random_labels
    truth = CLUSTERS[:, None] == CLUSTERS
    assert chance == pytest.approx(truth[pairs & ~np.eye(200, dtype=bool)].mean(), abs=0.03)


def test_pieces_that_go_wrong_together_leave_more_pairs_right():
    right = {}
    for form in ("random", "clustered"):
        tasks = tasks_of(2000, noise=1.0, noise_form=form)
        right[form] = (CLUSTERS[tasks.support] == CLUSTERS[tasks.query]).mean()
    assert right["clustered"] > right["random"] + 0.05


def test_tasks_are_drawn_from_some_clusters_of_each_partition_and_more_keep_the_fewer():
    four, six = tasks_of(n_clusters=4), tasks_of(n_clusters=6)
    for partition in range(2):
        few = set(four.clusters[four.origin == partition].ravel().tolist())
        more = set(six.clusters[six.origin == partition].ravel().tolist())
        assert (len(few), len(more)) == (4, 6)
        assert few < more
    with pytest.raises(UserError, match="at most 2"):
        tasks_of(n_clusters=2)


def test_items_of_clusters_that_are_not_drawn_never_come_in_by_noise():
    turned = PartitionTasks(n_clusters=4, noise=1.0).turned(CLUSTERS, 0)
    kept = PartitionTasks(n_clusters=4).turned(CLUSTERS, 0)
    assert ((turned >= 0) == (kept >= 0)).all()
    assert (kept >= 0).sum() == 80


def test_dials_that_read_vectors_say_so_where_there_are_none():
    turned: list[dict[str, Any]] = [{"nearness": 0.5}, {"noise": 0.2, "noise_form": "clustered"}]
    for dials in turned:
        assert PartitionTasks(**dials).reads_vectors
        with pytest.raises(UserError, match="embedding"):
            PartitionTasks(**dials).over(np.arange(200), lambda: [CLUSTERS])
    asked = []
    PartitionTasks(noise=0.2).over(np.arange(200), lambda: [CLUSTERS], lambda: asked.append(1) or VECTORS)
    assert not asked


def test_dials_turn_together_and_are_found_by_name():
    source = SOURCES.parse({"name": "partition", "noise": 0.1, "nearness": 1.0, "views": 0.5})
    tasks = source.over(np.arange(200), lambda: [CLUSTERS], lambda: VECTORS).sample(
        20, SHAPE, rng=np.random.default_rng(0)
    )
    assert tasks.views is not None
    assert tasks.support.shape == (20, 3, 1)
    with pytest.raises(UserError, match=r"source.noise=1.5: .*less than or equal to 1"):
        SOURCES.parse({"name": "partition", "noise": 1.5})
