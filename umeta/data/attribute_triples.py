"""The true partitions of a set whose items have attributes rather than classes, as in the CACTUs paper's CelebA."""

from collections.abc import Sequence
from functools import cached_property
from itertools import combinations
from math import comb
from typing import Any, overload

import numpy as np
from jaxtyping import Int, Int32, UInt8


class AttributeTriples(Sequence[Int32[np.ndarray, " n_items"]]):
    """The true partitions of a split: one for each choice of three attributes and each pattern of their values.

    An item is in cluster 1 if it has the pattern, in 0 if it has its exact complement, else in none. The first
    attribute of a pattern is 0, so that no partition comes twice. A partition is made when it is asked for.
    """

    def __init__(
        self,
        attributes: UInt8[np.ndarray, "n_attributes n_split_items"],
        names: Sequence[str],
        items: Int[np.ndarray, " n_split_items"],
        n_items: int,
    ):
        self._attributes, self._names, self._items, self._n_items = attributes, names, items, n_items

    @cached_property
    def _triples(self) -> list[tuple[int, int, int]]:
        return list(combinations(range(len(self._names)), 3))

    def __len__(self) -> int:
        return 4 * comb(len(self._names), 3)

    @overload
    def __getitem__(self, index: int) -> Int32[np.ndarray, " n_items"]: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Int32[np.ndarray, " n_items"]]: ...

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return [self[k] for k in range(*index.indices(len(self)))]
        (a, b, c), pattern = self._choice(index)
        values = self._attributes[a] << 2 | self._attributes[b] << 1 | self._attributes[c]
        cluster = np.full(8, -1, np.int32)
        cluster[[pattern, 7 - pattern]] = 1, 0
        partition = np.full(self._n_items, -1, np.int32)
        partition[self._items] = cluster.take(values)
        return partition

    def pattern(self, index: int) -> dict[str, int]:
        """Return the three attributes of a partition with the values that make an item positive."""
        triple, pattern = self._choice(index)
        return {self._names[k]: pattern >> place & 1 for k, place in zip(triple, (2, 1, 0), strict=True)}

    def _choice(self, index: int) -> tuple[tuple[int, int, int], int]:
        if not -len(self) <= index < len(self):
            raise IndexError(index)
        triple, pattern = divmod(index % len(self), 4)
        return self._triples[triple], pattern
