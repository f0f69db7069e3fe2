"""Columns of a table as attributes of its items: text as it is, numbers by their value or in bins."""

import math
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from jaxtyping import Int32

from umeta.data.dataset import Attribute
from umeta.data.naming import name_some, readable

MAX_NUMBERS = 20
"""Different numbers that stand for themselves; of more, bins are made."""
N_BINS = 10
MAX_SINGLE = 0.5
"""A column of text in which more than this share of the values stands alone names items, and is no attribute."""
MIN_SINGLE = 20
"""Unless it has no more values than this."""


def attributes_of(
    columns: Mapping[str, Sequence[str]], where: str
) -> tuple[dict[str, Attribute], tuple[str, ...]]:
    """Return the attributes that columns of text give, and what was left out or put into bins.

    Args:
        columns: A text for each item, empty where there is none, by the name of the column.
        where: What the columns are of, for the notes.
    """
    attributes: dict[str, Attribute] = {}
    useless, binned = [], []
    for name, values in columns.items():
        numbers = _numbers(values)
        if numbers is not None and len({*numbers[np.isfinite(numbers)].tolist()}) > MAX_NUMBERS:
            binned.append(name)
            attributes[name] = in_bins(numbers)
        elif _tells(values):
            attributes[name] = by_name(values, in_order=numbers)
        else:
            useless.append(name)
    notes = []
    if binned:
        notes.append(
            f"{where}: numbers are put into {N_BINS} bins of equally many images: {name_some(binned)}."
        )
    if useless:
        why = "as all images, or nearly none, share a value"
        notes.append(f"{where}: no attributes, {why}: {name_some(useless)}.")
    return attributes, tuple(notes)


def by_name(values: Iterable[str], *, in_order: np.ndarray | None = None) -> Attribute:
    """Return an attribute of texts, -1 where one is empty, in the order of the alphabet or of their numbers."""
    texts = [readable(value.strip()) for value in values]
    rank = dict.fromkeys(texts, 0.0) if in_order is None else dict(zip(texts, in_order.tolist(), strict=True))
    names = sorted((text for text in rank if text), key=lambda text: (rank[text], text))
    number_of = {name: number for number, name in enumerate(names)} | {"": -1}
    return Attribute(np.array([number_of[text] for text in texts], np.int32), names)


def in_bins(numbers: np.ndarray) -> Attribute:
    """Return an attribute of bins of equally many items, named by their least and greatest numbers."""
    finite = np.isfinite(numbers)
    edges = np.unique(np.quantile(numbers[finite], np.arange(1, N_BINS) / N_BINS))
    bins: Int32[np.ndarray, " n_items"] = np.where(
        finite, np.searchsorted(edges, numbers, side="right"), -1
    ).astype(np.int32)
    filled = np.unique(bins[bins >= 0])
    names = [f"{numbers[bins == k].min():.4g} to {numbers[bins == k].max():.4g}" for k in filled]
    place = np.full(len(edges) + 2, -1, np.int32)  # the last is for items without a number
    place[filled] = np.arange(len(filled))
    return Attribute(place[bins], names)


def _numbers(values: Sequence[str]) -> np.ndarray | None:
    """Return the numbers of a column, not a number where it is empty; None if some of it is other text."""
    try:
        numbers = np.array([float(value) if value.strip() else math.nan for value in values])
    except ValueError:
        return None
    return numbers if np.isfinite(numbers).any() else None


def _tells(values: Sequence[str]) -> bool:
    """Return whether some items share a value and not all do."""
    texts = [value.strip() for value in values if value.strip()]
    different, counts = np.unique(np.array(texts, np.str_), return_counts=True)
    single = int((counts == 1).sum())
    return len(different) > 1 and (single <= MIN_SINGLE or single <= MAX_SINGLE * len(texts))
