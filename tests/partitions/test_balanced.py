import time

import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment

from tests.partitions.test_kmeans import agreement, blobs
from umeta.partitions import Partition
from umeta.partitions.balanced import BalancedKMeans, auction
from umeta.stage import Cancelled, Step, UserError


def fit(strategy: BalancedKMeans, embeddings: np.ndarray, seed: int = 0) -> list[Partition]:
    return strategy.fit(embeddings, rng=np.random.default_rng(seed))


def test_a_full_cluster_keeps_the_items_that_would_suffer_most_elsewhere():
    # all four want cluster 0; items 2 and 3 lose least by moving: 1 + 1 + 2 + 3 = 7
    costs = np.array([[1, 9], [1, 8], [1, 2], [1, 3]], np.float32)
    owner, _ = auction(costs, np.array([2, 2]))
    assert owner.tolist() == [0, 0, 1, 1]


def test_alike_items_bid_for_as_many_clusters_as_hold_them():
    # three items at one place; two fit into cluster 0, one of them or the other item must go: 1 + 1 + 2 + 3 = 7
    costs = np.array([[1, 2, 9], [1, 2, 9], [1, 2, 9], [1, 3, 3]], np.float32)
    owner, prices = auction(costs, np.array([2, 1, 1]), alike=np.array([5, 5, 5, 0]), share=0.01)
    assert owner.tolist() in ([0, 0, 1, 2], [0, 1, 0, 2], [1, 0, 0, 2])
    assert prices[0] - prices[1] == pytest.approx(1, abs=0.1)  # they are as well off in either


@pytest.mark.parametrize("seed", range(3))
def test_the_auction_of_many_alike_items_costs_hardly_more_than_the_best_assignment(seed: int):
    rng = np.random.default_rng(seed)
    alike, capacities = rng.integers(0, 4, 120), np.full(12, 10)
    costs = rng.random((4, 12)).astype(np.float32)[alike]
    places = np.repeat(np.arange(12), capacities)
    rows, columns = linear_sum_assignment(costs[:, places])
    best = costs[rows, places[columns]].sum()
    owner, _ = auction(costs, capacities, share=0.01, alike=alike)
    assert np.bincount(owner).tolist() == capacities.tolist()
    assert best - 1e-4 <= costs[np.arange(120), owner].sum() <= 1.02 * best


def test_a_set_of_which_half_is_one_point_takes_seconds():
    points = np.random.default_rng(0).normal(size=(4000, 16)).astype(np.float32)
    points[:2000] = 0
    began = time.process_time()
    sizes = fit(BalancedKMeans(n_clusters=100), points)[0].sizes()[1]
    assert sizes.tolist() == [40] * 100
    assert time.process_time() - began < 15


def test_capacities_may_differ():
    costs = np.array([[1, 9], [1, 8], [1, 2], [1, 3]], np.float32)
    assert auction(costs, np.array([1, 3]))[0].tolist() == [0, 1, 1, 1]
    assert auction(costs, np.array([3, 1]))[0].tolist() == [0, 0, 1, 0]


@pytest.mark.parametrize("seed", range(3))
def test_the_auction_costs_hardly_more_than_the_best_assignment(seed: int):
    rng = np.random.default_rng(seed)
    costs, capacities = rng.random((120, 6)).astype(np.float32), np.full(6, 20)
    places = np.repeat(np.arange(6), capacities)
    rows, columns = linear_sum_assignment(costs[:, places])
    best = costs[rows, places[columns]].sum()
    owner, _ = auction(costs, capacities, rng.random(6), share=0.01)
    assert np.bincount(owner).tolist() == capacities.tolist()
    assert best - 1e-4 <= costs[np.arange(120), owner].sum() <= 1.01 * best


@pytest.mark.parametrize(("n_items", "n_clusters"), [(240, 8), (240, 7), (239, 50), (50, 50), (11, 2)])
def test_sizes_are_within_one_of_each_other(n_items: int, n_clusters: int):
    (partition,) = fit(BalancedKMeans(n_clusters=n_clusters), blobs()[:n_items])
    sizes = partition.sizes()[1]
    assert len(sizes) == n_clusters == partition.n_made
    assert sizes.max() - sizes.min() == (n_items % n_clusters > 0)


def test_groups_of_equal_size_are_found():
    truth = np.repeat(np.arange(8), 30)
    assert agreement(fit(BalancedKMeans(n_clusters=8), blobs())[0].clusters, truth) == pytest.approx(1)


def test_neighbours_stay_together_where_groups_are_unequal():
    points = np.concatenate([np.zeros((90, 2)), np.full((10, 2), 100.0)]).astype(np.float32)
    points += np.random.default_rng(0).normal(size=points.shape).astype(np.float32)
    clusters = fit(BalancedKMeans(n_clusters=10), points)[0].clusters
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
    sizes = fit(BalancedKMeans(n_clusters=40), points)[0].sizes()[1]
    assert sizes.tolist() == [15] * 40


def test_partitions_differ_by_scaling_and_repeat_with_their_seed():
    points = np.random.default_rng(0).normal(size=(600, 12)).astype(np.float32)
    before = points.copy()
    made, again = (fit(BalancedKMeans(n_clusters=10, n_partitions=3), points) for _ in range(2))
    assert agreement(made[1].clusters, made[2].clusters) < 0.9
    assert all((a.clusters == b.clusters).all() for a, b in zip(made, again, strict=True))
    assert (points == before).all()


def test_clusters_smaller_than_a_task_needs_are_refused_with_a_number_that_works():
    with pytest.raises(
        UserError,
        match=r"n_clusters=20 equal clusters of 240 items hold 12 each, but each must hold 16 .* to 15 or fewer",
    ):
        fit(BalancedKMeans(n_clusters=20, min_cluster_size=16), blobs())
    assert fit(BalancedKMeans(n_clusters=15, min_cluster_size=16), blobs())[0].n_clusters == 15


def test_bad_embeddings_are_refused():
    broken = blobs()
    broken[7, 2] = np.nan
    with pytest.raises(UserError, match="the first at item 7"):
        fit(BalancedKMeans(n_clusters=4), broken)
    with pytest.raises(UserError, match="are the same point"):
        fit(BalancedKMeans(n_clusters=4), np.ones((240, 6), np.float32))
    with pytest.raises(UserError, match="n_clusters=300 equal clusters of 240 items hold 0 each"):
        fit(BalancedKMeans(n_clusters=300), blobs())


def test_it_can_be_stopped_within_a_partition():
    steps = list[Step]()

    def stop(step: Step) -> None:
        steps.append(step)
        if len(steps) == 3:
            raise Cancelled

    with pytest.raises(Cancelled):
        BalancedKMeans(n_clusters=8).fit(blobs(), rng=np.random.default_rng(0), on_step=stop)
    assert [(step.done, step.total) for step in steps] == [(0, 20), (0, 20), (1, 20)]
