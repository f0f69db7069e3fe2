"""Splits of the classes into meta_train, meta_val and meta_test."""

import numpy as np
from jaxtyping import Int, Int8

from umeta.stage import UserError


def split_by_counts(
    classes: Int[np.ndarray, " n_items"], counts: tuple[int, int, int], *, seed: int
) -> Int8[np.ndarray, " n_items"]:
    """Shuffle the classes by `seed` and give the first counts[0] to meta_train, and so on; return each item's split.

    Raises:
        UserError: the counts do not add up to the number of classes, or one of them is below 1.
    """
    names = np.unique(classes)
    if sum(counts) != len(names) or min(counts) < 1:
        raise UserError(f"a split of {counts} classes does not fit {len(names)} classes; each part needs at least 1.")
    split_of_class = np.full(names.max() + 1, -1, np.int8)
    shuffled = np.random.default_rng(seed).permutation(names)
    for split, part in enumerate(np.split(shuffled, np.cumsum(counts)[:-1])):
        split_of_class[part] = split
    return split_of_class[classes]
