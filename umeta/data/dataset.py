"""A data set: an image set, what is truly known of each item, and the split of its classes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from jaxtyping import Int, Int8

from umeta.cache import Home
from umeta.data.image_set import ImageSet, content_order
from umeta.stage import OnStep, ignore_step

SPLITS = ("meta_train", "meta_val", "meta_test")


@dataclass(frozen=True, eq=False)
class Attribute:
    """One thing that is truly known of every item, e.g. its class, alphabet or drawer: `names[values[i]]`."""

    values: Int[np.ndarray, " n_items"]
    names: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class DatasetCard:
    """What a person should know of a data set before using it."""

    title: str
    what: str
    source: str
    licence: str
    split: str
    """One sentence: how meta_train, meta_val and meta_test were made."""
    notes: tuple[str, ...] = ()
    """What was left out or found odd while reading, one line each."""


@dataclass(frozen=True, eq=False)
class Dataset:
    """Images without labels in `images`, and apart from them the truth about each item.

    `split_of` gives each item's split as an index into `SPLITS`, or -1 for an item that takes no part.
    """

    images: ImageSet
    classes: Attribute
    split_of: Int8[np.ndarray, " n_items"]
    card: DatasetCard
    attributes: Mapping[str, Attribute] = field(default_factory=dict)
    """Further attributes by name (alphabet, drawer, …), for asking what clusters follow."""

    def items(self, split: str) -> Int[np.ndarray, " n_split_items"]:
        """Return the item numbers of one split, in ascending order."""
        return np.flatnonzero(self.split_of == SPLITS.index(split))

    def truth(self, split: str) -> Sequence[Int[np.ndarray, " n_items"]]:
        """Return the true partitions of a split: each gives every item's class, -1 outside the split.

        Most sets have one; a set of attributes has one per combination of attributes.
        """
        inside = self.split_of == SPLITS.index(split)
        return [np.where(inside, self.classes.values, -1).astype(np.int32)]

    def n_classes(self, split: str) -> int:
        """Return how many classes have items in a split."""
        return len(np.unique(self.classes.values[self.items(split)]))


class DatasetMethod(Protocol):
    """The config of a data set: which one, at which size, and how its classes are split."""

    @property
    def name(self) -> str:
        """The registered name."""
        ...

    @property
    def split(self) -> str:
        """The named way of splitting the classes."""
        ...

    @property
    def split_seed(self) -> int:
        """The seed of the split, where the split is drawn."""
        ...

    def load(self, home: Home, *, on_step: OnStep = ignore_step) -> Dataset:
        """Read the images and split the classes.

        Raises:
            UserError: the files are missing, broken, or of something else; the message gives the remedy.
        """
        ...


def assemble(
    name: str,
    images: np.ndarray,
    ids: Sequence[str],
    *,
    classes: Attribute,
    attributes: Mapping[str, Attribute],
    split_of: np.ndarray,
    card: DatasetCard,
) -> Dataset:
    """Build a data set whose items stand in content order, whatever order they were read in."""
    order = content_order(images)
    move = lambda attribute: Attribute(attribute.values[order].astype(np.int32), attribute.names)  # noqa: E731
    return Dataset(
        images=ImageSet(name, np.ascontiguousarray(images[order]), [ids[i] for i in order]),
        classes=move(classes),
        split_of=split_of[order].astype(np.int8),
        card=card,
        attributes={key: move(attribute) for key, attribute in attributes.items()},
    )
