import pytest

from tests.plane.made_points import clusters_of, point, several
from umeta.plane.noise_estimate import estimable, fit_noise, trust


def test_the_estimate_is_the_law_that_the_points_follow():
    estimate = fit_noise(several())
    assert (estimate.b, estimate.c) == (pytest.approx(0.5), pytest.approx(1))
    assert estimate.noise(144, 0.3) == pytest.approx(1 - 12 * 0.3 / 100)
    assert estimate.noise(10**9, 1.0) == 0  # never below none


def test_raw_agreement_ranks_numbers_of_clusters_backwards_and_corrected_it_does_not():
    found = trust(several())
    assert found is not None
    assert found.raw_over_k == pytest.approx(-1)
    assert found.estimated.rho == pytest.approx(1)
    assert found.mean_error == pytest.approx(0, abs=1e-9)
    assert found.raw.rho < 0.5


def test_what_has_no_clusters_of_an_embedding_is_not_estimated():
    others = [point(encoder="", made_by="oracle"), point(agreement=None), point(n_clusters=None)]
    others += [point(dials={"views": 0.5})]
    kept = clusters_of("a", 50, 0.5)
    assert estimable([*others, kept]) == [kept]
    assert trust([kept]) is None
