import numpy as np
import pytest

from umeta.ui.shared.tables import digits_of


@pytest.mark.parametrize(
    ("values", "digits"),
    [
        ([47.36, 45.6, None], 2),
        ([50.0, 20.0], 1),
        ([1, 2], 0),
        (np.array([1, 2]), 0),
        (np.round(np.array([0.123, 0.5]), 1), 1),
        ([None, None], 0),
        (["1.25", "b"], 0),
        ([1 / 3], 4),
        ([], 0),
    ],
)
def test_a_column_has_the_digits_of_its_longest_number(values, digits: int):
    assert digits_of(values) == digits
