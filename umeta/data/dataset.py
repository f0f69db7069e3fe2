"""A data set: an image set, the true classes and attributes of its items, and the split of its classes."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from jaxtyping import Int, Int8

from umeta.cache import Arrays
from umeta.data.image_set import ImageSet, content_order
from umeta.data.naming import name_some_with_counts
from umeta.stage import UserError, content_hash

SPLITS = ("meta_train", "meta_val", "meta_test")


@dataclass(frozen=True, eq=False)
class Attribute:
    """An attribute of every item, such as its alphabet or drawer.

    Item i has `names[values[i]]`; -1 stands for an item of which it is not known.
    """

    values: Int[np.ndarray, " n_items"]
    names: Sequence[str]

    @property
    def fingerprint(self) -> str:
        """A hash of the values and their names."""
        values = hashlib.sha256(np.ascontiguousarray(self.values).data).hexdigest()
        return content_hash([values, [str(name) for name in self.names]])


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
    """Images without labels in `images`, and apart from them the true classes and attributes of each item.

    The class of an item may be unknown, which `classes` has as -1; a set without labels knows none.
    `split_of` gives each item's split as an index into `SPLITS`, or -1 for an item that takes no part.
    """

    images: ImageSet
    classes: Attribute
    split_of: Int8[np.ndarray, " n_items"]
    card: DatasetCard
    attributes: Mapping[str, Attribute] = field(default_factory=dict)
    """Further attributes by name (alphabet, drawer, …), for asking what clusters follow."""
    partitions: Mapping[str, Sequence[Int[np.ndarray, " n_items"]]] = field(default_factory=dict)
    """The true partitions of each split, where they are not just its classes; they may be made when asked for."""
    content: str = ""
    """Of a person's own images, a hash of what was read of them; empty for a set that comes with a name."""

    def __post_init__(self) -> None:
        per_item = {"classes": self.classes.values, "split_of": self.split_of}
        per_item |= {name: attribute.values for name, attribute in self.attributes.items()}
        for name, values in per_item.items():
            if len(values) != len(self.images):
                raise ValueError(
                    f"{self.images.name}: {len(values)} {name} for {len(self.images)} images; give one each."
                )

    def items(self, split: str) -> Int[np.ndarray, " n_split_items"]:
        """Return the item numbers of one split, in ascending order."""
        return np.flatnonzero(self.split_of == SPLITS.index(split))

    @property
    def is_labelled(self) -> bool:
        """Whether the class of any item is known."""
        return bool((self.classes.values >= 0).any())

    def truth(self, split: str) -> Sequence[Int[np.ndarray, " n_items"]]:
        """Return the true partitions of a split: each gives every item's class, -1 outside it or where not known.

        Most sets have one; a set of attributes has one per combination of attributes.
        """
        if split in self.partitions:
            return self.partitions[split]
        inside = self.split_of == SPLITS.index(split)
        return [np.where(inside, self.classes.values, -1).astype(np.int32)]

    def n_classes(self, split: str) -> int:
        """Return how many known classes have items in a split."""
        return len(np.unique(self._known_classes(split)))

    def check_labelled(self, split: str, what: str) -> None:
        """Check that there are true classes in a split; `what` is what they are needed for.

        Raises:
            UserError: no class is known there.
        """
        if split not in self.partitions and self.n_labelled(split) == 0:
            raise UserError(
                f"{what} needs true classes, and of none of the {len(self.items(split)):,} images in {split} of "
                f"{self.images.name} a class is known. Give classes to some of them, or do without."
            )

    @cached_property
    def labels_fingerprint(self) -> str:
        """A hash of what is known of the items: each one's class and attributes, and how these are called."""
        known = [("class", self.classes), *self.attributes.items()]
        return content_hash([[name, attribute.fingerprint] for name, attribute in known])

    def n_labelled(self, split: str) -> int:
        """Return of how many items of a split the class is known."""
        return len(self._known_classes(split))

    def _known_classes(self, split: str) -> Int[np.ndarray, " n_labelled"]:
        classes = self.classes.values[self.items(split)]
        return classes[classes >= 0]


def in_content_order(arrays: Arrays) -> Arrays:
    """Move the rows of all arrays, each with one row per item, into the `content_order` of `images`.

    The images are moved in place, channel by channel, so that a large set is never in memory twice.
    """
    images = arrays["images"]
    order = content_order(images, arrays["ids"].tolist())
    for channel in range(images.shape[1]):
        images[:, channel] = images[order, channel]
    return {name: images if name == "images" else array[order] for name, array in arrays.items()}


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
    order = content_order(images, ids)

    def move(attribute: Attribute) -> Attribute:
        return Attribute(attribute.values[order].astype(np.int32), attribute.names)

    return Dataset(
        images=ImageSet(name, np.ascontiguousarray(images[order]), [ids[int(i)] for i in order]),
        classes=move(classes),
        split_of=split_of[order].astype(np.int8),
        card=card,
        attributes={key: move(attribute) for key, attribute in attributes.items()},
    )


def without_small_classes(dataset: Dataset, *, min_images: int = 2) -> Dataset:
    """Take classes of fewer than `min_images` items out of every split, and say so on the card.

    A task needs one item of a class to learn from and one to ask about. Whether a class is large enough for a
    task of a given shot is for the task source to say.
    """
    used = (dataset.split_of >= 0) & (dataset.classes.values >= 0)
    counts = np.bincount(dataset.classes.values[used], minlength=len(dataset.classes.names))
    small = np.flatnonzero((counts > 0) & (counts < min_images))
    if len(small) == 0:
        return dataset
    classes = name_some_with_counts(dataset.classes.names, counts, small)
    note = f"Left out, as a task needs {min_images} images of a class: {classes}."
    split_of = np.where(np.isin(dataset.classes.values, small), -1, dataset.split_of).astype(np.int8)
    return replace(dataset, split_of=split_of, card=replace(dataset.card, notes=(*dataset.card.notes, note)))
