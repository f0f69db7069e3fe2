import pytest

from tests.plane.made_points import several
from umeta.partitions.audit import score
from umeta.plane.construction import WithoutLabels
from umeta.plane.own_partition import corrected, forecast

OWN = WithoutLabels(diversity=1e5, n_clusters=100, agreement=0.5)


def test_too_few_points_give_no_forecast():
    assert forecast(OWN, several("a"), "omniglot") is None
    assert forecast(WithoutLabels(1e5, 100, None), several(), "omniglot") is None


def test_what_a_person_judged_corrects_the_estimate_the_more_the_more_pairs_there_are():
    none, few, many = score([]), score([True] * 4 + [False]), score([True] * 400 + [False] * 100)
    assert corrected(0.6, 0.08, none) == 0.6
    assert 0.2 < corrected(0.6, 0.08, many) < corrected(0.6, 0.08, few) < 0.6
    # Wilson: 0.2023 ± 0.0350, a deviation of 0.0179; the estimate's is 0.1, so that it weighs 100 beside 3,135
    assert corrected(0.6, 0.08, many) == pytest.approx((100 * 0.6 + 3135 * 0.2023) / 3235, abs=1e-4)
    assert corrected(0.6, 0.0, many) == 0.6
    told, corrected_by_pairs = (
        forecast(OWN, several(), "omniglot"),
        forecast(OWN, several(), "omniglot", score([True] * 100)),
    )
    assert told is not None
    assert corrected_by_pairs is not None
    assert corrected_by_pairs[0].noise <= told[0].noise


def test_on_images_that_are_not_the_planes_the_errors_are_those_on_data_sets_left_out():
    points = [*several(), *several("efgh", study="plane_grocery")]
    known, unknown = (forecast(OWN, points, name) for name in ("omniglot", "folder:my pictures"))
    assert known is not None
    assert unknown is not None
    assert (known[1].n_groups, unknown[1].n_groups) == (8, 2)
    assert unknown[0].band == unknown[1].band
