from collections import Counter
from itertools import pairwise, permutations

import numpy as np
import pytest

from umeta.tasks.label_noise import NoiseForm, exchanged
from umeta.tasks.label_noise import with_noise as with_exchanged

FORMS: tuple[NoiseForm, ...] = ("random", "clustered")


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def with_noise(clusters: np.ndarray, share: float, form: NoiseForm, vectors=None, *, rng) -> np.ndarray:
    return with_exchanged(clusters, exchanged(clusters, share, form, vectors, rng=rng))


def crowd(n_clusters: int = 40, size: int = 24, seed: int = 5) -> tuple[np.ndarray, np.ndarray]:
    """Clusters of one size, some items in none, and vectors around the middle of each cluster."""
    clusters = np.concatenate([np.repeat(np.arange(n_clusters), size), np.full(30, -1)]).astype(np.int32)
    vectors = rng(seed).normal(size=(len(clusters), 3)) + 9 * clusters[:, None]
    return clusters, vectors.astype(np.float32)


@pytest.mark.parametrize("form", FORMS)
def test_no_noise_leaves_a_partition_as_it_is_and_any_leaves_the_input(form):
    clusters, vectors = crowd()
    before = clusters.copy()
    assert (with_noise(clusters, 0.0, form, vectors, rng=rng()) == clusters).all()
    assert (with_noise(clusters, 0.5, form, vectors, rng=rng()) != clusters).any()
    assert (clusters == before).all()


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("share", [0.1, 0.4, 0.75, 1.0])
def test_the_share_is_wrong_but_for_chance_and_nothing_enters_or_leaves(form, share):
    clusters, vectors = crowd()
    noisy = with_noise(clusters, share, form, vectors, rng=rng(3))
    inside = clusters >= 0
    assert (noisy[~inside] == -1).all()
    wrong = (noisy != clusters)[inside].mean()
    assert wrong <= share + 0.01
    assert wrong == pytest.approx(share * (1 - 1 / 40), abs=0.03)
    assert noisy.dtype == np.int32


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("share", [0.3, 1.0])
def test_sizes_of_uneven_clusters_stay_and_every_item_has_one_place(form, share):
    uneven = np.repeat(np.arange(30), rng().integers(8, 60, 30)).astype(np.int32)
    vectors = rng(1).normal(size=(len(uneven), 2)).astype(np.float32)
    stand_in = exchanged(uneven, share, form, vectors, rng=rng())
    assert (np.sort(stand_in) == np.arange(len(uneven))).all()
    noisy = with_exchanged(uneven, stand_in)
    assert (np.bincount(noisy) == np.bincount(uneven)).all()
    assert (noisy != uneven).mean() == pytest.approx(share * (1 - 1 / 30), abs=0.03)


@pytest.mark.parametrize("form", FORMS)
def test_more_noise_keeps_the_errors_of_less(form):
    clusters, vectors = crowd()
    wrong = [
        with_noise(clusters, share, form, vectors, rng=rng(7)) != clusters for share in np.linspace(0, 1, 11)
    ]
    for less, more in pairwise(wrong):
        assert (less & ~more).sum() <= 6  # the last item, or piece, may come home
        assert more.sum() > less.sum()


def test_full_random_noise_makes_every_arrangement_equally_likely():
    clusters = np.array([0, 0, 1, 2], np.int32)
    draw = rng(11)
    n_draws = 6000
    seen = Counter(tuple(with_noise(clusters, 1.0, "random", rng=draw).tolist()) for _ in range(n_draws))
    assert set(seen) == set(permutations(clusters.tolist()))
    expected = n_draws / len(seen)
    assert sum((count - expected) ** 2 / expected for count in seen.values()) < 31.3  # 0.1% of χ² with 11


def test_half_of_the_noise_permutes_half_of_the_items_in_every_way():
    clusters = np.arange(4, dtype=np.int32)
    draw = rng(2)
    seen = Counter(tuple(with_noise(clusters, 0.5, "random", rng=draw).tolist()) for _ in range(4000))
    assert seen[0, 1, 2, 3] / 4000 == pytest.approx(1 / 2, abs=0.03)  # two items stay or exchange, alike
    assert len(seen) == 1 + 6


def test_errors_of_pieces_are_consistent_where_single_ones_are_not():
    clusters, vectors = crowd()
    strangers = {}
    for form in FORMS:
        noisy = with_noise(clusters, 0.5, form, vectors, rng=rng(3))
        wrong = noisy != clusters
        pairs = [Counter(clusters[wrong & (noisy == cluster)].tolist()) for cluster in range(40)]
        alike = sum(count * (count - 1) for own in pairs for count in own.values())
        strangers[form] = alike / sum(own.total() * (own.total() - 1) for own in pairs)
    assert strangers["random"] < 0.06  # of two wrong members of a cluster, how often they come from one
    assert strangers["clustered"] > 0.3


def test_a_piece_is_a_side_of_its_cluster():
    line = np.arange(16, dtype=np.float32)[:, None]
    vectors = np.concatenate([line, line + 100])
    clusters = np.repeat([0, 1], 16).astype(np.int32)
    noisy = with_noise(clusters, 1.0, "clustered", vectors, rng=rng(1))
    runs = noisy.reshape(-1, 4)  # on a line the pieces are runs of four
    assert (runs == runs[:, :1]).all()
    assert (noisy != clusters).any()


def test_empty_and_outside_alone_stay():
    nothing = np.full(5, -1, np.int32)
    assert (with_noise(nothing, 1.0, "random", rng=rng()) == -1).all()


def test_pieces_need_vectors():
    with pytest.raises(ValueError, match="vectors"):
        with_noise(np.zeros(4, np.int32), 0.5, "clustered", rng=rng())
