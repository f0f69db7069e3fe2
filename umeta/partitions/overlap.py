"""Which clusters of one partition are which of another: their overlaps, ordered so that they can be read."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Int

from umeta.partitions.partition import OUTSIDE

MAX_MATCHES = 20
"""Matches that are shown one by one."""


@dataclass(frozen=True, eq=False)
class Overlap:
    """Items shared by clusters of A (rows) and B (columns); the last row and column sum what is not shown."""

    rows: Int[np.ndarray, " n_rows"]
    """Clusters of A, without the last row."""
    columns: Int[np.ndarray, " n_columns"]
    counts: Int[np.ndarray, "n_rows_and_rest n_columns_and_rest"]
    n_clusters: tuple[int, int]
    """Clusters of A and of B in all."""
    matched: float
    """Share of the items that lie in matched clusters: how far B is A under other names."""


def overlap(
    a: Int[np.ndarray, " n_items"], b: Int[np.ndarray, " n_items"], *, max_matches: int = MAX_MATCHES
) -> Overlap:
    """Match the clusters of A and B one to one so that they share the most items, largest matches first.

    The largest `max_matches` matches stand on the diagonal; the last row and column sum all other clusters. Items
    outside either partition are left out.
    """
    from scipy.optimize import linear_sum_assignment

    both = (a != OUTSIDE) & (b != OUTSIDE)
    ids_a, row_of = np.unique(a[both], return_inverse=True)
    ids_b, column_of = np.unique(b[both], return_inverse=True)
    shared = np.zeros((len(ids_a), len(ids_b)), np.int64)
    np.add.at(shared, (row_of, column_of), 1)
    rows, columns = linear_sum_assignment(shared, maximize=True)
    order = np.argsort(-shared[rows, columns], kind="stable")
    rows, columns = rows[order], columns[order]
    matched = float(shared[rows, columns].sum() / max(1, both.sum()))
    rows, columns = rows[:max_matches], columns[:max_matches]
    counts = np.zeros((len(rows) + 1, len(columns) + 1), np.int64)
    counts[:-1, :-1] = shared[np.ix_(rows, columns)]
    counts[:-1, -1] = shared[rows].sum(axis=1) - counts[:-1, :-1].sum(axis=1)
    counts[-1, :-1] = shared[:, columns].sum(axis=0) - counts[:-1, :-1].sum(axis=0)
    counts[-1, -1] = shared.sum() - counts.sum()
    return Overlap(ids_a[rows], ids_b[columns], counts, (len(ids_a), len(ids_b)), matched)
