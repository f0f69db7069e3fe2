import numpy as np
import pytest

from umeta.partitions.audit import draw_pairs, score, wilson
from umeta.stage import UserError

CLUSTERS = np.repeat([0, 1, 2, -1], [2, 3, 300, 10]).astype(np.int32)


def test_pairs_are_two_items_of_a_usable_cluster_each_cluster_equally_often():
    pairs = draw_pairs(CLUSTERS, 3, n_pairs=2000, rng=np.random.default_rng(0))
    assert pairs.shape == (2000, 2)
    assert (pairs[:, 0] != pairs[:, 1]).all()
    assert (CLUSTERS[pairs[:, 0]] == CLUSTERS[pairs[:, 1]]).all()
    counts = np.bincount(CLUSTERS[pairs[:, 0]], minlength=3)
    assert counts[0] == 0
    assert abs(counts[1] - 1000) < 112  # 5 standard deviations


def test_the_same_seed_draws_the_same_pairs():
    one, other = (draw_pairs(CLUSTERS, 2, rng=np.random.default_rng(3)) for _ in range(2))
    assert one.shape == (100, 2)
    assert (one == other).all()


def test_without_a_usable_cluster_there_is_nothing_to_judge():
    with pytest.raises(UserError, match=r"no cluster holds the 16 items .* \(the largest has 3\)"):
        draw_pairs(CLUSTERS[:5], 16, rng=np.random.default_rng(0))


def test_noise_is_the_share_judged_different_and_unsure_ones_do_not_count():
    found = score([True] * 8 + [False] * 2 + [None] * 3)
    assert (found.n_same, found.n_different, found.n_unsure, found.noise) == (8, 2, 3, 0.2)
    # Wilson's interval of 2 of 10, from his formula: (0.2 + 0.19208 ∓ 1.96 √(0.016 + 0.009604)) / 1.38416
    assert (found.low, found.high) == pytest.approx((0.0567, 0.5098), abs=1e-4)


def test_nothing_judged_yet_may_be_anything():
    found = score([None])
    assert np.isnan(found.noise)
    assert (found.low, found.high) == (0, 1)


def test_the_interval_stays_within_0_and_1_and_holds_what_was_found():
    assert wilson(0, 100) == pytest.approx((0, 0.0370), abs=1e-4)
    assert wilson(100, 100) == pytest.approx((0.9630, 1), abs=1e-4)
    for n in (1, 7, 50):
        for hits in range(n + 1):
            low, high = wilson(hits, n)
            assert 0 <= low <= hits / n <= high <= 1


def test_the_interval_covers_the_truth_as_often_as_it_says():
    rng = np.random.default_rng(0)
    for truth in (0.05, 0.3, 0.5):
        intervals = [wilson(int(hits), 100) for hits in rng.binomial(100, truth, 2000)]
        assert np.mean([low <= truth <= high for low, high in intervals]) == pytest.approx(0.95, abs=0.025)
