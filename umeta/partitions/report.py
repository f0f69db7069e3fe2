"""How good a partition is: sizes without labels, and agreement with the true classes where they are revealed."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from umeta.partitions.partition import OUTSIDE, Partition
from umeta.stage import UserError


@dataclass(frozen=True, eq=False)
class PartitionReport:
    """Numbers about one partition; those that need true classes stand in `agreement`."""

    clusters: Int[np.ndarray, " n_clusters"]
    sizes: Int[np.ndarray, " n_clusters"]
    n_made: int
    n_dropped_items: int
    retries: int
    agreement: "ClassAgreement | None" = None

    def usable(self, items_per_class: int) -> int:
        """Return how many clusters can give `items_per_class` items to a task."""
        return int((self.sizes >= items_per_class).sum())


@dataclass(frozen=True, eq=False)
class ClassAgreement:
    """How a partition agrees with the true classes of its items, as far as these are known.

    None of it is seen in training.
    """

    purity: float
    """Share of clustered items that are of their cluster's most frequent class."""
    cluster_purity: Float[np.ndarray, " n_clusters"]
    """The same for each cluster; not a number where no item of it is of a known class."""
    majority: Int[np.ndarray, " n_clusters"]
    """Each cluster's most frequent class; -1 where none is known."""
    nmi: float
    ari: float
    classes_covered: int
    """True classes that are the most frequent one of some cluster."""
    n_classes: int
    """True classes of the items that are in some cluster."""
    n_judged: int
    """Items that are in some cluster and of a known class: those that all these numbers are about."""


def report(
    partition: Partition,
    items: Int[np.ndarray, " n_split_items"],
    classes: Int[np.ndarray, " n_items"] | None = None,
) -> PartitionReport:
    """Judge a partition of the items of one split; with `classes` (revealed on purpose), its agreement too.

    There is no agreement where the class of no item in a cluster is known.
    """
    assigned = partition.clusters[items]
    clusters, sizes = partition.sizes()
    return PartitionReport(
        clusters=clusters,
        sizes=sizes,
        n_made=partition.n_made,
        n_dropped_items=int((assigned == OUTSIDE).sum()),
        retries=partition.retries,
        agreement=_agreement_as_far_as_known(partition.clusters, classes),
    )


def _agreement_as_far_as_known(
    clusters: Int[np.ndarray, " n_items"], classes: Int[np.ndarray, " n_items"] | None
) -> ClassAgreement | None:
    is_known = classes is not None and ((classes >= 0) & (clusters != OUTSIDE)).any()
    return class_agreement(clusters, classes) if classes is not None and is_known else None


def class_agreement(
    clusters: Int[np.ndarray, " n_items"], classes: Int[np.ndarray, " n_items"]
) -> ClassAgreement:
    """Compare a partition with the known classes of the items that are in some cluster.

    Raises:
        UserError: of none of these items a class is known.
    """
    from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score

    inside = clusters != OUTSIDE
    ids, row_of_each = np.unique(clusters[inside], return_inverse=True)
    is_known = classes[inside] >= 0
    truth, cluster_row = classes[inside][is_known], row_of_each[is_known]
    if len(truth) == 0:
        raise UserError(
            f"purity needs true classes, and of none of the {inside.sum():,} images in clusters a class is known."
        )
    pairs, counts = np.unique(np.stack([cluster_row, truth]), axis=1, return_counts=True)
    order = np.lexsort((pairs[1], -counts, pairs[0]))  # by cluster, then the most frequent class first
    judged, first = np.unique(pairs[0][order], return_index=True)
    most = counts[order][first]
    cluster_purity, majority = np.full(len(ids), np.nan), np.full(len(ids), -1, truth.dtype)
    cluster_purity[judged] = most / np.bincount(cluster_row)[judged]
    majority[judged] = pairs[1][order][first]
    return ClassAgreement(
        purity=float(most.sum() / len(truth)),
        cluster_purity=cluster_purity,
        majority=majority,
        nmi=float(normalized_mutual_info_score(truth, cluster_row)),
        ari=float(adjusted_rand_score(truth, cluster_row)),
        classes_covered=len(np.unique(majority[judged])),
        n_classes=len(np.unique(truth)),
        n_judged=len(truth),
    )
