"""Columns of a table as attributes."""

import numpy as np
import pytest

from umeta.data.attribute_columns import attributes_of, by_name, in_bins


def test_text_is_taken_as_it_is_in_the_order_of_the_alphabet() -> None:
    attribute = by_name(["red", "", " blue ", "red"])
    assert list(attribute.names) == ["blue", "red"]
    assert attribute.values.tolist() == [1, -1, 0, 1]


def test_few_numbers_stand_for_themselves_in_their_order() -> None:
    attributes, notes = attributes_of({"floor": ["10", "9", "", "10", "-1"]}, "t.csv")
    assert list(attributes["floor"].names) == ["-1", "9", "10"]
    assert attributes["floor"].values.tolist() == [2, 1, -1, 2, 0]
    assert notes == ()


def test_many_numbers_are_put_into_bins_and_that_is_said() -> None:
    ages = [str(k / 10) for k in range(200)]
    attributes, notes = attributes_of({"age": [*ages, "", "nan"]}, "t.csv")
    values = attributes["age"].values
    assert np.bincount(values[values >= 0]).tolist() == [20] * 10
    assert values[-2:].tolist() == [-1, -1]
    assert attributes["age"].names[0] == "0 to 1.9"
    assert notes == ("t.csv: numbers are put into 10 bins of equally many images: age.",)


def test_bins_of_numbers_that_are_mostly_equal_are_none_of_them_empty() -> None:
    attribute = in_bins(np.array([0.0] * 90 + list(range(1, 31)), float))
    assert set(attribute.values.tolist()) == set(range(len(attribute.names)))


@pytest.mark.parametrize(
    "values", [[f"photo {k}" for k in range(100)], ["same"] * 9, [""] * 9], ids=["names", "constant", "empty"]
)
def test_a_column_that_tells_nothing_is_left_out_and_named(values: list[str]) -> None:
    attributes, notes = attributes_of({"note": values}, "t.csv")
    assert attributes == {}
    assert notes == ("t.csv: no attributes, as all images, or nearly none, share a value: note.",)
