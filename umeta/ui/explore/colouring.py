"""How the points of the explore map are coloured: by groups with names, or by quantities from dark to light."""

import numpy as np

from umeta.data import Attribute, Dataset
from umeta.figures.palette import ramp, ramp_colour
from umeta.partitions.typicality import medoids
from umeta.ui.explore.map_content import Shown, named_colours
from umeta.ui.explore.quantities import PURITY, QUANTITIES
from umeta.ui.frame.memory import remember
from umeta.ui.shared import embedding_maps
from umeta.ui.shared.map import LegendEntry, MapLabel, MapThumbnail, MapView


def colour_options(dataset: Dataset, *, revealed: bool, every_split: bool) -> list[str]:
    """Return everything that can colour the points; what true classes tell comes last, once it is revealed."""
    names = named_colours(dataset, revealed=revealed, every_split=every_split)
    quantities = [name for name in QUANTITIES if name != PURITY]
    return ["cluster", *quantities, *names, *([PURITY] if revealed else [])]


def view_of(shown: Shown, **options) -> MapView:
    """Build the view that the chosen colour asks for; `options` are anything else that `MapView` takes."""
    if shown.attribute is not None:
        return _named_view(shown, shown.attribute, **options)
    if shown.colour in QUANTITIES:
        return _quantity_view(shown, **options)
    return _cluster_view(shown, legend=embedding_maps.cluster_legend(shown.colours), **options)


def _cluster_view(shown: Shown, **options) -> MapView:
    return embedding_maps.cluster_view(
        shown.partition,
        shown.colours,
        typical=medoids(shown.partition.clusters, shown.distances),
        every_split=shown.every_split,
        **options,
    )


def _named_view(shown: Shown, attribute: Attribute, **options) -> MapView:
    """Here a click selects all items of that name; names stand where the middle of their items is."""
    colours, groups = shown.named_colours, shown.named_groups.clusters[shown.items]
    ids, sizes = shown.named_groups.sizes()
    painted, second = colours.painted(groups)
    labels, typical = remember(
        "names on the map",
        *embedding_maps.layout_parts(shown.projection, shown.every_split),
        shown.colour,
        label="Placing names",
        make=lambda _: _places_of_names(shown, attribute),
    )
    tiles = tuple(
        MapThumbnail(item=item, colour=colours.of(k), text=str(attribute.names[k]), rank=-float(n), group=k)
        for k, n, item in zip(ids.tolist(), sizes.tolist(), typical, strict=True)
    )
    return MapView(
        colours=painted,
        marks=embedding_maps.marks(shown.items, second),
        groups=groups,
        group_texts={int(k): f"{attribute.names[k]} · {n:,} images" for k, n in zip(ids, sizes, strict=True)},
        legend=embedding_maps.cluster_legend(colours, attribute.names),
        labels=() if shown.nameless else labels,
        thumbnails=tiles if shown.nameless else (),
        muted=shown.nameless,
        contours=shown.nameless,
        **options,
    )


def _places_of_names(shown: Shown, attribute: Attribute) -> tuple[tuple[MapLabel, ...], list[int]]:
    """Return where the names stand, the most frequent first, and each group's item nearest to that place."""
    places = embedding_maps.positions(shown.projection, every_split=shown.every_split)
    groups = shown.named_groups.clusters[shown.items]
    ids, starts, sizes = np.unique(np.sort(groups), return_index=True, return_counts=True)
    order = np.argsort(groups, kind="stable")
    labels, typical = [], []
    for k, start, size in zip(ids.tolist(), starts.tolist(), sizes.tolist(), strict=True):
        if k < 0:
            continue
        members = order[start : start + size]
        middle = np.median(places[members], axis=0)
        typical.append(int(shown.items[members[((places[members] - middle) ** 2).sum(axis=1).argmin()]]))
        labels.append(
            MapLabel(float(middle[0]), float(middle[1]), str(attribute.names[k]), rank=-float(size), group=k)
        )
    if places.shape[1] == 3:  # names have their places in the plane
        labels = []
    return tuple(labels), typical


def _quantity_view(shown: Shown, **options) -> MapView:
    values, legend, texts = QUANTITIES[shown.colour](shown)
    known = values[np.isfinite(values)]
    low, high = np.quantile(known, (0.02, 0.98)) if len(known) else (0.0, 1.0)
    if low == high:
        low, high = float(known.min()), float(known.max())
    entries = zip((0.0, 0.5, 1.0), legend(low, (low + high) / 2, high), strict=True)
    return _cluster_view(
        shown,
        painted=ramp(values, low=float(low), high=float(high)),
        legend=tuple(LegendEntry(text=text, colour=ramp_colour(share)) for share, text in entries),
        **({"group_texts": texts} if texts else {}),
        **options,
    )
