"""How alike two partitions are, in one plain sentence: by the pairs of images that share a cluster."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Int

from umeta.partitions.diversity import n_pairs_together
from umeta.partitions.partition import OUTSIDE


@dataclass(frozen=True)
class Shared:
    """Pairs of the images that are in a cluster of both A and B."""

    n_items: int
    of_a: int
    """Pairs that share a cluster of A."""
    of_b: int
    both: int
    """Pairs that share a cluster of A and one of B."""

    @property
    def chance(self) -> float:
        """The share of all pairs that share a cluster of B: what clusters that know nothing of B would give."""
        return self.of_b / max(1, self.n_items * (self.n_items - 1) // 2)


def shared_pairs(a: Int[np.ndarray, " n_items"], b: Int[np.ndarray, " n_items"]) -> Shared:
    """Count the pairs of images that share a cluster of A, of B, and of both."""
    inside = (a != OUTSIDE) & (b != OUTSIDE)
    a, b = a[inside].astype(np.int64), b[inside].astype(np.int64)
    cells = np.unique(a * (b.max(initial=0) + 1) + b, return_inverse=True)[1]
    return Shared(len(a), n_pairs_together(a), n_pairs_together(b), n_pairs_together(cells))


def in_words(pairs: Shared) -> str:
    """Say how alike A and B are."""
    if pairs.of_a == 0:
        return "**No two images share a cluster of A**, so there is nothing to compare."
    share = pairs.both / pairs.of_a
    fact = (
        f"**Of two images that share a cluster of A, {_percent(share)} share one of B too**; if B knew nothing of A, "
        f"{_percent(pairs.chance)} would."
    )
    return f"{fact} {_verdict(pairs, share)}"


def _verdict(pairs: Shared, share: float) -> str:
    if pairs.both == pairs.of_a == pairs.of_b:
        return "They are the same clusters."
    if pairs.both == pairs.of_a:
        return "B only merges clusters of A."
    if pairs.both == pairs.of_b:
        return "B only splits clusters of A."
    beyond = (share - pairs.chance) / (1 - pairs.chance)
    if beyond < 0.02:
        return "They have no more in common than chance."
    if beyond < 0.5:
        return "They differ more than they agree."
    return "They agree more than they differ." if beyond < 0.9 else "They are nearly the same."


def _percent(share: float) -> str:
    return f"{share:.0%}" if share >= 0.0995 or share == 0 else f"{share:.1%}"
