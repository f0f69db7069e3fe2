"""Columns of a table as attributes of its items: categories as they are, numbers of many values in ranges."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from umeta.data.dataset import Attribute
from umeta.data.files.table_file import TableFile
from umeta.data.files.vector_columns import is_reserved
from umeta.data.naming import left_out, name_some
from umeta.stage import UserError
from umeta.wording import counted

MAX_VALUES = 200
"""A column of more different texts is no category; one of more different numbers is cut into ranges."""
N_RANGES = 10
MAX_ATTRIBUTES = 30
MAX_LENGTH = 80
"""Signs of a value's name."""
NOT_GIVEN = "not given"
_NUMBERS = ("whole numbers", "decimal numbers")


def attributes_of(table: TableFile, names: Sequence[str]) -> tuple[dict[str, Attribute], list[str]]:
    """Return some columns as attributes, and notes on what became of the others.

    Raises:
        UserError: the table is damaged, or a column would take too much memory.
    """
    attributes: dict[str, Attribute] = {}
    binned: list[str] = []
    others: list[str] = []
    for name in names:
        kind = table.kinds()[name]
        if (
            is_reserved(name)
            or kind not in (*_NUMBERS, "text", "yes or no")
            or len(attributes) >= MAX_ATTRIBUTES
        ):
            others.append(name)
            continue
        try:
            values = table.read([name]).column(name).to_pylist()
        except UserError:
            others.append(name)
            continue
        if len({*values}) <= MAX_VALUES:
            attributes[name] = _categories(values)
        elif numbers := _numbers(values):
            attributes[name] = _ranges(numbers)
            binned.append(name)
        else:
            others.append(name)
    notes = []
    if binned:
        ranges = counted(N_RANGES, "range")
        notes.append(
            f"Numbers of more than {MAX_VALUES} values were cut into {ranges} of equal counts: {name_some(binned)}."
        )
    notes += left_out("columns that are no attributes: ids, lists, texts of too many values", others)
    return attributes, notes


def _categories(values: Sequence[object]) -> Attribute:
    texts = [NOT_GIVEN if value is None or value == "" else str(value)[:MAX_LENGTH] for value in values]
    names = sorted({*texts}, key=_in_order)
    place = {name: number for number, name in enumerate(names)}
    return Attribute(np.array([place[text] for text in texts], np.int32), names)


def _numbers(values: Sequence[object]) -> list[float] | None:
    """Return values as numbers, NaN where none is given; None if they are something else."""
    try:
        return [np.nan if value is None or value == "" else float(str(value)) for value in values]
    except ValueError:
        return None


def _ranges(numbers: Sequence[float]) -> Attribute:
    given = np.array(numbers)
    usable = np.isfinite(given)
    edges = np.unique(np.quantile(given[usable], np.linspace(0, 1, N_RANGES + 1)))
    values = np.searchsorted(edges[1:-1], given, side="right").astype(np.int32)
    names = [f"{low:.4g} to {high:.4g}" for low, high in pairwise(edges)]
    if not usable.all():
        values[~usable] = len(names)
        names.append(NOT_GIVEN)
    return Attribute(values, names)


def _in_order(text: str) -> tuple[bool, float, str]:
    """Sort numbers by size, texts after them by letters, and what is not given last."""
    try:
        return False, float(text), ""
    except ValueError:
        return True, float(text == NOT_GIVEN), text
