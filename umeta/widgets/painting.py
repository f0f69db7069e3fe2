"""How the points of a widget's map are coloured: by clusters, by names, or by numbers."""

from dataclasses import replace
from typing import Any

import numpy as np
from jaxtyping import Float, Int

from umeta.api import EmbeddedData, PartitionedData
from umeta.browser.map.cluster_view import cluster_legend, cluster_view
from umeta.browser.map.view import LegendEntry, MapView
from umeta.data import Attribute
from umeta.figures.palette import PETROFF, colour_groups, ramp, ramp_colour
from umeta.partitions import OUTSIDE, Partition
from umeta.partitions.typicality import distances_to_means, medoids
from umeta.stage import UserError
from umeta.wording import counted

ASKS = (
    "what umeta.partition(…) returns, data.dataset.classes or another attribute of the data set, or an array of one "
    "number for each item: whole numbers are groups, others go from dark to light"
)


def painted_view(
    colour: Any,
    embedding: EmbeddedData,
    items: Int[np.ndarray, " n_points"],
    positions: Float[np.ndarray, "n_points n_axes"],
) -> MapView:
    """Return the view of a map whose points are coloured by something.

    Args:
        colour: A partition, an attribute, an array of a number for each item, or None for one colour.
        embedding: What the map is of.
        items: The items on the map.
        positions: Where they lie.

    Raises:
        UserError: the colour is none of these, or has a value for other items than the data set's.
    """
    if colour is None:
        return MapView(colours=np.tile(np.array(PETROFF[0], np.uint8), (len(items), 1)))
    if isinstance(colour, PartitionedData):
        colour = colour.partitions[0]
    values = _values(colour)
    n_items = len(embedding.vectors)
    if values.shape != (n_items,):
        raise UserError(
            f"colour has the shape {values.shape}; the data set has {n_items:,} items, and each needs one value."
        )
    if np.issubdtype(values.dtype, np.floating):
        return _by_number(values[items].astype(float))
    on_map = np.full(n_items, OUTSIDE, np.int32)
    on_map[items] = values[items]
    partition = Partition(on_map, n_made=int(on_map.max()) + 1)
    colours = colour_groups(on_map[items], positions[:, :2])
    names = colour.names if isinstance(colour, Attribute) else None
    typical = medoids(on_map, distances_to_means(embedding.vectors, on_map))
    view = cluster_view(items, partition, colours, medoids=typical, legend=cluster_legend(colours, names))
    return view if isinstance(colour, Partition) else replace(view, group_texts=_texts(partition, names))


def _values(colour: Any) -> np.ndarray:
    """Return the value of each item."""
    if isinstance(colour, Partition):
        return colour.clusters
    values = np.asarray(colour.values if isinstance(colour, Attribute) else colour)
    if values.dtype == bool:
        return values.astype(np.int32)
    if not np.issubdtype(values.dtype, np.number) or np.iscomplexobj(values):
        found = type(colour).__name__ if values.dtype == object else f"an array of {values.dtype}"
        raise UserError(f"colour is {found}; give {ASKS}.")
    return values


def _texts(partition: Partition, names: Any) -> dict[int, str]:
    """Return what is said on hover of each group that is no cluster."""
    ids, sizes = partition.sizes()
    return {
        int(group): f"{f'group {group}' if names is None else names[group]} · {counted(n, 'image')}"
        for group, n in zip(ids, sizes, strict=True)
    }


def _by_number(values: Float[np.ndarray, " n_points"]) -> MapView:
    """Return the view of numbers, whose ends are the second and the 98th hundredth: single ones may lie far out."""
    finite = values[np.isfinite(values)]
    low, high = np.quantile(finite, (0.02, 0.98)).tolist() if len(finite) else (0.0, 0.0)
    marks = zip((0.0, 0.5, 1.0), (low, (low + high) / 2, high), strict=True)
    return MapView(
        colours=ramp(values, low=low, high=high),
        legend=tuple(LegendEntry(text=f"{value:.4g}", colour=ramp_colour(share)) for share, value in marks),
    )
