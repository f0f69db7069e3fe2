import pytest

from umeta.data.files.vector_columns import VectorColumns, choose_vectors
from umeta.stage import UserError

FLOAT, INT, TEXT, LIST = "decimal numbers", "whole numbers", "text", "lists of decimal numbers"
FAMILY = tuple(f"e{k}" for k in range(8))


def choose(kinds: dict[str, str], pattern: str | None = None) -> VectorColumns:
    return choose_vectors(kinds, pattern, option="encoder.columns", file="mine.parquet")


def family(*names: str, kind: str = FLOAT) -> dict[str, str]:
    return dict.fromkeys(names, kind)


@pytest.mark.parametrize(
    "other",
    [
        {"label": INT},
        {"label": FLOAT, "score": FLOAT},
        {"__index_level_0__": INT},
        {"Unnamed: 0": FLOAT},
        {"x": FLOAT, "y": FLOAT},
        {"y0": FLOAT, "y1": FLOAT},
        {"label_0": FLOAT, "label_1": FLOAT},
        {"n1": INT, "n2": INT},
        {"class": TEXT, "boxes": "lists of whole numbers"},
    ],
)
def test_nothing_else_becomes_a_dimension(other: dict[str, str]) -> None:
    for kinds in ({"id": TEXT, **family(*FAMILY), **other}, {**other, "id": INT, **family(*FAMILY)}):
        assert choose(kinds) == VectorColumns(FAMILY, False)
    assert choose({**other, "embedding": LIST}) == VectorColumns(("embedding",), True)


@pytest.mark.parametrize(
    "names",
    [
        [f"{k}" for k in range(64)],
        [f"dim_{k}" for k in range(12)],
        [f"PC{k}" for k in range(1, 12)],
        [f"f-{k:03d}" for k in range(12)],
        [f"layer4.{k}" for k in range(12)],
    ],
)
def test_a_family_is_taken_in_numerical_order_wherever_its_columns_stand(names: list[str]) -> None:
    assert choose({"id": TEXT, **family(*sorted(names, reverse=True))}).names == tuple(names)


@pytest.mark.parametrize(
    ("kinds", "message"),
    [
        ({"a": LIST, "b": LIST}, "several kinds of vectors: a and b. Say which .* encoder.columns=a"),
        ({"a": LIST, **family(*FAMILY)}, "several kinds of vectors: a and e0 … e7"),
        (family("x1", "x2", "y_1", "z1", "z2"), "several kinds of vectors: x1 … x2 and z1 … z2"),
        (family("e0", "e1", "e3", "e4"), "the family e0 … e4 lacks e2"),
        (family("e0", "e1", "e999999999"), "lacks e2"),
        (family("e2010", "e2011"), "begins with neither e0 nor e1"),
        (family("e0", "e1", "e01"), "has the number 1 twice"),
        ({**family(*FAMILY), "e8": TEXT}, r"e8 \(text\) differ from the others"),
        ({**family(*FAMILY), "e8": INT}, r"e8 \(whole numbers\) differ from the others"),
        ({**family(*FAMILY, kind=INT)}, r"no family of numbered columns .* e0 \(whole numbers\)"),
        ({"a": FLOAT, "b": FLOAT}, r"but a \(decimal numbers\), b \(decimal numbers\). Name the columns"),
        ({"e0": FLOAT}, "no family"),
        ({}, "but no columns"),
    ],
)
def test_what_is_not_clear_is_refused_with_the_columns_and_how_to_choose(
    kinds: dict[str, str], message: str
) -> None:
    with pytest.raises(UserError, match=message) as raised:
        choose(kinds)
    assert "encoder.columns" in str(raised.value)


def test_a_person_chooses() -> None:
    kinds = {"id": TEXT, "a": LIST, "b": LIST, "p": FLOAT, "label": INT, "e2": INT, "e10": INT, "e1": INT}
    assert choose(kinds, "b") == VectorColumns(("b",), True)
    assert choose(kinds, "e*") == VectorColumns(("e1", "e2", "e10"), False)
    assert choose(kinds, "p, e1") == VectorColumns(("p", "e1"), False)
    assert choose(kinds, "*").names == (
        "p",
        "e2",
        "e10",
        "e1",
    )  # what is named for classes must be named in full
    assert choose(kinds, "label").names == ("label",)
    for pattern, message in (
        ("q*", r"has no column q\* of numbers, but id \(text\)"),
        ("", "has no column  of numbers"),
        ("a,b", "names a, b of mine.parquet; choose one column of lists, or columns of numbers"),
        ("a,p", "names a, p"),
    ):
        with pytest.raises(UserError, match=message):
            choose(kinds, pattern)
