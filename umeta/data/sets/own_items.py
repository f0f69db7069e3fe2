"""What was read of a person's own images, before they are split, and the hash that says which images they are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float32, Int8, UInt8

from umeta.data.dataset import Attribute
from umeta.data.image_set import ImageSet
from umeta.stage import content_hash


@dataclass(frozen=True, eq=False, kw_only=True)
class OwnItems:
    """What was read of a person's own images, in content order, before they are split."""

    images: UInt8[np.ndarray, "n_items channels height width"]
    ids: Sequence[str]
    classes: Attribute
    """The class of each item, -1 where it is not known; all -1 and no names in a set without labels."""
    parts: Int8[np.ndarray, " n_items"] | None = None
    """The set's own split: an index into `SPLITS`, -1 for an item in no part; None where it has none."""
    attributes: Mapping[str, Attribute] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    vectors: Float32[np.ndarray, "n_items dim"] | None = None
    """The vectors that the items came with, where their pictures are but drawings of them."""


def content_of(images: ImageSet, items: OwnItems) -> str:
    """Return a hash of what was read: pixels, ids, classes by name, and parts of the set's own split."""
    names = [*items.classes.names, ""]  # the last is for an item of unknown class
    classes = [names[k] for k in items.classes.values.tolist()]
    parts = None if items.parts is None else items.parts.tolist()
    return content_hash([images.fingerprint, list(images.ids), classes, parts])
