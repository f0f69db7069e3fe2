"""Copies of pictures on both sides of a split: counted, named, and left out if a person wants that."""

from typing import Literal

import numpy as np
from jaxtyping import Int8

from umeta.cache import Arrays, Home
from umeta.data.image_set import ImageSet
from umeta.data.naming import name_some
from umeta.data.near_copies import VERSION, Copies, copies_between
from umeta.data.sets.split_request import SplitItems
from umeta.stage import OnStep, content_hash
from umeta.wording import counted

Duplicates = Literal["keep", "leave_out"]


def settle_copies(
    images: ImageSet, split: SplitItems, duplicates: Duplicates, home: Home, on_step: OnStep
) -> SplitItems:
    """Say which pictures have copies in a later split, and take them out of theirs if these are to be left out.

    It is the earlier split that loses them, so that the test tasks stay as they are.
    """
    copies = _copies_across(images, split.split_of, home, on_step)
    if len(copies.items) == 0:
        return split
    n_exact = int(copies.is_exact.sum())
    pairs = sorted((images.ids[a], images.ids[b]) for a, b in zip(copies.items, copies.copy_of, strict=True))
    named = name_some([f"{name} of {other}" for name, other in pairs])
    what = f"{counted(n_exact, 'copy')} and {counted(len(pairs) - n_exact, 'near copy')} of pictures in a later split"
    if duplicates == "keep":
        note = f"On both sides of the split: {what}: {named}. dataset.duplicates=leave_out leaves them out."
        return split._replace(notes=(*split.notes, note))
    split_of = split.split_of.copy()
    split_of[copies.items] = -1
    return split._replace(split_of=split_of, notes=(*split.notes, f"Left out: {what}: {named}."))


def _copies_across(
    images: ImageSet, split_of: Int8[np.ndarray, " n_items"], home: Home, on_step: OnStep
) -> Copies:
    """Return the pictures of meta_train and meta_val that have copies in a later split."""

    def make() -> Arrays:
        found = [
            copies_between(
                images.images,
                np.flatnonzero(split_of == split),
                np.flatnonzero(split_of > split),
                on_step=on_step,
            )
            for split in (0, 1)
        ]
        return {
            name: np.concatenate([np.asarray(getattr(copies, name)) for copies in found])
            for name in Copies._fields
        }

    made_from = {
        "images": images.fingerprint,
        "split": content_hash(split_of.tolist()),
        "version": VERSION,
    }
    return Copies(**home.arrays("near copies", made_from, make))
