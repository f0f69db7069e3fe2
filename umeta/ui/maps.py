"""What the pages with a map share: its points and images, the colours of clusters, and their typical items."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Thread

import numpy as np
import streamlit as st

from umeta.figures.palette import PETROFF, GroupColours, colour_groups
from umeta.partitions import Partition
from umeta.stage import UserError
from umeta.ui import media, state
from umeta.ui.grid import is_ink
from umeta.ui.map import LegendEntry, MapPoints, MapThumbnail, MapView, Mark, Sprite

PROJECTION_HELP = (
    "How the vectors are laid out in the plane. PCA is ready at once and keeps the two widest directions; UMAP keeps "
    "neighbours together and takes about a minute for 20,000 images the first time."
)


def pick_projection() -> str:
    """Draw the control for the projection, which all pages with a map share."""
    chosen = st.segmented_control(
        "Map",
        ["PCA", "UMAP"],
        default="PCA",
        required=True,
        key="projection",
        bind="query-params",
        help=PROJECTION_HELP,
    )
    return (chosen or "PCA").lower()


def when_ready(projection: str) -> str:
    """Return the projection to draw: UMAP once it is laid out, and PCA, with a word on it, until then."""
    if projection != "umap":
        return projection
    from umeta.runs import products

    data, vectors, made_by, home = state.dataset(), state.embedding(), state.embedding_key(), state.home()
    job = _umap_job(
        f"{home.root} {made_by}",
        lambda: products.positions(vectors, data.items("meta_train"), made_by, "umap", home),
    )
    job.thread.join(timeout=0.5)  # one stored before is read in less
    if job.thread.is_alive():
        _wait_for(job)
        return "pca"
    if job.problem is not None:
        raise job.problem
    return projection


@dataclass
class _Job:
    """One projection made beside the page, so that the page stays usable."""

    make: Callable[[], object]
    thread: Thread = field(init=False)
    started: float = field(default_factory=time.monotonic)
    problem: UserError | None = None

    def __post_init__(self) -> None:
        self.thread = Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self) -> None:
        try:
            self.make()
        except UserError as problem:
            self.problem = problem


@st.cache_resource(max_entries=16, show_spinner=False)
def _umap_job(key: str, _make: Callable[[], object]) -> _Job:
    return _Job(_make)


@st.fragment(run_every=1.0)
def _wait_for(job: _Job) -> None:
    if not job.thread.is_alive():
        st.rerun()
    seconds = time.monotonic() - job.started
    st.info(
        f"UMAP is laying the map out: {seconds:.0f} s so far, about a minute for 20,000 images the first time. "
        "PCA is shown until it is ready.",
        icon=":material/hourglass_top:",
    )


def points(projection: str) -> MapPoints:
    """Return the published map of the meta_train items."""
    data, folder = state.dataset(), media.folder()
    positions = state.positions(projection)
    images = data.images

    def publish_sprite(_) -> Sprite:
        return Sprite.publish(images.images, folder, ink=is_ink(images.images))

    sprite = state.remember("sprite", f"{folder} {images.fingerprint}", "Preparing pictures", publish_sprite)
    return state.remember(
        "points",
        f"{folder} {state.embedding_key()} {projection}",
        "Preparing the map",
        lambda _: MapPoints.publish(positions, data.items("meta_train"), folder, sprite),
    )


def cluster_colours(name: str, partition: Partition, projection: str) -> GroupColours:
    """Return the colour of each cluster: fixed up to twenty, beyond that a tint by what touches on the map.

    Args:
        name: What identifies the partition in memory.
        partition: The partition.
        projection: The map that the tints are chosen for.
    """
    groups, positions = partition.clusters[state.items()], state.positions(projection)
    return state.remember(
        "colours",
        f"{state.embedding_key()} {projection} {name}",
        "Choosing colours",
        lambda _: colour_groups(groups, positions),
    )


def typicality(name: str, partition: Partition) -> np.ndarray:
    """Return each item's squared distance to its cluster's mean in the embedding; infinite outside (n_items,)."""
    vectors, clusters = state.embedding(), partition.clusters
    return state.remember(
        "typicality",
        f"{state.embedding_key()} {name}",
        "Finding typical images",
        lambda _: _distances_to_means(vectors, clusters),
    )


def _distances_to_means(vectors: np.ndarray, clusters: np.ndarray) -> np.ndarray:
    distances = np.full(len(clusters), np.inf)
    inside = np.flatnonzero(clusters >= 0)
    _, rows, counts = np.unique(clusters[inside], return_inverse=True, return_counts=True)
    means = np.zeros((len(counts), vectors.shape[1]))
    np.add.at(means, rows, vectors[inside])
    means /= counts[:, None]
    distances[inside] = ((vectors[inside] - means[rows]) ** 2).sum(axis=1)
    return distances


def medoids(clusters: np.ndarray, distances: np.ndarray) -> dict[int, int]:
    """Return each cluster's most typical item: the one nearest to its mean."""
    inside = np.flatnonzero(clusters >= 0)
    order = inside[np.lexsort((distances[inside], clusters[inside]))]
    ids, first = np.unique(clusters[order], return_index=True)
    return {int(cluster): int(order[place]) for cluster, place in zip(ids, first, strict=True)}


def cluster_view(
    partition: Partition,
    colours: GroupColours,
    *,
    typical: dict[int, int] | None = None,
    painted: np.ndarray | None = None,
    **options,
) -> MapView:
    """Build the view of a partition: points by cluster, its size on hover, medoids by zoom, the largest first.

    Args:
        partition: What the groups of the map are.
        colours: The colour of each cluster.
        typical: Each cluster's item to show as a thumbnail; none without it.
        painted: Colours of the points (n_points, 3) instead of the clusters'.
        options: Anything else that `MapView` takes.
    """
    clusters = partition.clusters[state.items()]
    ids, sizes = partition.sizes()
    by_cluster, second = colours.painted(clusters)
    rank = {int(cluster): -float(size) for cluster, size in zip(ids, sizes, strict=True)}
    thumbnails = [
        MapThumbnail(
            item=item, colour=colours.of(cluster), text=f"{cluster}", rank=rank[cluster], group=cluster
        )
        for cluster, item in (typical or {}).items()
    ]
    return MapView(
        colours=by_cluster if painted is None else painted,
        marks=np.where(second, Mark.TRIANGLE, Mark.DISC).astype(np.uint8) if second.any() else None,
        groups=clusters,
        group_texts=group_texts(ids, sizes),
        thumbnails=tuple(thumbnails),
        **options,
    )


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
