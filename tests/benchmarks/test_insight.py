"""Where a peer's training counts as having arrived."""

from tests.benchmarks.insight import end_of


def test_a_curve_ends_at_the_first_point_that_is_accurate_enough_or_else_at_its_last():
    curve = [(10.0, 0.5), (20.0, 0.7), (30.0, 0.6), (40.0, 0.8)]
    assert end_of(curve, 0.6) == (20.0, 0.7)
    assert end_of(curve, 0.9) == (40.0, 0.8)
