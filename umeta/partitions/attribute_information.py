"""How much a partition tells about each attribute of the items: what its clusters follow.

Attributes are truth that training never sees: show what is computed here only where true classes are revealed.
"""

from collections.abc import Mapping

import numpy as np
from jaxtyping import Int, Shaped

from umeta.partitions.partition import OUTSIDE
from umeta.stage import OnStep, Step, ignore_step

BINS = 10


def attribute_information(
    clusters: Int[np.ndarray, " n_items"],
    attributes: Mapping[str, Shaped[np.ndarray, " n_items"]],
    *,
    n_bins: int = BINS,
    on_step: OnStep = ignore_step,
) -> dict[str, float]:
    """Return the adjusted mutual information of a partition with each attribute: 0 for chance, 1 for equal.

    An attribute of whole numbers gives each item's group; a negative number stands for no group. An attribute of
    other numbers is cut into at most `n_bins` bins of equally many items. Items without a group, and items whose
    number is NaN, are left out; so is an attribute that no item in a cluster has.

    Reference: Vinh, Epps, Bailey, "Information theoretic measures for clusterings comparison", JMLR 2010.
    """
    from sklearn.metrics import adjusted_mutual_info_score

    information = {}
    inside = clusters != OUTSIDE
    for n_done, (name, values) in enumerate(attributes.items()):
        on_step(Step("attribute information", n_done, len(attributes), note=name))
        groups = quantile_bins(values[inside], n_bins) if values.dtype.kind == "f" else values[inside]
        has_group = groups >= 0
        if not has_group.any():
            continue  # of nothing the information would be 1
        information[name] = float(adjusted_mutual_info_score(groups[has_group], clusters[inside][has_group]))
    on_step(Step("attribute information", len(attributes), len(attributes)))
    return information


def quantile_bins(values: Shaped[np.ndarray, " n_items"], n_bins: int) -> Int[np.ndarray, " n_items"]:
    """Return each number's bin, of equally many items where they differ; equal numbers share one. NaN is in -1."""
    finite = np.isfinite(values)
    if not finite.any():
        return np.full(len(values), -1)
    edges = np.unique(np.quantile(values[finite], np.arange(1, n_bins) / n_bins))
    return np.where(finite, np.searchsorted(edges, values, side="right"), -1)
