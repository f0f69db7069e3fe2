"""What a partition follows: the attributes that items of one cluster share more often than chance."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Int, Shaped

from umeta.partitions.attribute_information import BINS, attribute_information, quantile_bins
from umeta.partitions.partition import OUTSIDE
from umeta.partitions.shared_pairs import SharedPairs, shared_pairs
from umeta.stage import OnStep, ignore_step

MIN_LIFT = 1.1
"""An attribute that pairs of one cluster share less often than this times chance is not followed."""
MIN_DEVIATIONS = 3.0
"""Nor is one that is shared so often by accident: in standard deviations of the number of pairs, by chance alone."""


@dataclass(frozen=True)
class Following:
    """How far a partition follows one attribute."""

    information: float
    """Adjusted mutual information: 0 for chance, 1 for equal groups. Few groups beside many clusters cannot reach 1."""
    pairs: SharedPairs
    """A is the partition, B the groups of the attribute."""

    @property
    def lift(self) -> float:
        """How many times as often as chance two items of one cluster share the attribute's value.

        Not a number where there are no pairs, or no two items share a value.
        """
        expected = self.pairs.of_a * self.pairs.chance
        return self.pairs.both / expected if expected else math.nan

    @property
    def is_followed(self) -> bool:
        """Return whether the lift is more than a trifle and more than an accident."""
        expected = self.pairs.of_a * self.pairs.chance
        deviation = math.sqrt(expected * (1 - self.pairs.chance))
        return self.lift >= MIN_LIFT and self.pairs.both - expected > MIN_DEVIATIONS * deviation


def follow(
    clusters: Int[np.ndarray, " n_items"],
    attributes: Mapping[str, Shaped[np.ndarray, " n_items"]],
    *,
    n_bins: int = BINS,
    on_step: OnStep = ignore_step,
) -> dict[str, Following]:
    """Return how far a partition follows each attribute, given as for `attribute_information`.

    The lifts of attributes can be compared with each other, whatever their numbers of groups. An attribute that no
    item in a cluster has is left out.
    """
    information = attribute_information(clusters, attributes, n_bins=n_bins, on_step=on_step)
    return {
        name: Following(known, _pairs(clusters, attributes[name], n_bins))
        for name, known in information.items()
    }


def _pairs(clusters: np.ndarray, values: np.ndarray, n_bins: int) -> SharedPairs:
    inside = clusters != OUTSIDE
    groups = np.full(len(clusters), OUTSIDE)
    groups[inside] = quantile_bins(values[inside], n_bins) if values.dtype.kind == "f" else values[inside]
    return shared_pairs(clusters, np.where(groups < 0, OUTSIDE, groups))
