"""How good a partition is: sizes without labels, and agreement with the true classes where they are revealed."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from umeta.partitions.partition import OUTSIDE, Partition


@dataclass(frozen=True, eq=False)
class PartitionReport:
    """Numbers about one partition; those that need true classes stand in `agreement`."""

    clusters: Int[np.ndarray, " n_clusters"]
    sizes: Int[np.ndarray, " n_clusters"]
    n_made: int
    n_dropped_items: int
    retries: int
    agreement: "ClassAgreement | None" = None

    @property
    def n_dropped_clusters(self) -> int:
        """Clusters that were too small for a task."""
        return self.n_made - len(self.clusters)

    def usable(self, items_per_class: int) -> int:
        """Return how many clusters can give `items_per_class` items to a task."""
        return int((self.sizes >= items_per_class).sum())


@dataclass(frozen=True, eq=False)
class ClassAgreement:
    """How a partition agrees with the true classes of its items. None of it is seen in training."""

    purity: float
    """Share of clustered items that are of their cluster's most frequent class."""
    cluster_purity: Float[np.ndarray, " n_clusters"]
    """The same for each cluster."""
    majority: Int[np.ndarray, " n_clusters"]
    """Each cluster's most frequent class."""
    nmi: float
    ari: float
    classes_covered: int
    """True classes that are the most frequent one of some cluster."""
    n_classes: int
    """True classes of the items that are in some cluster."""

    @property
    def coverage(self) -> float:
        """Share of these classes that tasks can be about."""
        return self.classes_covered / self.n_classes


def report(
    partition: Partition,
    items: Int[np.ndarray, " n_split_items"],
    classes: Int[np.ndarray, " n_items"] | None = None,
) -> PartitionReport:
    """Judge a partition of the items of one split; with `classes` (revealed on purpose), its agreement too."""
    assigned = partition.clusters[items]
    clusters, sizes = partition.sizes()
    return PartitionReport(
        clusters=clusters,
        sizes=sizes,
        n_made=partition.n_made,
        n_dropped_items=int((assigned == OUTSIDE).sum()),
        retries=partition.retries,
        agreement=None if classes is None else class_agreement(partition.clusters, classes),
    )


def class_agreement(
    clusters: Int[np.ndarray, " n_items"], classes: Int[np.ndarray, " n_items"]
) -> ClassAgreement:
    """Compare a partition with the classes of the items that are in some cluster."""
    from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score

    inside = clusters != OUTSIDE
    truth = classes[inside]
    _, cluster_row = np.unique(clusters[inside], return_inverse=True)
    pairs, counts = np.unique(np.stack([cluster_row, truth]), axis=1, return_counts=True)
    order = np.lexsort((pairs[1], -counts, pairs[0]))  # by cluster, then the most frequent class first
    _, first = np.unique(pairs[0][order], return_index=True)
    most = counts[order][first]
    return ClassAgreement(
        purity=float(most.sum() / len(truth)),
        cluster_purity=most / np.bincount(cluster_row),
        majority=pairs[1][order][first],
        nmi=float(normalized_mutual_info_score(truth, cluster_row)),
        ari=float(adjusted_rand_score(truth, cluster_row)),
        classes_covered=len(np.unique(pairs[1][order][first])),
        n_classes=len(np.unique(truth)),
    )
