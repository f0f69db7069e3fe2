import pytest

from tests.plane.made_points import point
from umeta.plane.verdict import difference, verdict

A = point(accuracies=(0.70, 0.72, 0.71), noise=0.5, diversity=2e5)
B = point(accuracies=(0.60, 0.63, 0.60), noise=0.8, diversity=1e5)


def test_the_difference_is_paired_by_seed():
    found = difference(A, B)
    assert found.mean == pytest.approx(0.1)
    assert found.ci95 == pytest.approx(4.303 * 0.01 / 3**0.5, rel=1e-3)  # of 0.10, 0.09, 0.11


def test_the_sentence_says_which_teaches_more_or_that_none_does():
    assert verdict(A, B).startswith("A teaches more than B: +10.0 points [+7.5, +12.5], over 3 trainings")
    assert (
        "50.0% of A's pairs are wrong and 80.0% of B's, and A has 2.0 times as many different ones"
        in verdict(A, B)
    )
    assert verdict(B, A).startswith("A teaches less than B: −10.0 points")
    assert "and B has 2.0 times as many" in verdict(B, A)
    close = point(accuracies=(0.69, 0.73, 0.70))
    assert verdict(A, close).startswith("A and B cannot be told apart")
    assert "no interval" in verdict(point(accuracies=(0.5,)), point(accuracies=(0.6,)))
