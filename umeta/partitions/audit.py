"""How pure a partition is by a person's eye: some pairs of one cluster are judged, without any true class."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Int

from umeta.partitions.partition import OUTSIDE
from umeta.stage import UserError

PAIRS = 100


@dataclass(frozen=True)
class Audit:
    """What the judgements say."""

    n_same: int
    n_different: int
    n_unsure: int
    noise: float
    """Share of the pairs judged that are different things: not a number before the first judgement."""
    low: float
    high: float
    """Its 95% interval."""


def draw_pairs(
    clusters: Int[np.ndarray, " n_items"],
    items_per_class: int,
    *,
    n_pairs: int = PAIRS,
    rng: np.random.Generator,
) -> Int[np.ndarray, "n_pairs 2"]:
    """Draw pairs as tasks do: a usable cluster, each equally likely whatever its size, then two items of it.

    Raises:
        UserError: no cluster holds `items_per_class` items.
    """
    min_size = max(2, items_per_class)
    ids, sizes = np.unique(clusters[clusters != OUTSIDE], return_counts=True)
    usable = ids[sizes >= min_size]
    if len(usable) == 0:
        raise UserError(
            f"no cluster holds the {min_size} items that a task needs of one (the largest has "
            f"{int(sizes.max(initial=0))}), so there is no pair to judge; lower n_shot, n_query or n_clusters."
        )
    drawn = rng.choice(usable, n_pairs)
    return np.array(
        [rng.choice(np.flatnonzero(clusters == cluster), 2, replace=False) for cluster in drawn], np.int64
    ).reshape(n_pairs, 2)


def score(judgements: Sequence[bool | None]) -> Audit:
    """Return the label noise that judgements speak for: True for same, False for different, None for unsure."""
    n_same = sum(judgement is True for judgement in judgements)
    n_different = sum(judgement is False for judgement in judgements)
    judged = n_same + n_different
    low, high = wilson(n_different, judged)
    noise = n_different / judged if judged else float("nan")
    return Audit(n_same, n_different, len(judgements) - judged, noise, low, high)


def wilson(n_hits: int, n: int, z: float = 1.96) -> tuple[float, float]:
    """Return the 95% interval of a share, honest also near 0 and 1; all of 0 to 1 of nothing.

    Reference: Wilson, "Probable inference, the law of succession, and statistical inference", JASA 1927.
    """
    if n == 0:
        return 0.0, 1.0
    share = n_hits / n
    centre = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * (share * (1 - share) / n + z**2 / (4 * n**2)) ** 0.5
    return max(0.0, centre - half), min(1.0, centre + half)
