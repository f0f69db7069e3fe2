"""Tests umeta.tasks.task, umeta.tasks.partition_tasks and umeta.tasks.classifier too."""

from collections.abc import Sequence
from itertools import permutations
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from umeta.stage import UserError
from umeta.tasks import PartitionSource, TaskConfig
from umeta.tasks.source import distinct

TWO_WAY = TaskConfig(n_way=2, n_shot=1, n_query=1)


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def partition(*clusters: int) -> np.ndarray:
    return np.array(clusters, np.int32)


def test_a_row_holds_items_of_one_cluster_and_rows_differ():
    clusters = partition(0, 0, 0, 1, 1, 1, 2, 2, 2, -1, -1, -1)
    tasks = PartitionSource([clusters]).sample(200, TaskConfig(n_way=3, n_shot=1, n_query=2), rng=rng())
    members = clusters[np.concatenate([tasks.support, tasks.query], axis=2)]
    assert (members == tasks.clusters[..., None]).all()
    assert (np.sort(tasks.clusters, axis=1) == [0, 1, 2]).all()


@given(
    sizes=st.lists(st.integers(1, 9), min_size=2, max_size=6),
    n_shot=st.integers(1, 2),
    n_query=st.integers(1, 2),
    seed=st.integers(0, 10),
)
def test_support_and_query_never_share_an_item(sizes, n_shot, n_query, seed):
    clusters = np.repeat(np.arange(len(sizes)), sizes).astype(np.int32)
    config = TaskConfig(n_way=2, n_shot=n_shot, n_query=n_query)
    source = PartitionSource([clusters])
    if source.usable_clusters(0, config.items_per_class) < 2:
        with pytest.raises(UserError):
            source.sample(1, config, rng=rng(seed))
        return
    tasks = source.sample(20, config, rng=rng(seed))
    for support, query in zip(tasks.support, tasks.query, strict=True):
        items = [*support.ravel(), *query.ravel()]
        assert len(set(items)) == len(items)


def test_same_seed_draws_same_tasks_and_another_seed_others():
    clusters = np.repeat(np.arange(30), 20).astype(np.int32)
    draw = lambda seed: PartitionSource([clusters]).sample(5, TaskConfig(), rng=rng(seed)).support  # noqa: E731
    assert (draw(3) == draw(3)).all()
    assert (draw(3) != draw(4)).any()


def test_clusters_are_drawn_uniformly_whatever_their_size():
    clusters = np.repeat([0, 1, 2], [2, 10, 200]).astype(np.int32)
    tasks = PartitionSource([clusters]).sample(3000, TWO_WAY, rng=rng())
    shares = np.bincount(tasks.clusters.ravel(), minlength=3) / tasks.clusters.size
    assert np.abs(shares - 1 / 3).max() < 0.02


def test_partitions_are_drawn_uniformly_and_unusable_ones_never():
    good, small = partition(0, 0, 1, 1), partition(0, 1, 2, 3)
    tasks = PartitionSource([good, small, good]).sample(2000, TWO_WAY, rng=rng())
    shares = np.bincount(tasks.origin, minlength=3) / len(tasks)
    assert shares[1] == 0
    assert abs(shares[0] - 0.5) < 0.04


def test_clusters_below_support_plus_query_are_not_used():
    clusters = np.repeat([0, 1, 2], [3, 4, 4]).astype(np.int32)
    source = PartitionSource([clusters])
    assert source.usable_clusters(0, 4) == 2
    tasks = source.sample(50, TaskConfig(n_way=2, n_shot=2, n_query=2), rng=rng())
    assert 0 not in tasks.clusters


def test_too_few_usable_clusters_are_refused_with_values_and_remedy():
    with pytest.raises(
        UserError, match=r"n_way=5 needs .* n_shot \+ n_query = 16 items; .* at most 1\. Lower n_way"
    ):
        PartitionSource([np.zeros(40, np.int32)]).sample(1, TaskConfig(), rng=rng())


def test_distinct_draws_every_ordered_choice_equally_often():
    draws = distinct(np.full(24_000, 4), 2, rng=rng())
    choices, counts = np.unique(draws, axis=0, return_counts=True)
    assert choices.tolist() == sorted(map(list, permutations(range(4), 2)))
    assert np.abs(counts - 2000).max() < 200  # 5 standard deviations


def numbers_moved_apart(sizes: np.ndarray, count: int, generator: np.random.Generator) -> np.ndarray:
    """The same by a plain loop, which earlier versions did by numpy: stored tasks must not change."""
    drawn = np.empty((*sizes.shape, count), np.int64)
    taken = np.empty((*sizes.shape, 0), np.int64)
    for j in range(count):
        number = generator.integers(0, sizes - j)
        for before in np.moveaxis(taken, -1, 0):
            number = number + (number >= before)
        drawn[..., j] = number
        taken = np.sort(np.concatenate([taken, number[..., None]], axis=-1), axis=-1)
    return drawn


@pytest.mark.parametrize("shape", [(1,), (3,), (4, 6), (5, 5), (300,)])
@pytest.mark.parametrize("count", [1, 2, 6, 20])
def test_distinct_draws_the_numbers_that_it_always_drew_and_leaves_the_generator_there(shape, count):
    sizes = rng(count).integers(count, count + 9, size=shape)
    now, then = rng(5), rng(5)
    np.testing.assert_array_equal(distinct(sizes, count, rng=now), numbers_moved_apart(sizes, count, then))
    assert now.bit_generator.state == then.bit_generator.state


def test_distinct_can_take_all():
    draws = distinct(np.array([[3, 5]]), 3, rng=rng())
    assert sorted(draws[0, 0]) == [0, 1, 2]
    assert len(set(draws[0, 1])) == 3


class Lazy(Sequence):
    """Many partitions, made when they are asked for; every third can fill a task of two ways."""

    def __init__(self, n: int, step: int = 3):
        self.n, self.step, self.made = n, step, 0

    def __len__(self) -> int:
        return self.n

    def __getitem__(self, index) -> Any:
        self.made += 1
        return partition(0, 0, 1, 1) if index % self.step == 1 else partition(0, 0, 0, -1)


def test_of_many_lazy_partitions_only_those_drawn_are_made_and_usable_ones_are_equally_likely():
    lazy = Lazy(4500)
    PartitionSource(lazy).sample(8, TWO_WAY, rng=rng())
    assert lazy.made < 100
    tasks = PartitionSource(Lazy(900)).sample(30_000, TWO_WAY, rng=rng())
    counts = np.bincount(tasks.origin, minlength=900)
    assert counts[np.arange(900) % 3 != 1].sum() == 0
    assert np.abs(counts[1::3] - 100).max() < 50  # 5 standard deviations


def test_one_usable_partition_among_many_is_found_and_none_ends_with_an_error():
    lazy = Lazy(3000, step=10_000)
    assert set(PartitionSource(lazy).sample(5, TWO_WAY, rng=rng()).origin.tolist()) == {1}
    assert lazy.made <= 3001 * 2
    with pytest.raises(UserError, match="the partitions have at most 1"):
        PartitionSource(Lazy(300)).sample(5, TaskConfig(n_way=2, n_shot=2, n_query=1), rng=rng())
