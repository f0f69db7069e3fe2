import numpy as np
import pytest
from scipy.stats import spearmanr

from tests.plane.made_points import point
from umeta.plane.associations import associations, sentence, spearman


def test_a_rank_correlation_is_scipys_ties_too():
    rng = np.random.default_rng(0)
    a, b = rng.integers(0, 5, 30).astype(float), rng.normal(size=30)
    assert spearman(a, b).rho == pytest.approx(spearmanr(a, b)[0])
    assert spearman(a, np.ones(30)).rho != spearman(a, np.ones(30)).rho  # not a number


def test_nineteen_of_twenty_intervals_hold_the_truth():
    rng = np.random.default_rng(0)
    covariance = [[1, 0.6], [0.6, 1]]
    true = 6 / np.pi * np.arcsin(0.3)  # of a normal pair that correlates by 0.6
    held = 0
    for _ in range(400):
        a, b = rng.multivariate_normal([0, 0], covariance, 40).T
        found = spearman(a, b)
        held += found.low <= true <= found.high
    assert 0.92 < held / 400 < 0.98


def test_an_encoder_that_is_held_fixed_takes_its_own_level_with_it():
    """Better encoders have less noise and less to gain; within each, less noise gains more."""
    points = [
        point(
            encoder=f"e{e}",
            noise=0.9 - 0.2 * e + 0.05 * k,
            accuracies=(0.6 - 0.2 * e - 0.02 * k,),
            n_partitions=p,
        )
        for e in range(3)
        for k in range(3)
        for p in (1, 5)
    ]
    found = {one.over: one for one in associations(points)}
    assert found["all constructions"].noise.rho > 0.7
    held = found["clusters, the encoder held fixed"]
    assert held.noise.rho < -0.9
    assert held.noise.n == 16
    assert sentence(held).startswith(
        "Over clusters, the encoder held fixed (n = 16), low noise goes with a larger gain"
    )


def test_dials_are_told_apart_and_too_few_points_are_left_out():
    levels = (0.1, 0.25, 0.5, 0.75)
    dialled = [
        point(made_by="oracle", encoder="", noise=level, dials={"noise": level}, accuracies=(0.9 - level,))
        for level in levels
    ]
    in_pieces = [point(made_by="oracle", encoder="", dials={"noise": 0.5, "noise_form": "clustered"})]
    plain = point(made_by="oracle", encoder="", noise=0.0, accuracies=(0.9,))
    found = {one.over: one for one in associations([plain, *dialled, *in_pieces])}
    assert set(found) == {"all constructions", "noise, image by image"}
    assert found["noise, image by image"].noise.rho == pytest.approx(-1)
    assert "goes with a smaller gain" not in sentence(found["noise, image by image"]).split(" and ")[0]
