"""Where a drawing falls on the map of the sidebar's images: where the images that are most like it lie."""

import numpy as np
import streamlit as st
from jaxtyping import UInt8

from umeta.ui.draw.answers import ENCODER, embed
from umeta.ui.frame import links, state
from umeta.ui.frame.text import plain
from umeta.ui.shared.grid import Tile, image_grid
from umeta.ui.shared.map import MapLabel, MapRing, MapView, embedding_map
from umeta.ui.shared.map_layout import MapLayout
from umeta.ui.shared.notebook_cell import IMPORTS, embedding_text, show_cell, turned_text, zoom_text
from umeta.vectors import nearest_neighbours

N_NEAREST = 6
GREY, INK = 208, (232, 93, 4)
_MAP = """\
items = dataset.items("meta_train")
positions = map_positions.positions(embedding, items, "{projection}", home)
{turned}near = np.isin(items, {near})
figure = scatter(positions, np.where(near, 0, -1))
figure.update_traces(selectedpoints=np.flatnonzero(near))
{zoom}figure
"""


def draw_place(query: UInt8[np.ndarray, "1 28 28"]) -> None:
    """Draw the choice of the map, the map with the drawing's nearest images ringed, and these images."""
    if not st.toggle(
        "Show it on the map",
        key=links.ON_MAP.key,
        bind="query-params",
        help="Among the images of the sidebar's data set: those that are nearest to the drawing.",
    ):
        return
    selection = state.selection()
    if selection.encoder != ENCODER:
        st.info(
            f"Drawings are placed on a map of {ENCODER}; the sidebar's encoder is {plain(selection.encoder)}. Choose "
            f"{ENCODER} there, and handwriting as the data set.",
            icon=":material/map:",
        )
        return
    layout = MapLayout("tsne").when_ready()
    points = layout.points()
    near, distances = nearest_neighbours(state.embedding().of(layout.items), embed(query[None]), N_NEAREST)
    items = layout.items[near[0]]
    x, y = np.median(layout.positions()[near[0], :2], axis=0).tolist()
    view = MapView(
        colours=np.full((len(points), 3), GREY, np.uint8),
        point_size=0.7,
        rings=(MapRing(items=tuple(items.tolist()), colour=INK, text="nearest to the drawing"),),
        labels=(MapLabel(x, y, "your drawing"),),
    )
    embedding_map(
        points,
        view,
        key="map of the drawing",
        alt=f"Map of {len(points):,} images with the {N_NEAREST} that are nearest to the drawing ringed.",
        height=380,
        click="item",
        moving=layout.moving,
        on_cell=lambda _chosen, corners: show_cell(map_cell(items.tolist(), layout.projection, corners)),
    )
    st.caption(
        "Ringed: the nearest images by their vectors, with their distances. The map was laid out without the drawing, "
        "so its name stands amid them; where they lie far apart, it has no place of its own."
    )
    tiles = [
        Tile(item=int(item), alt=f"item {item}", caption=f"{distance:.2f}")
        for item, distance in zip(items, distances[0], strict=True)
    ]
    image_grid(state.dataset().images.images, tiles, side=48)


def map_cell(near: list[int], projection: str, corners: tuple[float, ...]) -> str:
    """Return a cell that draws the map with the drawing's nearest images.

    Args:
        near: Their item numbers.
        projection: How the map was laid out.
        corners: The corners x0, y0, x1, y1 on screen.
    """
    imports = "from umeta.runs import map_positions\nfrom umeta.figures.images import scatter\n"
    figure = _MAP.format(
        projection=projection, turned=turned_text(corners), near=near, zoom=zoom_text(corners)
    )
    return f"import numpy as np\n\n{IMPORTS}{imports}\n{embedding_text()}{figure}"
