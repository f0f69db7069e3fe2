"""What is asked of the split of a person's own images, and what comes of it."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

import numpy as np
from jaxtyping import Int8

OwnSplit = Literal["own", "classes", "items"]


class SplitRequest(NamedTuple):
    """What is asked of a split."""

    name: str
    """The set's, for messages."""
    split: OwnSplit
    seed: int
    counts: Sequence[int] | None
    """Classes of meta_train, meta_val and meta_test; None if they are left open."""
    min_images: int
    """Classes of fewer images take no part."""


class SplitItems(NamedTuple):
    """The split of each item, the sentence on how it was made, and what was left out or assumed."""

    split_of: Int8[np.ndarray, " n_items"]
    sentence: str
    notes: tuple[str, ...]
