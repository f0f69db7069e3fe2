"""Quantities that points are coloured by, from dark to light."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np

from umeta.partitions import Partition, report
from umeta.tasks import PartitionSource, TaskConfig
from umeta.ui import maps, state
from umeta.ui.shown import Shown
from umeta.vectors import nearest_neighbours

CROWD = 10
"""Neighbours that say how crowded an item's surroundings are."""
CROWD_SAMPLE = 4000
"""Items that the neighbours are looked for among: enough to tell crowds apart, and at hand in a second."""
TASKS = 1000
"""Tasks that are drawn to see which items are used."""


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
    judged = state.remember(
        "purity",
        f"{state.embedding_key()} {shown.name}",
        "Judging clusters",
        lambda _: report(shown.partition, state.items(), shown.dataset.classes.values),
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
    vectors = state.embedding()[shown.items]
    far = state.remember(
        "crowding",
        maps.layout_key("any", shown.every_split),
        "Finding every image's neighbours",
        lambda _: distance_to_crowd(vectors),
    )
    return Quantity(
        -np.log(np.maximum(far, 1e-9)), lambda *_: ("alone among the vectors", "between", "in a crowd")
    )


def distance_to_crowd(vectors: np.ndarray) -> np.ndarray:
    """Return each item's mean distance to its nearest others of a fixed random sample (n_items,)."""
    n_items = len(vectors)
    sample = np.sort(np.random.default_rng(0).choice(n_items, min(CROWD_SAMPLE, n_items), replace=False))
    _, distances = nearest_neighbours(vectors[sample], vectors, min(CROWD + 1, len(sample)))
    inside = np.isin(np.arange(n_items), sample)  # these find themselves first
    return np.where(inside[:, None], distances[:, 1:], distances[:, :-1]).mean(axis=1)


def _used(shown: Shown) -> Quantity:
    """How often an item is in the support or the queries of so many tasks."""
    shape = TaskConfig()
    counts = state.remember(
        "used in tasks",
        f"{state.embedding_key()} {shown.name}",
        "Drawing tasks",
        lambda _: times_used(shown.partition, shape),
    )
    return Quantity(
        np.where(shown.partition.clusters[shown.items] >= 0, counts[shown.items], np.nan),
        lambda low, mid, high: (f"{low:.0f} times in {TASKS:,} tasks", f"{mid:.0f}", f"{high:.0f} or more"),
    )


def times_used(partition: Partition, shape: TaskConfig) -> np.ndarray:
    """Return how often each item is in one of `TASKS` tasks (n_items,)."""
    tasks = PartitionSource([partition.clusters]).sample(TASKS, shape, rng=np.random.default_rng(0))
    used = np.concatenate([tasks.support.ravel(), tasks.query.ravel()])
    return np.bincount(used, minlength=len(partition.clusters)).astype(float)


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
