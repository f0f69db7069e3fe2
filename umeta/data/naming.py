"""A few of many names for a message, and how many more there are."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Int


def name_some(names: Sequence[str], *, max_names: int = 3) -> str:
    """Return the first names, and how many more there are."""
    n_more = len(names) - max_names
    return ", ".join(names[:max_names]) + (f" and {n_more:,} more" if n_more > 0 else "")


def name_some_with_counts(
    names: Sequence[str],
    counts: Int[np.ndarray, " n_names"],
    chosen: Int[np.ndarray, " n_chosen"],
    *,
    max_names: int = 5,
) -> str:
    """Return the first of the chosen names, each with its count, and how many more are chosen."""
    n_more = len(chosen) - max_names
    named = ", ".join(f"{names[k]} ({counts[k]})" for k in chosen[:max_names])
    return named + (f" and {n_more} more" if n_more > 0 else "")
