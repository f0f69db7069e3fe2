"""What the pages with a map share: its points and images, the colours of clusters, and their typical items."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from umeta.figures.palette import PETROFF, GroupColours, colour_groups
from umeta.partitions import Partition
from umeta.partitions.typicality import distances_to_means
from umeta.projections import PROJECTIONS
from umeta.runs.projection_process import lay_out_apart
from umeta.ui.frame import links, state
from umeta.ui.frame.memory import key_of, remember
from umeta.ui.shared import media
from umeta.ui.shared.grid import is_ink
from umeta.ui.shared.layout_job import layout_job, wait_for
from umeta.ui.shared.map import LegendEntry, MapPoints, MapThumbnail, MapView, Mark, Sprite

AT_ONCE = 2.0
"""Seconds that a page waits for a projection; a slower one is made beside it, under a map by PCA."""
MANY_GROUPS = 100
"""With more groups than this colour names none: colours are muted, lines show where the crowds are."""


def pick_projection() -> str:
    """Draw the control for the projection, which all pages with a map share."""
    titles = {projection.title: name for name, projection in PROJECTIONS.items()}
    words = " ".join(f"**{p.title}**: {p.what}" for p in PROJECTIONS.values())
    links.announce_unknown(links.PROJECTION, titles)
    chosen = st.selectbox(
        "Map",
        list(titles),
        key=links.PROJECTION.key,
        bind="query-params",
        width=120,
        help=f"How the vectors are laid out. {words}",
    )
    return titles[chosen]


def items(every_split: bool = False) -> np.ndarray:
    """Return the items on a map: those of meta_train, or of every split."""
    return np.flatnonzero(state.dataset().split_of >= 0) if every_split else state.items()


def when_ready(projection: str, *, every_split: bool = False) -> str:
    """Return the projection to draw: a slow one once it is laid out, and PCA, with a word on it, until then."""
    if is_ready(projection, every_split=every_split):
        return projection
    shown, key = items(every_split), state.embedding().key  # made here, since it must be stored
    job = layout_job(
        key_of(state.home().root, *layout_parts(projection, every_split)),
        lambda on_step: lay_out_apart(key, shown, projection, on_step=on_step),
    )
    if job.problem is not None:
        raise job.problem
    wait_for(job, PROJECTIONS[projection], len(shown))
    return "pca"


def is_ready(projection: str, *, every_split: bool = False) -> bool:
    """Say whether a projection can be drawn at once: it is quick, or stored."""
    from umeta.runs import products

    shown = items(every_split)
    if PROJECTIONS[projection].estimate(len(shown)) < AT_ONCE:
        return True
    key = products.positions_key(state.embedding().key, shown, projection)
    return state.home().has("projections", key)


def positions(projection: str, *, every_split: bool = False) -> np.ndarray:
    """Return where the items lie (n_points, 2 or 3)."""
    from umeta.runs import products

    embedding, shown = state.embedding(), items(every_split)
    return remember(
        "map positions",
        *layout_parts(projection, every_split),
        label=f"Laying out by {PROJECTIONS[projection].title}",
        make=lambda step: products.positions(embedding, shown, projection, state.home(), on_step=step),
    )


def layout_parts(projection: str, every_split: bool = False) -> tuple[object, ...]:
    """Return what a map is made of: the embedding, the projection and what tells its items."""
    return (
        state.embedding(),
        projection,
        state.selection().dataset_method() if every_split else "meta_train",
    )


def points(projection: str, *, every_split: bool = False) -> MapPoints:
    """Return the published map of the meta_train items, or of the items of every split."""
    data, folder = state.dataset(), media.folder()
    places, shown, images = positions(projection, every_split=every_split), items(every_split), data.images

    def publish_sprite(_) -> Sprite:
        return Sprite.publish(images.images, folder, ink=is_ink(images.images))

    sprite = remember("sprite", folder, images.fingerprint, label="Preparing pictures", make=publish_sprite)
    return remember(
        "points",
        folder,
        *layout_parts(projection, every_split),
        label="Preparing the map",
        make=lambda _: MapPoints.publish(places, shown, folder, sprite),
    )


def cluster_colours(
    name: str, partition: Partition, projection: str, *, every_split: bool = False
) -> GroupColours:
    """Return the colour of each cluster: fixed up to twenty, beyond that a tint by what touches on the map.

    Args:
        name: What identifies the partition in memory.
        partition: The partition.
        projection: The map that the tints are chosen for.
        every_split: Whether that map shows every split.
    """
    groups, places = partition.clusters[items(every_split)], positions(projection, every_split=every_split)
    return remember(
        "colours",
        *layout_parts(projection, every_split),
        name,
        label="Choosing colours",
        make=lambda _: colour_groups(groups, places[:, :2]),
    )


def typicality(name: str, partition: Partition) -> np.ndarray:
    """Return each item's squared distance to its cluster's mean in the embedding; infinite outside (n_items,)."""
    embedding, clusters = state.embedding(), partition.clusters
    return remember(
        "typicality",
        embedding,
        name,
        label="Finding typical images",
        make=lambda _: distances_to_means(embedding.vectors, clusters),
    )


def cluster_view(
    partition: Partition,
    colours: GroupColours,
    *,
    typical: dict[int, int] | None = None,
    painted: np.ndarray | None = None,
    every_split: bool = False,
    **options,
) -> MapView:
    """Build the view of a partition: points by cluster, its size on hover, medoids by zoom, the largest first.

    Args:
        partition: What the groups of the map are.
        colours: The colour of each cluster.
        typical: Each cluster's item to show as a thumbnail; none without it.
        painted: Colours of the points (n_points, 3) instead of the clusters'.
        every_split: Whether the map shows every split; items of other splits than meta_train are hollow.
        options: Anything else that `MapView` takes.
    """
    shown = items(every_split)
    clusters = partition.clusters[shown]
    ids, sizes = partition.sizes()
    by_cluster, second = colours.painted(clusters)
    rank = {int(cluster): -float(size) for cluster, size in zip(ids, sizes, strict=True)}
    thumbnails = [
        MapThumbnail(
            item=item, colour=colours.of(cluster), text=f"{cluster}", rank=rank[cluster], group=cluster
        )
        for cluster, item in (typical or {}).items()
    ]
    many = painted is None and len(ids) > MANY_GROUPS
    defaults = {"group_texts": group_texts(ids, sizes), "muted": many, "contours": many}
    return MapView(
        colours=by_cluster if painted is None else painted,
        marks=marks(shown, second),
        groups=clusters,
        thumbnails=tuple(thumbnails),
        **{**defaults, **options},
    )


def marks(shown: np.ndarray, second: np.ndarray) -> np.ndarray | None:
    """Return each point's shape: hollow outside meta_train, a triangle for groups 11 to 20, else a disc."""
    outside = state.dataset().split_of[shown] != 0
    shapes = np.select([outside, second], [Mark.HOLLOW, Mark.TRIANGLE], Mark.DISC).astype(np.uint8)
    return shapes if shapes.any() else None


def group_texts(ids: np.ndarray, sizes: np.ndarray) -> dict[int, str]:
    """Return what is said of each cluster on hover."""
    return {int(c): f"cluster {c} · {n} images" for c, n in zip(ids, sizes, strict=True)}


def cluster_legend(colours: GroupColours, names: Sequence[str] | None = None) -> tuple[LegendEntry, ...]:
    """Return a legend where colour names a group, that is up to twenty groups; none beyond."""
    if len(colours.ids) > 2 * len(PETROFF):
        return ()
    return tuple(
        LegendEntry(
            text=f"cluster {group}" if names is None else str(names[group]),
            colour=colours.of(group),
            mark=Mark.TRIANGLE if second else Mark.DISC,
            group=group,
        )
        for group, second in zip(colours.ids.tolist(), colours.second.tolist(), strict=True)
    )
