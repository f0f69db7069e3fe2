import pytest

from umeta.ui.frame.link_values import LARGEST, LONGEST, MOST_TEXTS, expected

NUMBERS = {"least": 2, "most": 50}


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (int, "2"),
        (int, "50"),
        (int, "5.0"),
        (float, "2.5"),
        (bool, "true"),
        (bool, "False"),
        (str, "folder:/home/me/my photos/Köln/夏"),
        (str, "<b>*not* told apart here</b>"),
        (list, "run-1"),
        *((kind, "") for kind in (int, float, bool, str, list)),
    ],
)
def test_a_value_of_its_type_fits(kind: type, text: str):
    assert expected([text], kind, **NUMBERS) == ""


@pytest.mark.parametrize(
    "text",
    [
        "inf",
        "-inf",
        "nan",
        "1e999",
        "-5",
        "51",
        "9" * 4400,
        "0x10",
        "zwei",
        "\0",
        "5\ud800",
        "1.5",
        "[3]",
        "true",
    ],
)
def test_what_is_no_whole_number_in_the_range_is_told(text: str):
    assert expected([text], int, **NUMBERS) == "a whole number from 2 to 50"


@pytest.mark.parametrize("text", ["inf", "nan", "1.99", "1e999", "-0.1", "9" * 4400])
def test_what_is_no_number_in_the_range_is_told(text: str):
    assert expected([text], float, least=2, most=LARGEST) == "a number of 2 or more"


@pytest.mark.parametrize("text", ["yes", "1", "\0", "x" * 100_000])
def test_what_is_neither_true_nor_false_is_told(text: str):
    assert expected([text], bool, **NUMBERS) == "true or false"


@pytest.mark.parametrize("text", ["\0", "a\nb", "\ud800", "x" * (LONGEST + 1)])
def test_a_text_that_cannot_be_seen_or_is_too_long_is_told(text: str):
    assert "text" in expected([text], str, **NUMBERS)
    assert "text" in expected(["fine", text], list, **NUMBERS)


def test_of_a_parameter_that_stands_twice_the_last_counts():
    assert expected(["nonsense", "3"], int, **NUMBERS) == ""
    assert expected(["3", "nonsense"], int, **NUMBERS) != ""


def test_a_list_has_an_end():
    assert expected(["run"] * MOST_TEXTS, list, **NUMBERS) == ""
    assert expected(["run"] * (MOST_TEXTS + 1), list, **NUMBERS) != ""
