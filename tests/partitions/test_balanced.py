import time

import numpy as np
import pytest

from tests.partitions.points import agreement, blobs, partitions_of
from umeta.partitions.balanced import BalancedKMeans
from umeta.stage import Cancelled, Step, UserError


def test_a_set_of_which_half_is_one_point_takes_seconds():
    points = np.random.default_rng(0).normal(size=(4000, 16)).astype(np.float32)
    points[:2000] = 0
    began = time.process_time()
    sizes = partitions_of(BalancedKMeans(n_clusters=100), points)[0].sizes()[1]
    assert sizes.tolist() == [40] * 100
    assert time.process_time() - began < 15


@pytest.mark.parametrize(("n_items", "n_clusters"), [(240, 8), (240, 7), (239, 50), (50, 50), (11, 2)])
def test_sizes_are_within_one_of_each_other(n_items: int, n_clusters: int):
    (partition,) = partitions_of(BalancedKMeans(n_clusters=n_clusters), blobs()[:n_items])
    sizes = partition.sizes()[1]
    assert len(sizes) == n_clusters == partition.n_made
    assert sizes.max() - sizes.min() == (n_items % n_clusters > 0)


def test_groups_of_equal_size_are_found():
    truth = np.repeat(np.arange(8), 30)
    assert agreement(
        partitions_of(BalancedKMeans(n_clusters=8), blobs())[0].clusters, truth
    ) == pytest.approx(1)


def test_neighbours_stay_together_where_groups_are_unequal():
    points = np.concatenate([np.zeros((90, 2)), np.full((10, 2), 100.0)]).astype(np.float32)
    points += np.random.default_rng(0).normal(size=points.shape).astype(np.float32)
    clusters = partitions_of(BalancedKMeans(n_clusters=10), points)[0].clusters
    assert len(set(clusters[90:].tolist())) == 1


@pytest.mark.parametrize("kind", ["duplicates", "outlier", "far away"])
def test_hard_embeddings_end_balanced(kind: str):
    points = np.random.default_rng(0).normal(size=(600, 4)).astype(np.float32)
    if kind == "duplicates":
        points = np.round(points[:, :1])  # some six distinct values
    elif kind == "outlier":
        points[0] = 1e6
    else:
        points += 1e4
    sizes = partitions_of(BalancedKMeans(n_clusters=40), points)[0].sizes()[1]
    assert sizes.tolist() == [15] * 40


def test_partitions_differ_by_scaling_and_repeat_with_their_seed():
    points = np.random.default_rng(0).normal(size=(600, 12)).astype(np.float32)
    before = points.copy()
    made, again = (partitions_of(BalancedKMeans(n_clusters=10, n_partitions=3), points) for _ in range(2))
    assert agreement(made[1].clusters, made[2].clusters) < 0.9
    assert all((a.clusters == b.clusters).all() for a, b in zip(made, again, strict=True))
    assert (points == before).all()


def test_clusters_smaller_than_a_task_needs_are_refused_with_a_number_that_works():
    with pytest.raises(
        UserError,
        match=r"n_clusters=20 equal clusters of 240 items hold 12 each, but each must hold 16 .* to 15 or fewer",
    ):
        partitions_of(BalancedKMeans(n_clusters=20, min_cluster_size=16), blobs())
    assert partitions_of(BalancedKMeans(n_clusters=15, min_cluster_size=16), blobs())[0].n_clusters == 15


def test_bad_embeddings_are_refused():
    broken = blobs()
    broken[7, 2] = np.nan
    with pytest.raises(UserError, match="the first at item 7"):
        partitions_of(BalancedKMeans(n_clusters=4), broken)
    with pytest.raises(UserError, match="are the same point"):
        partitions_of(BalancedKMeans(n_clusters=4), np.ones((240, 6), np.float32))
    with pytest.raises(UserError, match="n_clusters=300 equal clusters of 240 items hold 0 each"):
        partitions_of(BalancedKMeans(n_clusters=300), blobs())


def test_it_can_be_stopped_within_a_partition():
    steps = list[Step]()

    def stop(step: Step) -> None:
        steps.append(step)
        if len(steps) == 3:
            raise Cancelled

    with pytest.raises(Cancelled):
        BalancedKMeans(n_clusters=8).make_partitions(blobs(), on_step=stop)
    assert [(step.done, step.total) for step in steps] == [(0, 20), (0, 20), (1, 20)]
