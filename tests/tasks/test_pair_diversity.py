from itertools import combinations

import numpy as np
import pytest

from umeta.tasks import PartitionSource, TaskBatch, TaskConfig
from umeta.tasks.augmented import AugmentedSource
from umeta.tasks.pair_diversity import effective_pairs


def tasks_of(support: list, query: list) -> TaskBatch:
    shape = (len(support), 1, 1)
    return TaskBatch(
        np.array(support).reshape(shape),
        np.array(query).reshape(shape),
        np.zeros(len(support), int),
        np.zeros((len(support), 1), int),
    )


def test_pairs_that_coincide_are_counted_whichever_image_is_the_query():
    # of the six twos of four tasks, {1, 2} coincides with {2, 1} alone
    assert effective_pairs(tasks_of([1, 2, 3, 5], [2, 1, 4, 6])) == 6
    assert effective_pairs(tasks_of([1, 2, 1], [2, 1, 2])) == 1
    assert effective_pairs(tasks_of([1, 3], [2, 4])) == 1  # nothing coincides: as many as were compared


def exact(partitions: list[np.ndarray]) -> float:
    """Return 1 / Σ p² from every pair's probability: a partition, one of its clusters, two of its items."""
    chance: dict[tuple[int, int], float] = {}
    for clusters in partitions:
        ids = np.unique(clusters)
        for cluster in ids:
            members = np.flatnonzero(clusters == cluster)
            n_pairs = len(members) * (len(members) - 1) / 2
            for pair in combinations(members.tolist(), 2):
                chance[pair] = chance.get(pair, 0) + 1 / (len(partitions) * len(ids) * n_pairs)
    return 1 / sum(p**2 for p in chance.values())


@pytest.mark.parametrize("n_partitions", [1, 3])
@pytest.mark.parametrize("n_clusters", [4, 10])
def test_the_estimate_from_tasks_is_what_the_partitions_probabilities_give(n_partitions, n_clusters):
    rng = np.random.default_rng(0)
    partitions = [rng.permutation(np.arange(60) % n_clusters) for _ in range(n_partitions)]
    partitions[0] = np.minimum(partitions[0], n_clusters - 2)  # one cluster twice as large
    tasks = PartitionSource(partitions).sample(3000, TaskConfig(n_way=3, n_shot=1, n_query=2), rng=rng)
    assert effective_pairs(tasks) == pytest.approx(exact(partitions), rel=0.05)


def test_tasks_of_views_have_as_many_pairs_as_images():
    source = AugmentedSource(np.arange(40))
    tasks = source.sample(2000, TaskConfig(n_way=4, n_shot=1, n_query=3), rng=np.random.default_rng(0))
    assert effective_pairs(tasks) == pytest.approx(40, rel=0.05)


def test_more_partitions_and_fewer_clusters_have_more_pairs():
    rng = np.random.default_rng(0)

    def measured(n_clusters: int, n_partitions: int) -> float:
        partitions = [rng.integers(n_clusters, size=400) for _ in range(n_partitions)]
        task = TaskConfig(n_way=3, n_shot=1, n_query=2)
        return effective_pairs(PartitionSource(partitions).sample(3000, task, rng=rng))

    assert measured(4, 1) > 2 * measured(16, 1)
    assert measured(16, 8) > 4 * measured(16, 1)
