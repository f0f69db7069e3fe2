"""How a partition looks on a map: the colours, shapes and names of its points, and a typical image of each cluster."""

from collections.abc import Mapping, Sequence

import numpy as np

from umeta.figures.palette import PETROFF, GroupColours
from umeta.partitions import Partition
from umeta.partitions.typicality import distances_to_means
from umeta.ui.frame import state
from umeta.ui.frame.memory import remember
from umeta.ui.shared.map import LegendEntry, MapThumbnail, MapView, Mark
from umeta.ui.shared.map_layout import MapLayout
from umeta.wording import counted

MAX_NAMED_GROUPS = 100
"""With more groups than this colour names none: colours are muted, lines show where the crowds are."""


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


def cluster_view(
    layout: MapLayout,
    partition: Partition,
    colours: GroupColours,
    *,
    medoids: Mapping[int, int] | None = None,
    painted: np.ndarray | None = None,
    **options,
) -> MapView:
    """Build the view of a partition: points by cluster, its size on hover, medoids by zoom, the largest first.

    Args:
        layout: The map; items of other splits than meta_train are hollow on it.
        partition: What the groups of the map are.
        colours: The colour of each cluster.
        medoids: Each cluster's item to show as a thumbnail; none without it.
        painted: Colours of the points (n_points, 3) instead of the clusters'.
        options: Anything else that `MapView` takes.
    """
    items = layout.items
    clusters = partition.clusters[items]
    ids, sizes = partition.sizes()
    by_cluster, is_second = colours.painted(clusters)
    rank = {int(cluster): -float(size) for cluster, size in zip(ids, sizes, strict=True)}
    thumbnails = [
        MapThumbnail(
            item=item, colour=colours.of(cluster), text=f"{cluster}", rank=rank[cluster], group=cluster
        )
        for cluster, item in (medoids or {}).items()
    ]
    nameless = painted is None and len(ids) > MAX_NAMED_GROUPS
    defaults = {"group_texts": group_texts(ids, sizes), "muted": nameless, "contours": nameless}
    return MapView(
        colours=by_cluster if painted is None else painted,
        marks=marks(items, is_second),
        groups=clusters,
        thumbnails=tuple(thumbnails),
        **{**defaults, **options},
    )


def marks(items: np.ndarray, is_second: np.ndarray) -> np.ndarray | None:
    """Return each point's shape: hollow outside meta_train, a triangle for groups 11 to 20, else a disc.

    None where all are discs.
    """
    outside = state.dataset().split_of[items] != 0
    shapes = np.select([outside, is_second], [Mark.HOLLOW, Mark.TRIANGLE], Mark.DISC).astype(np.uint8)
    return shapes if shapes.any() else None


def group_texts(ids: np.ndarray, sizes: np.ndarray) -> dict[int, str]:
    """Return what is said of each cluster on hover."""
    return {int(c): f"cluster {c} · {counted(n, 'image')}" for c, n in zip(ids, sizes, strict=True)}


def cluster_legend(colours: GroupColours, names: Sequence[str] | None = None) -> tuple[LegendEntry, ...]:
    """Return a legend where colour names a group, that is up to twenty groups; none beyond."""
    if len(colours.ids) > 2 * len(PETROFF):
        return ()
    return tuple(
        LegendEntry(
            text=f"cluster {group}" if names is None else str(names[group]),
            colour=colours.of(group),
            mark=Mark.TRIANGLE if is_second else Mark.DISC,
            group=group,
        )
        for group, is_second in zip(colours.ids.tolist(), colours.second.tolist(), strict=True)
    )
