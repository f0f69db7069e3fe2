"""Tests umeta.tasks.task, umeta.tasks.usable_clusters and umeta.tasks.classifier too."""

from collections.abc import Sequence
from functools import partial
from itertools import permutations
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from umeta.stage import UserError
from umeta.tasks import PartitionSource, TaskConfig, source
from umeta.tasks.source import distinct, quick_numbers

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


@pytest.mark.parametrize("draw", [partial(rng().integers, 0), partial(quick_numbers, rng=rng())])
def test_distinct_draws_every_ordered_choice_equally_often(draw):
    draws = distinct(np.full(24_000, 4), 2, draw)
    choices, counts = np.unique(draws.T, axis=0, return_counts=True)
    assert choices.tolist() == sorted(map(list, permutations(range(4), 2)))
    assert np.abs(counts - 2000).max() < 200  # 5 standard deviations


def numbers_moved_apart(sizes: np.ndarray, count: int, generator: np.random.Generator) -> np.ndarray:
    """The same by a plain loop."""
    drawn = np.empty((count, *sizes.shape), np.int64)
    taken = np.empty((*sizes.shape, 0), np.int64)
    for j in range(count):
        number = generator.integers(0, sizes - j)
        for before in np.moveaxis(taken, -1, 0):
            number = number + (number >= before)
        drawn[j] = number
        taken = np.sort(np.concatenate([taken, number[..., None]], axis=-1), axis=-1)
    return drawn


@pytest.mark.parametrize("shape", [(1,), (3,), (4, 6), (5, 5), (300,)])
@pytest.mark.parametrize("count", [1, 2, 6, 20])
def test_distinct_draws_the_numbers_of_a_plain_loop_and_leaves_the_generator_there(shape, count):
    sizes = rng(count).integers(count, count + 9, size=shape)
    now, then = rng(5), rng(5)
    np.testing.assert_array_equal(
        distinct(sizes, count, partial(now.integers, 0)), numbers_moved_apart(sizes, count, then)
    )
    assert now.bit_generator.state == then.bit_generator.state


def test_distinct_can_take_all():
    draws = distinct(np.array([[3, 5]]), 3, partial(quick_numbers, rng=rng()))
    assert sorted(draws[:, 0, 0]) == [0, 1, 2]
    assert len(set(draws[:, 0, 1])) == 3


def test_quick_numbers_reach_all_below_their_limit_equally_often_and_never_the_limit():
    class Largest(np.random.Generator):
        def random(self, size: Any = None, *_: Any, **__: Any) -> Any:
            return np.full(size, np.nextafter(1.0, 0.0))

    limits = np.array([1, 2, 3, 5, 44, 1000, 2**20 - 1, 2**31 - 1])
    np.testing.assert_array_equal(quick_numbers(limits, rng=Largest(np.random.PCG64())), limits - 1)
    counts = np.bincount(quick_numbers(np.full(50_000, 5), rng=rng()), minlength=5)
    assert np.abs(counts - 10_000).max() < 450  # 5 standard deviations


@pytest.mark.parametrize("at_once", [1, 100, 10**6])
def test_tasks_keep_their_promises_however_many_are_drawn_together(at_once, monkeypatch):
    monkeypatch.setattr(source, "NUMBERS_AT_ONCE", at_once)
    partitions = [rng(seed).integers(-1, 30, size=600).astype(np.int32) for seed in range(7)]
    config = TaskConfig(n_way=6, n_shot=2, n_query=3)
    tasks = PartitionSource(partitions).sample(100, config, rng=rng())
    items = np.concatenate([tasks.support, tasks.query], axis=2)
    for origin, clusters, rows in zip(tasks.origin, tasks.clusters, items, strict=True):
        assert (partitions[origin][rows] == clusters[:, None]).all()
        assert len(set(clusters)) == config.n_way
        assert len(set(rows.ravel())) == rows.size
    assert len(set(tasks.origin[:20])) > 3  # tasks do not stand partition by partition


def test_support_and_queries_are_every_ordered_choice_of_a_cluster_equally_often():
    clusters = np.repeat([0, 1], [4, 5]).astype(np.int32)
    tasks = PartitionSource([clusters, clusters]).sample(12_000, TWO_WAY, rng=rng())
    pairs = np.concatenate([tasks.support, tasks.query], axis=2)[tasks.clusters == 0]
    choices, counts = np.unique(pairs, axis=0, return_counts=True)
    assert choices.tolist() == sorted(map(list, permutations(range(4), 2)))
    assert np.abs(counts - 1000).max() < 160  # 5 standard deviations


def saved_tasks(partitions: list[np.ndarray], n_tasks: int, config: TaskConfig) -> list[np.ndarray]:
    """The item numbers of test tasks as they were first drawn, partition after partition."""
    generator = rng(4)
    origin = generator.integers(len(partitions), size=n_tasks)
    items = np.empty((n_tasks, config.n_way, config.items_per_class), np.int64)
    for number in np.unique(origin):
        tasks = np.flatnonzero(origin == number)
        members = [
            np.flatnonzero(partitions[number] == cluster) for cluster in range(partitions[number].max() + 1)
        ]
        members = [own for own in members if len(own) >= config.items_per_class]
        rows = numbers_moved_apart(np.full(len(tasks), len(members)), config.n_way, generator).T
        sizes = np.array([len(own) for own in members])[rows]
        within = np.moveaxis(numbers_moved_apart(sizes, config.items_per_class, generator), 0, -1)
        items[tasks] = [
            [members[row][places] for row, places in zip(*task, strict=True)]
            for task in zip(rows, within, strict=True)
        ]
    return [items[..., : config.n_shot], items[..., config.n_shot :]]


@pytest.mark.parametrize("n_partitions", [1, 5, 300])
def test_saved_tasks_are_those_that_were_always_drawn(n_partitions):
    partitions = [rng(seed).integers(-1, 12, size=200).astype(np.int32) for seed in range(n_partitions)]
    config = TaskConfig(n_way=3, n_shot=2, n_query=3)
    tasks = PartitionSource(partitions).sample_to_save(60, config, rng=rng(4))
    support, query = saved_tasks(partitions, 60, config)
    np.testing.assert_array_equal(tasks.support, support)
    np.testing.assert_array_equal(tasks.query, query)


class Lazy(Sequence):
    """Many partitions, made when they are asked for; every third can fill a task of two ways."""

    def __init__(self, n: int, step: int = 3):
        self.n, self.step, self.made = n, step, 0

    def __len__(self) -> int:
        return self.n

    def __getitem__(self, index) -> Any:
        self.made += 1
        return partition(0, 0, 1, 1) if index % self.step == 1 else partition(0, 0, 0, -1)


@pytest.mark.slow
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
