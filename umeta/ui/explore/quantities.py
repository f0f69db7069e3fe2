"""Quantities that points are coloured by, from dark to light."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np

from umeta.partitions import report
from umeta.tasks import TaskConfig
from umeta.tasks.usage import N_TASKS, times_used
from umeta.ui.explore.map_content import MapContent
from umeta.ui.frame import state
from umeta.ui.frame.memory import remember
from umeta.ui.shared.map_layout import MapLayout
from umeta.vectors.crowding import distance_to_crowd
from umeta.wording import counted


class Quantity(NamedTuple):
    """A number for every point, and how it is told."""

    values: np.ndarray
    """(n_points,), not-a-number where there is none."""
    legend: Callable[[float, float, float], tuple[str, str, str]]
    """What a low, a middling and a high value are called."""
    texts: Mapping[int, str] | None = None
    """What is said of each cluster on hover, where its size is not enough."""


def _sizes(content: MapContent) -> Quantity:
    """How many images an item's cluster holds."""
    ids, sizes = content.partition.sizes()
    return Quantity(
        _by_cluster(content, ids, sizes),
        lambda low, mid, high: (f"{low:.0f} images", f"{mid:.0f}", f"{high:.0f} or more"),
    )


def _purity(content: MapContent) -> Quantity:
    """Which share of an item's cluster is of the cluster's most frequent class."""
    judged = remember(
        "purity",
        state.embedding(),
        content.partition_key,
        state.classes_key(),
        label="Judging clusters",
        make=lambda _: report(content.partition, state.items(), content.dataset.classes.values),
    )
    purity = judged.agreement.cluster_purity if judged.agreement else np.full(len(judged.clusters), np.nan)
    texts = {
        int(c): f"cluster {c} · {counted(n, 'image')} · "
        + ("no class known" if np.isnan(share) else f"{share:.0%} of one class")
        for c, n, share in zip(judged.clusters, judged.sizes, purity, strict=True)
    }
    return Quantity(
        _by_cluster(content, judged.clusters, purity),
        lambda low, mid, high: (f"{low:.0%} of one class", f"{mid:.0%}", f"{high:.0%} or more"),
        texts,
    )


def _crowding(content: MapContent) -> Quantity:
    """How near an item's nearest others are, by their vectors: a high value is a crowd."""
    vectors = state.embedding().of(content.items)
    distances = remember(
        "crowding",
        *MapLayout("any", content.layout.every_split).parts,
        label="Finding every image's neighbours",
        make=lambda _: distance_to_crowd(vectors),
    )
    return Quantity(
        -np.log(np.maximum(distances, 1e-9)), lambda *_: ("alone among the vectors", "between", "in a crowd")
    )


def _used(content: MapContent) -> Quantity:
    """How often an item is in the support or the queries of so many tasks."""
    shape = TaskConfig()
    counts = remember(
        "used in tasks",
        state.embedding(),
        content.partition_key,
        label="Drawing tasks",
        make=lambda _: times_used(content.partition.clusters, shape),
    )
    return Quantity(
        np.where(content.partition.clusters[content.items] >= 0, counts[content.items], np.nan),
        lambda low, mid, high: (f"{low:.0f} times in {N_TASKS:,} tasks", f"{mid:.0f}", f"{high:.0f} or more"),
    )


def _by_cluster(content: MapContent, ids: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Return each point's value by its cluster, not-a-number for those in none."""
    by_id = np.append(np.full(ids.max() + 1, np.nan), np.nan)  # the last is for items in no cluster
    by_id[ids] = values
    return by_id[content.partition.clusters[content.items]]


PURITY = "true purity"
"""The quantity that is told from true classes."""

QUANTITIES: Mapping[str, Callable[[MapContent], Quantity]] = {
    "cluster size": _sizes,
    "density": _crowding,
    "times in tasks": _used,
    PURITY: _purity,
}
