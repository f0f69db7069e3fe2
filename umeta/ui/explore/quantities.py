"""Quantities that points are coloured by, from dark to light."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np

from umeta.partitions import report
from umeta.tasks import TaskConfig
from umeta.tasks.usage import N_TASKS, times_used
from umeta.ui.explore.map_content import Shown
from umeta.ui.frame import state
from umeta.ui.frame.memory import remember
from umeta.ui.shared import embedding_maps
from umeta.vectors.crowding import distance_to_crowd


class Quantity(NamedTuple):
    """A number for every point, and how it is told."""

    values: np.ndarray
    """(n_points,), not-a-number where there is none."""
    legend: Callable[[float, float, float], tuple[str, str, str]]
    """What a low, a middling and a high value are called."""
    texts: Mapping[int, str] | None = None
    """What is said of each cluster on hover, where its size is not enough."""


def _sizes(shown: Shown) -> Quantity:
    """How many images an item's cluster holds."""
    ids, sizes = shown.partition.sizes()
    return Quantity(
        _by_cluster(shown, ids, sizes),
        lambda low, mid, high: (f"{low:.0f} images", f"{mid:.0f}", f"{high:.0f} or more"),
    )


def _purity(shown: Shown) -> Quantity:
    """Which share of an item's cluster is of the cluster's most frequent class."""
    judged = remember(
        "purity",
        state.embedding(),
        shown.name,
        label="Judging clusters",
        make=lambda _: report(shown.partition, state.items(), shown.dataset.classes.values),
    )
    purity = judged.agreement.cluster_purity if judged.agreement else np.full(len(judged.clusters), np.nan)
    texts = {
        int(c): f"cluster {c} · {n} images · {share:.0%} of one class"
        for c, n, share in zip(judged.clusters, judged.sizes, purity, strict=True)
    }
    return Quantity(
        _by_cluster(shown, judged.clusters, purity),
        lambda low, mid, high: (f"{low:.0%} of one class", f"{mid:.0%}", f"{high:.0%} or more"),
        texts,
    )


def _crowding(shown: Shown) -> Quantity:
    """How near an item's nearest others are, by their vectors: a high value is a crowd."""
    vectors = state.embedding().of(shown.items)
    far = remember(
        "crowding",
        *embedding_maps.layout_parts("any", shown.every_split),
        label="Finding every image's neighbours",
        make=lambda _: distance_to_crowd(vectors),
    )
    return Quantity(
        -np.log(np.maximum(far, 1e-9)), lambda *_: ("alone among the vectors", "between", "in a crowd")
    )


def _used(shown: Shown) -> Quantity:
    """How often an item is in the support or the queries of so many tasks."""
    shape = TaskConfig()
    counts = remember(
        "used in tasks",
        state.embedding(),
        shown.name,
        label="Drawing tasks",
        make=lambda _: times_used(shown.partition.clusters, shape),
    )
    return Quantity(
        np.where(shown.partition.clusters[shown.items] >= 0, counts[shown.items], np.nan),
        lambda low, mid, high: (f"{low:.0f} times in {N_TASKS:,} tasks", f"{mid:.0f}", f"{high:.0f} or more"),
    )


def _by_cluster(shown: Shown, ids: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Return each point's value by its cluster, not-a-number for those in none."""
    of = np.append(np.full(ids.max() + 1, np.nan), np.nan)  # the last is for items in no cluster
    of[ids] = values
    return of[shown.partition.clusters[shown.items]]


PURITY = "true purity"
"""The quantity that is told from true classes."""

QUANTITIES: Mapping[str, Callable[[Shown], Quantity]] = {
    "cluster size": _sizes,
    "density": _crowding,
    "times in tasks": _used,
    PURITY: _purity,
}
