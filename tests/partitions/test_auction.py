import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment

from umeta.partitions.auction import auction


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
