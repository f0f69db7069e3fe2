"""A set of images without labels: the only thing about a data set that an unsupervised stage can reach."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float32, Int, UInt8

from umeta.large_arrays import release, taken_rows
from umeta.stage import content_hash

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True, eq=False)
class ImageSet:
    """Images `(n_items, channels, height, width)`, their ids, and a name. It carries no labels.

    Ids are for people and for import and export; they never enter a computation. The order of the items is a
    function of their pixels (`content_order`), so that it tells nothing about classes.
    """

    name: str
    images: UInt8[np.ndarray, "n_items channels height width"]
    ids: Sequence[str]
    vectors: Float32[np.ndarray, "n_items dim"] | None = None
    """The vectors that the items came with, where their pictures are but drawings of them."""

    def __post_init__(self) -> None:
        if len(self.ids) != len(self.images):
            raise ValueError(
                f"{self.name}: {len(self.ids)} ids for {len(self.images)} images; give one id per image."
            )

    def __len__(self) -> int:
        return len(self.images)

    @property
    def item_shape(self) -> tuple[int, int, int]:
        """Channels, height and width of one image."""
        channels, height, width = self.images.shape[1:]
        return channels, height, width

    @cached_property
    def fingerprint(self) -> str:
        """A hash of the pixels alone (and of vectors, if any): the same images have the same one on every machine."""
        digest = hashlib.sha256()
        for start in range(0, len(self), 4096):
            digest.update(np.ascontiguousarray(self.images[start : start + 4096]).data)
            release(self.images)
        if self.vectors is not None:
            digest.update(np.ascontiguousarray(self.vectors).data)
        return content_hash([list(self.images.shape), digest.hexdigest()])

    def tensor(self) -> "torch.Tensor":
        """Return a copy of the images as a uint8 tensor (n_items, channels, height, width) on the CPU."""
        import torch

        return torch.from_numpy(np.array(self.images))

    def take(self, items: Int[np.ndarray, " n_taken"]) -> "ImageSet":
        """Return the images of some items as a set of their own; large ones that are mapped from a file still are."""
        vectors = None if self.vectors is None else taken_rows(self.vectors, items)
        return ImageSet(self.name, taken_rows(self.images, items), [self.ids[int(i)] for i in items], vectors)


def content_order(
    images: UInt8[np.ndarray, "n_items channels height width"], ids: Sequence[str]
) -> Int[np.ndarray, " n_items"]:
    """Return the order of the images by a hash of each image's pixels, a shuffle that labels have no part in.

    Ids decide only between images of equal pixels, so that the order of reading has no part in it either.
    """
    return order_by_digest([pixel_digest(image) for image in images], ids)


def pixel_digest(image: UInt8[np.ndarray, "channels height width"]) -> bytes:
    """Return the 8 bytes by which an image has its place in the content order."""
    return hashlib.blake2b(np.ascontiguousarray(image).data, digest_size=8).digest()


def order_by_digest(digests: Sequence[bytes], ids: Sequence[str]) -> Int[np.ndarray, " n_items"]:
    """Return the content order of images of these digests and ids."""
    return np.lexsort((np.asarray(ids, np.str_), np.frombuffer(b"".join(digests), ">u8")))
