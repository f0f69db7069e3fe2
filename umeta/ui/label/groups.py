"""The images that are offered for marking: those of meta_test, by clusters of partition A or in an order by chance."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from jaxtyping import Int

from umeta.browser.tile_sheet import is_ink
from umeta.data import Dataset
from umeta.partitions.nearest_cluster import nearest_clusters
from umeta.randomness import Stream, numpy_generator
from umeta.ui.frame import state
from umeta.ui.frame.memory import remember
from umeta.ui.shared import media
from umeta.ui.shared.map import Sprite

MAX_ITEMS = 3000
"""Images of one view; a few hundred marks are plenty."""
PER_GROUP = 48
"""Images on screen at a time."""


@dataclass(frozen=True, kw_only=True)
class Group:
    """Images that are shown together: a run of a view's items."""

    title: str
    start: int
    count: int


@dataclass(frozen=True, eq=False, kw_only=True)
class View:
    """One way to look through the images; tile number and place in `items` are one and the same."""

    name: str
    meaning: str
    items: Int[np.ndarray, " n_shown"]
    groups: tuple[Group, ...]
    sprite: Sprite

    def as_data(self) -> dict[str, Any]:
        """Return it for the browser."""
        return {
            "name": self.name,
            "meaning": self.meaning,
            "items": self.items.tolist(),
            "groups": [asdict(group) for group in self.groups],
            "sprite": asdict(self.sprite),
        }


def views_of(dataset: Dataset) -> list[View]:
    """Return the views of the images of meta_test: by clusters where the encoder is trained, and by chance."""
    items = dataset.items("meta_test")
    by_chance = remember(
        "images by chance",
        dataset.images.fingerprint,
        str(items.tobytes()),
        label="Laying out images",
        make=lambda _: _by_chance(dataset, items),
    )
    if not state.is_trained():
        return [by_chance]
    embedding, method = state.embedding(), state.selection().partition_method()
    partition = state.partitions()[0]
    by_cluster = remember(
        "images by cluster",
        embedding,
        state.partition_key(method),
        label="Sorting images into clusters",
        make=lambda _: _by_cluster(dataset, items, embedding.vectors, partition.clusters),
    )
    return [by_cluster, by_chance]


def _by_chance(dataset: Dataset, items: Int[np.ndarray, " n_split_items"]) -> View:
    shuffled = numpy_generator(0, Stream.SAMPLE).permutation(items)[:MAX_ITEMS]
    pages = [shuffled[start : start + PER_GROUP] for start in range(0, len(shuffled), PER_GROUP)]
    groups = [(f"Page {number}", page) for number, page in enumerate(pages, start=1)]
    return _view(dataset, "By chance", "In an order drawn by chance: the fairest sample.", groups)


def _by_cluster(
    dataset: Dataset, items: Int[np.ndarray, " n_split_items"], vectors: np.ndarray, clusters: np.ndarray
) -> View:
    """Put each image into the cluster of the nearest mean; the largest first, in each the most typical first."""
    nearest = nearest_clusters(vectors, clusters, items)
    ids, sizes = np.unique(nearest.clusters, return_counts=True)
    groups, n_shown = [], 0
    for cluster in ids[np.argsort(-sizes, kind="stable")].tolist():
        inside = np.flatnonzero(nearest.clusters == cluster)
        typical_first = inside[np.argsort(nearest.distances[inside], kind="stable")][:PER_GROUP]
        groups.append((f"Cluster {cluster}", items[typical_first]))
        n_shown += len(typical_first)
        if n_shown >= MAX_ITEMS:
            break
    return _view(
        dataset, "By cluster", "Images nearest to each cluster of partition A, most typical first.", groups
    )


def _view(dataset: Dataset, name: str, meaning: str, groups: Sequence[tuple[str, np.ndarray]]) -> View:
    items = np.concatenate([members for _, members in groups]) if groups else np.empty(0, np.int64)
    starts = np.cumsum([0, *(len(members) for _, members in groups)])
    images = dataset.images.images[items]
    sprite = Sprite.publish(images, media.folder(), ink=is_ink(images))
    return View(
        name=name,
        meaning=meaning,
        items=items,
        groups=tuple(
            Group(title=title, start=int(start), count=len(members))
            for (title, members), start in zip(groups, starts, strict=False)
        ),
        sprite=sprite,
    )
