"""How a partition looks on a map: the colours, shapes and names of its points, and a typical image of each cluster."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from jaxtyping import Bool, Int, UInt8

from umeta.browser.map.view import LegendEntry, MapThumbnail, MapView, Mark
from umeta.figures.palette import PETROFF, GroupColours
from umeta.partitions import Partition
from umeta.wording import counted

MAX_NAMED_GROUPS = 100
"""With more groups than this colour names none: colours are muted, lines show where the crowds are."""


def cluster_view(
    items: Int[np.ndarray, " n_points"],
    partition: Partition,
    colours: GroupColours,
    *,
    hollow: Bool[np.ndarray, " n_points"] | None = None,
    medoids: Mapping[int, int] | None = None,
    painted: UInt8[np.ndarray, "n_points 3"] | None = None,
    **options: Any,
) -> MapView:
    """Build the view of a partition: points by cluster, its size on hover, medoids by zoom, the largest first.

    Args:
        items: The items on the map.
        partition: What the groups of the map are.
        colours: The colour of each cluster.
        hollow: The points that are drawn hollow, as those of other splits than meta_train.
        medoids: Each cluster's item to show as a thumbnail; none without it.
        painted: Colours of the points instead of the clusters'.
        options: Anything else that `MapView` takes.
    """
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
        marks=marks(is_second, hollow),
        groups=clusters,
        thumbnails=tuple(thumbnails),
        **{**defaults, **options},
    )


def marks(
    is_second: Bool[np.ndarray, " n_points"], hollow: Bool[np.ndarray, " n_points"] | None
) -> UInt8[np.ndarray, " n_points"] | None:
    """Return each point's shape: hollow, a triangle for groups 11 to 20, else a disc; None where all are discs."""
    outside = np.zeros(len(is_second), bool) if hollow is None else hollow
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
