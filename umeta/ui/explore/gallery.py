"""The images behind a selection on the map, page by page, and the selection as a file."""

import csv
import io
import json

import numpy as np
import streamlit as st

from umeta.data import SPLITS, Dataset
from umeta.partitions import Partition
from umeta.partitions.typicality import by_cluster_typical_first
from umeta.ui.explore.map_content import MapContent
from umeta.ui.frame.page_settings import KEPT
from umeta.ui.frame.styles import style_beside
from umeta.ui.shared.grid import Tile, grid_html
from umeta.ui.shared.map import MapSelection
from umeta.ui.shared.tile_captions import caption_cell, class_name
from umeta.wording import counted

PER_PAGE = 120


def draw_gallery(content: MapContent, selection: MapSelection) -> int:
    """Draw the images selected, or those of the biggest cluster while nothing is; return the first of them."""
    clusters = content.partition.clusters
    title, members, hint = _biggest_cluster(content.partition)
    if selection:
        title, members, hint = _title(selection, clusters), selection.items, "Most typical first."
        if len(np.unique(clusters[members])) > 1:
            hint = "By cluster, the one with most of them first; in each, the most typical first."
    items = by_cluster_typical_first(members, clusters, content.distances)
    st.markdown(f"#### {title} · {counted(len(items), 'image')}")
    st.caption(hint)
    page, n_pages = 1, -(-len(items) // PER_PAGE)
    if n_pages > 1:
        page = st.pagination(n_pages, key=f"gallery page {_digest(items)}", persist_state=KEPT)
    tiles = [tile_of(content, int(item)) for item in items[(page - 1) * PER_PAGE : page * PER_PAGE]]
    grid = grid_html(content.dataset.images.images, tiles, cell=caption_cell(tiles))
    # in the order of tabs, so that the arrow keys scroll it
    region = f'<div class="umeta-gallery" tabindex="0" role="region" aria-label="{title}">{grid}</div>'
    st.html(style_beside(__file__) + region)
    _draw_downloads(content, items)
    return int(items[0])


def _biggest_cluster(partition: Partition) -> tuple[str, np.ndarray, str]:
    """Return its title, its items, and the hint under it."""
    ids, sizes = partition.sizes()
    biggest = int(ids[np.argmax(sizes)])
    hint = (
        "The biggest one, most typical first. Click a dot for its cluster, or draw a lasso around any images."
    )
    return f"Cluster {biggest}", np.flatnonzero(partition.clusters == biggest), hint


def _title(selection: MapSelection, clusters: np.ndarray) -> str:
    inside = np.unique(clusters[selection.items])
    if len(selection.items) == 1:
        return f"Item {selection.items[0]}"
    if len(inside) == 1 and inside[0] >= 0 and len(selection.items) == (clusters == inside[0]).sum():
        return f"Cluster {inside[0]}"
    return f"Selection from {counted(len(inside[inside >= 0]), 'cluster')}"


def tile_of(content: MapContent, item: int) -> Tile:
    """Return an item's tile: its colour on the map around it, and its true class under it once that is revealed."""
    cluster = int(content.partition.clusters[item])
    alt = f"item {item}, " + (f"cluster {cluster}" if cluster >= 0 else "in no cluster")
    name = class_name(content.dataset, item) if content.revealed else ""
    return Tile(
        item=item, caption=name, alt=f"{alt}, {name}" if name else alt, colour=content.colour_of(item)
    )


def _digest(items: np.ndarray) -> str:
    return f"{len(items)} {items[0]} {items[-1]}" if len(items) else "0"


def _draw_downloads(content: MapContent, items: np.ndarray) -> None:
    with st.container(horizontal=True):
        note = "Item numbers, clusters and splits; file names and true classes too once they are revealed."
        for kind, make in (("csv", as_csv), ("json", as_json)):
            st.download_button(
                kind.upper(),
                lambda make=make: make(
                    records(content.dataset, content.partition, items, revealed=content.revealed)
                ),
                file_name=f"umeta-{content.dataset.images.name}-selection.{kind}",
                icon=":material/download:",
                on_click="ignore",
                help=note,
                key=f"download {kind}",
            )


def records(dataset: Dataset, partition: Partition, items: np.ndarray, *, revealed: bool) -> list[dict]:
    """Return one record per item; ids often spell the class, so they come with it, only when it is revealed."""
    rows = [
        {
            "item": int(item),
            "cluster": int(partition.clusters[item]),
            "split": SPLITS[dataset.split_of[item]] if dataset.split_of[item] >= 0 else "",
        }
        for item in items
    ]
    if revealed:
        for row in rows:
            row |= {
                "id": str(dataset.images.ids[row["item"]]),
                "true_class": class_name(dataset, row["item"])
                if dataset.classes.values[row["item"]] >= 0
                else "",
            }
    return rows


def as_csv(rows: list[dict]) -> bytes:
    """Return records as CSV with a header."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]) if rows else ["item", "cluster", "split"])
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def as_json(rows: list[dict]) -> bytes:
    """Return records as a JSON list."""
    return json.dumps(rows, indent=1).encode()
