import math

import numpy as np
import pytest

from umeta.partitions.following import follow


def test_lift_is_the_share_of_pairs_that_share_a_value_over_that_of_all_pairs():
    clusters = np.array([0, 0, 0, 1, 1, 1])
    letter = np.array([0, 0, 1, 1, 2, 2])  # 2 of the 6 pairs of a cluster share it, 3 of all 15
    following = follow(clusters, {"letter": letter})["letter"]
    assert (following.pairs.of_a, following.pairs.both) == (6, 2)
    assert following.lift == pytest.approx((2 / 6) / (3 / 15))


def test_lifts_can_be_compared_where_information_cannot():
    alphabet = np.repeat(np.arange(10), 100)
    character = np.repeat(np.arange(100), 10)
    clusters = np.repeat(np.arange(200), 5)  # each of one character, and so of one alphabet
    following = follow(clusters, {"character": character, "alphabet": alphabet})
    assert following["character"].lift == pytest.approx(999 / 9)
    assert following["alphabet"].lift == pytest.approx(999 / 99)
    assert all(attribute.is_followed for attribute in following.values())


def test_chance_is_not_followed_and_what_no_two_items_share_has_no_lift():
    rng = np.random.default_rng(0)
    clusters, values = rng.integers(0, 50, 2000), rng.integers(0, 500, 2000)
    following = follow(clusters, {"chance": values, "own": np.arange(2000), "nothing": np.full(2000, -1)})
    assert following["chance"].lift == pytest.approx(1, abs=0.3)
    assert not following["chance"].is_followed
    assert math.isnan(following["own"].lift)
    assert "nothing" not in following
    assert not following["own"].is_followed


def test_unknown_values_and_items_outside_are_left_out_and_numbers_are_cut_into_bins():
    clusters = np.array([0, 0, 1, 1, -1, 0])
    ink = np.array([0.1, 0.2, 0.8, 0.9, 0.1, np.nan])
    following = follow(clusters, {"ink": ink}, n_bins=2)["ink"]
    assert (following.pairs.n_items, following.pairs.of_a, following.pairs.both) == (4, 2, 2)
    assert following.lift == pytest.approx(3)
