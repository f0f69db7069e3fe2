import numpy as np
import pytest

from tests.partitions.points import blobs, partitions_of
from umeta.partitions import OUTSIDE, PARTITIONS, PartitionStrategy
from umeta.partitions.strategy import default_n_clusters

STRATEGIES = [name for name in PARTITIONS.methods if name != "oracle"]
WITHOUT_CHANCE = ("hdbscan", "dbscan")
"""Strategies that draw nothing but the scalings of further partitions."""


def test_the_default_number_of_clusters_grows_to_the_papers_500():
    assert [default_n_clusters(n) for n in (10, 1200, 22_000)] == [2, 30, 500]


@pytest.mark.parametrize("name", STRATEGIES)
def test_every_strategy_makes_as_many_partitions_of_all_items_as_it_is_told(name):
    strategy = PARTITIONS.parse({"name": name, "n_partitions": 2})
    assert isinstance(strategy, PartitionStrategy)
    for partition in strategy.make_partitions(blobs()):
        assert partition.clusters.shape == (240,)
        assert partition.clusters.dtype == np.int32
        assert partition.clusters.min() >= OUTSIDE


@pytest.mark.parametrize("name", [name for name in STRATEGIES if name not in WITHOUT_CHANCE])
def test_the_seed_alone_decides_what_is_drawn(name):
    points = np.random.default_rng(0).normal(size=(240, 6)).astype(np.float32)
    strategy = PARTITIONS.parse({"name": name})
    first, again, other = (partitions_of(strategy, points, seed)[0].clusters for seed in (3, 3, 4))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize("name", PARTITIONS.methods)
def test_the_options_that_a_page_may_offer_are_options_of_the_strategy(name):
    strategy = PARTITIONS.parse(name)
    assert strategy.page_options <= set(type(strategy).model_fields)
