"""Splits of the classes into meta_train, meta_val and meta_test."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Int, Int8

from umeta.data.naming import shortened
from umeta.randomness import Stream, numpy_generator
from umeta.stage import UserError
from umeta.wording import counted

MIN_ITEMS = 4
"""Items of a class from which on each of three parts of about 60 / 20 / 20% gets some."""


def split_by_counts(
    classes: Int[np.ndarray, " n_items"], counts: tuple[int, int, int], *, seed: int
) -> Int8[np.ndarray, " n_items"]:
    """Shuffle the classes by `seed`, counts[0] of them for meta_train and so on; return each item's split.

    Raises:
        UserError: the counts do not add up to the number of classes, or one of them is below 1.
    """
    names = np.unique(classes)
    if sum(counts) != len(names) or min(counts) < 1:
        raise UserError(
            f"a split of {counts} classes does not fit {counted(len(names), 'class')}; each part needs at least 1."
        )
    split_of_class = np.full(names.max() + 1, -1, np.int8)
    shuffled = numpy_generator(seed, Stream.CLASS_SPLIT).permutation(names)
    for split, part in enumerate(np.split(shuffled, np.cumsum(counts)[:-1])):
        split_of_class[part] = split
    return split_of_class[classes]


def split_items(
    classes: Int[np.ndarray, " n_items"],
    shares: tuple[float, float, float],
    *,
    seed: int,
    names: Sequence[str] = (),
) -> Int8[np.ndarray, " n_items"]:
    """Split the items of each class by `shares`, shuffled by `seed`, so that every split has all classes.

    Items of unknown class, -1, are split among themselves. `names` are those of the classes, for the error.

    Raises:
        UserError: a class has so few items that one of its parts would be empty.
    """
    split_of = np.full(len(classes), -1, np.int8)
    rng = numpy_generator(seed, Stream.ITEM_SPLIT)
    for number in np.unique(classes):
        items = rng.permutation(np.flatnonzero(classes == number))
        parts = np.split(items, np.rint(np.cumsum(shares)[:-1] * len(items)).astype(int))
        if min(map(len, parts)) == 0 and number >= 0:
            name = shortened(names[int(number)]) if names else str(number)
            raise UserError(
                f"class {name} has {len(items)} items, too few to split by {shares}; give it more."
            )
        for split, part in enumerate(parts):
            split_of[part] = split
    return split_of
