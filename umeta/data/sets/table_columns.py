"""Which columns of a table hold the classes and the split of its items; all others are attributes."""

from collections.abc import Sequence

import numpy as np

from umeta.data.attribute_columns import attributes_of
from umeta.data.dataset import Attribute
from umeta.data.files.table_file import TableFile
from umeta.data.files.vector_columns import LABEL_COLUMNS, is_reserved
from umeta.data.files.vector_table import text_column
from umeta.data.naming import left_out
from umeta.data.sets.folder_layout import part_numbers
from umeta.stage import UserError

MAX_ATTRIBUTES = 30
_PLAIN = ("text", "whole numbers", "decimal numbers", "yes or no")
SPLIT_COLUMNS = ("split", "subset", "partition", "part")


def class_texts(
    table: TableFile, chosen: str | None, taken: Sequence[str]
) -> tuple[list[str], str | None, list[str]]:
    """Return the class of each item as text (empty where it is not known), its column, and notes.

    Args:
        table: the table.
        chosen: the column that a person names, or None to take the one that is named for classes.
        taken: columns that hold something else.

    Raises:
        UserError: there is no column of that name, or it holds no classes.
    """
    if chosen is not None and chosen not in table.names:
        raise UserError(
            f"dataset.class_column={chosen}: {table.path} has no such column, but {table.described()}."
        )
    names = {name.lower(): name for name in table.names if name not in taken}
    found = [names[name] for name in LABEL_COLUMNS if name in names]
    column = chosen or next(iter(found), None)
    if column is None:
        return [""] * table.n_rows(), None, []
    others = (
        ""
        if chosen or len(found) < 2
        else f" Others are attributes; dataset.class_column={found[1]} takes it."
    )
    texts = text_column(table, column, empty="")
    of_numbers = table.class_names(column)
    if of_numbers:
        texts = [_named(text, of_numbers) for text in texts]
    return texts, column, [f"Classes are of the column {column}.{others}"]


def split_texts(table: TableFile, taken: Sequence[str]) -> tuple[list[str] | None, str | None]:
    """Return the part of a split that each item is of, as the table or the names of its files say, and its column."""
    names = {name.lower(): name for name in table.names if name not in taken}
    column = next((names[name] for name in SPLIT_COLUMNS if name in names), None)
    if column is None:
        return next((splits for splits in table.splits_of_parts() if part_numbers(set(splits))), None), None
    return text_column(table, column, empty=""), column


def row_ids(n_rows: int) -> np.ndarray:
    """Return ids for rows that have none: their numbers, with zeros in front."""
    return np.array([f"row {row:0{len(str(n_rows))}d}" for row in range(n_rows)])


def _named(text: str, names: Sequence[str]) -> str:
    """Return the name of a class number; a negative one is no class."""
    return (
        names[int(text)]
        if text.isdecimal() and int(text) < len(names)
        else ""
        if text.startswith("-")
        else text
    )


def other_attributes(table: TableFile, names: Sequence[str]) -> tuple[dict[str, Attribute], list[str]]:
    """Return some columns of a table as attributes of its items, and notes on what became of the others.

    Raises:
        UserError: the table is damaged, or a column would take too much memory.
    """
    kinds = table.kinds()
    plain = [name for name in names if kinds[name] in _PLAIN and not is_reserved(name)]
    taken = plain[:MAX_ATTRIBUTES]
    texts = {name: plain_texts(table, name) for name in taken}
    attributes, notes = attributes_of(texts, "The table")
    others = [name for name in names if name not in taken]
    return attributes, [*notes, *left_out("columns that are no attributes: ids, lists and the like", others)]


def plain_texts(table: TableFile, name: str) -> list[str]:
    """Return a column as texts, empty where there is no value."""
    values = table.read([name]).column(name).to_pylist()
    return ["" if value is None else str(value) for value in values]
