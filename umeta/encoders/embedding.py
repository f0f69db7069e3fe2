"""An embedding: vectors, the items they are of, and what made them, in one value."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float32, Int

from umeta.large_arrays import taken_rows


@dataclass(frozen=True, eq=False)
class Embedding:
    """One vector for each of some items of a data set. Products made of it are found again by its `key`."""

    vectors: Float32[np.ndarray, "n_items dim"]
    """Memory-mapped where they come from the cache."""
    items: Int[np.ndarray, " n_items"]
    """The item number of each vector."""
    key: Mapping[str, Any]
    """What made the vectors: the images, which of them are meta_train, the encoder's options, the kind of device."""

    @property
    def fingerprint(self) -> str:
        """Twelve hex digits of a SHA-256 of the vectors, of at most 1,000 evenly spaced ones.

        An encoder that is trained again by the same options ends at other weights on another kind of processor, and on
        a GPU even on the same one; the fingerprint tells such embeddings apart.
        """
        some = np.linspace(0, len(self.vectors) - 1, min(len(self.vectors), 1000)).astype(np.int64)
        values = np.ascontiguousarray(self.vectors[some])
        return hashlib.sha256(repr(self.vectors.shape).encode() + values.tobytes()).hexdigest()[:12]

    def of(self, items: Int[np.ndarray, " n_rows"]) -> Float32[np.ndarray, "n_rows dim"]:
        """Return the vectors of some items, in the order in which the items are given.

        Raises:
            ValueError: the embedding has no vector of one of them.
        """
        order = np.argsort(self.items, kind="stable")
        rows = order[np.searchsorted(self.items, items, sorter=order).clip(max=len(order) - 1)]
        missing = np.asarray(items)[self.items[rows] != items]
        if len(missing):
            raise ValueError(
                f"the embedding of {len(self.items)} items has none of item {missing[0]}; embed that item too."
            )
        return taken_rows(self.vectors, rows)
