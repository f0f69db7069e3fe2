"""The numbers of a partition's report as texts for a table that explains each of them."""

import numpy as np

from umeta.partitions import PartitionReport
from umeta.partitions.report import ClassAgreement
from umeta.tasks import TaskConfig
from umeta.ui.shared.fact_table import two_digits

FACTS = {
    "made": ("Clusters made", "What the strategy was asked for."),
    "sizes": ("Images in a cluster", "Of the smallest, the middle and the largest one."),
    "usable": ("Clusters kept", "Large enough to give one task its support and query images of a class."),
    "dropped": ("Clusters dropped", "Too small for that; neither merged nor refilled."),
    "images": ("Images dropped", "No task will ever show them."),
    "retries": ("Retries", "How often clustering began anew because too many clusters were small."),
}
AGREEMENT_FACTS = {
    "purity": ("Purity", "Images that are of the most frequent class of their cluster."),
    "nmi": (
        "NMI",
        "Normalised mutual information with the classes: 0 tells nothing of them, 1 is equal to them.",
    ),
    "ari": ("ARI", "Adjusted Rand index, by pairs of images: 0 is what chance gives, 1 is equal."),
    "covered": ("Classes covered", "True classes that are the most frequent one of some cluster."),
}


def facts(judged: PartitionReport, task: TaskConfig) -> dict[str, str]:
    """Return what can be said without true classes, by the keys of `FACTS`."""
    usable = judged.usable(task.items_per_class)
    small = int(judged.sizes[judged.sizes < task.items_per_class].sum())
    return {
        "made": f"{judged.n_made:,}",
        "sizes": _sizes(judged),
        "usable": f"{usable:,}",
        "dropped": f"{judged.n_made - usable:,}",
        "images": f"{small + judged.n_dropped_items:,}",
        "retries": f"{judged.retries:,}",
    }


def _sizes(judged: PartitionReport) -> str:
    smallest, median, largest = np.quantile(judged.sizes, (0, 0.5, 1)) if len(judged.sizes) else (0, 0, 0)
    return f"{smallest:,.0f} · {median:,.0f} · {largest:,.0f}"


def agreement_facts(agreement: ClassAgreement, n_classes: int) -> dict[str, str]:
    """Return how a partition agrees with the true classes, by the keys of `AGREEMENT_FACTS`."""
    return {
        "purity": f"{agreement.purity:.1%}",
        "nmi": two_digits(agreement.nmi),
        "ari": two_digits(agreement.ari),
        "covered": f"{agreement.classes_covered:,} of {n_classes:,}",
    }
