"""How a partition looks on a map of the sidebar's data set."""

from typing import Any

import numpy as np

from umeta.browser.map import cluster_view as view
from umeta.figures.palette import GroupColours
from umeta.partitions import Partition
from umeta.partitions.typicality import distances_to_means
from umeta.ui.frame import state
from umeta.ui.frame.memory import remember
from umeta.ui.shared.map import MapView
from umeta.ui.shared.map_layout import MapLayout


def typicality(key: str, partition: Partition) -> np.ndarray:
    """Return each item's squared distance to its cluster's mean in the embedding; infinite outside (n_items,).

    `key` tells the partition from others of the embedding.
    """
    embedding, clusters = state.embedding(), partition.clusters
    return remember(
        "typicality",
        embedding,
        key,
        label="Finding typical images",
        make=lambda _: distances_to_means(embedding.vectors, clusters),
    )


def cluster_view(layout: MapLayout, partition: Partition, colours: GroupColours, **options: Any) -> MapView:
    """Build the view of a partition on a map, on which items of other splits than meta_train are hollow.

    `options` are those of `umeta.browser.map.cluster_view`, and anything else that `MapView` takes.
    """
    items = layout.items
    return view.cluster_view(items, partition, colours, hollow=outside(items), **options)


def outside(items: np.ndarray) -> np.ndarray:
    """Return which items are of another split than meta_train (n_points,)."""
    return state.dataset().split_of[items] != 0
