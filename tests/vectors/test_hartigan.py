from itertools import pairwise

import numpy as np
import pytest

from umeta.large_arrays import is_large
from umeta.vectors import hartigan
from umeta.vectors.hartigan import Clusters, Items


def items(n_items: int = 200, dim: int = 3, *, unit: bool = False) -> Items:
    vectors = np.random.default_rng(0).normal(size=(n_items, dim)).astype(np.float32)
    if unit:
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return Items(vectors, np.zeros(dim, np.float32))


def inertia_of(vectors: np.ndarray, clusters: np.ndarray, spherical: bool) -> float:
    """The sum of squared distances from the definition."""
    total = 0.0
    for cluster in np.unique(clusters):
        points = vectors[clusters == cluster].astype(np.float64)
        centroid = points.mean(axis=0)
        if spherical:
            centroid /= np.linalg.norm(centroid)
        total += float(((points - centroid) ** 2).sum())
    return total


@pytest.mark.parametrize("spherical", [False, True])
def test_the_inertia_is_that_of_the_definition_and_never_rises_by_much(spherical: bool):
    data = items(unit=spherical)
    clusters = Clusters(data, data.vectors[:20], spherical=spherical)
    inertias = [clusters.improve() for _ in range(10)]
    assert inertias[-1] == pytest.approx(inertia_of(data.vectors, clusters.clusters, spherical), rel=1e-5)
    assert inertias[-1] < inertias[0]
    assert all(after < before * 1.001 for before, after in pairwise(inertias))


@pytest.mark.parametrize("spherical", [False, True])
def test_at_the_end_no_single_move_makes_the_inertia_less(spherical: bool):
    data = items(40, unit=spherical)
    clusters = Clusters(data, data.vectors[:5], spherical=spherical)
    for _ in range(50):
        clusters.improve()
    least = inertia_of(data.vectors, clusters.clusters, spherical)
    for item in range(40):
        for cluster in range(5):
            moved = clusters.clusters.copy()
            moved[item] = cluster
            assert inertia_of(data.vectors, moved, spherical) > least * (1 - 1e-5)


def test_goes_on_where_lloyds_algorithm_stands_still():
    # -3 and 0, 1.4 and 6: 1.4 is nearer to 3.7 than to -1.5, and yet with the first two it costs less
    data = Items(np.array([[-3], [0], [1.4], [6]], np.float32), np.zeros(1, np.float32))
    clusters = Clusters(data, np.array([[-1.5], [3.7]], np.float32))
    assert clusters.clusters.tolist() == [0, 0, 1, 1]
    clusters.improve()
    assert clusters.clusters.tolist() == [0, 0, 0, 1]


@pytest.mark.parametrize("spherical", [False, True])
def test_an_empty_cluster_gets_the_farthest_item(spherical: bool):
    data = items(unit=spherical)
    start = data.vectors[[*range(10), 0, 0]]  # what is near the first goes to the first alone
    clusters = Clusters(data, start, spherical=spherical)
    assert len(np.unique(clusters.clusters)) == 10
    clusters.improve()
    assert len(np.unique(clusters.clusters)) == 12


def test_blocks_of_a_mapped_file_give_what_memory_gives(tmp_path, monkeypatch):
    data = items(1000)
    np.save(tmp_path / "vectors.npy", data.vectors)
    monkeypatch.setattr("umeta.large_arrays.LARGE", 1000)
    mapped = Items(np.load(tmp_path / "vectors.npy", mmap_mode="r"), data.middle)
    assert is_large(mapped.vectors)
    monkeypatch.setattr(hartigan, "MAX_ROWS", 17)
    here, there = (Clusters(one, data.vectors[:30]) for one in (data, mapped))
    assert here.improve() == there.improve()
    assert (here.clusters == there.clusters).all()
