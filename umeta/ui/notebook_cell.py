"""The view on the map as Python text: a notebook cell that draws the same figure with the umeta library."""

import textwrap

import numpy as np
import streamlit as st

from umeta.ui import state
from umeta.ui.map import MapSelection
from umeta.ui.quantities import PURITY, TASKS
from umeta.ui.shown import Shown

_CELL = """\
import numpy as np

from umeta.cache import Home
from umeta.data import DATASETS
from umeta.device import pick_device
from umeta.encoders import ENCODERS
from umeta.figures.images import scatter
from umeta.partitions import PARTITIONS
from umeta.runs import products

home = Home.from_environment()
dataset = DATASETS.parse({dataset}).load(home)
encoder = ENCODERS.parse({encoder})
embedding = products.embed(dataset, encoder, home, device=pick_device("auto"))
key = products.embedding_key(dataset, encoder, pick_device("auto"))
partition = products.partition(dataset, embedding, key, PARTITIONS.parse({partition}), home)[0]

items = {items}
positions = products.positions(embedding, items, key, "{projection}", home)
{groups}
{figure}
{colour}{zoom}{selected}figure
"""
_PLANE = "figure = scatter(positions, groups, {title!r})"
_SPACE = """\
import plotly.graph_objects as go

figure = scatter(positions[:, :2], groups, {title!r})
marker = {{**figure.data[0].marker.to_plotly_json(), "size": 2}}
figure = go.Figure(go.Scatter3d(**dict(zip("xyz", positions.T)), mode="markers", marker=marker))
figure.update_layout(title={title!r}, height=600)"""
_VALUES = {
    "cluster size": "values = np.where(groups < 0, np.nan, np.bincount(groups[groups >= 0])[groups])",
    "density": "from umeta.ui.quantities import distance_to_crowd\n\n"
    "values = -np.log(np.maximum(distance_to_crowd(embedding[items]), 1e-9))",
    "times in tasks": "from umeta.tasks import PartitionSource, TaskConfig\n\n"
    f"tasks = PartitionSource([partition.clusters]).sample({TASKS}, TaskConfig(), rng=np.random.default_rng(0))\n"
    "used = np.concatenate([tasks.support.ravel(), tasks.query.ravel()])\n"
    "values = np.where(groups < 0, np.nan, np.bincount(used, minlength=len(dataset.images))[items])",
    PURITY: "from umeta.partitions import report\n\n"
    "judged = report(partition, items, dataset.classes.values)\n"
    "purity = dict(zip(judged.clusters.tolist(), judged.agreement.cluster_purity.tolist()))\n"
    "values = np.array([purity.get(cluster, np.nan) for cluster in groups.tolist()])",
}


@st.dialog("This view as a notebook cell", width="large")
def show_cell(shown: Shown, chosen: MapSelection, viewport: tuple[float, ...]) -> None:
    """Show the cell, with a button that copies it."""
    st.markdown(
        "It needs the umeta package and the same data. What is kept on this machine is found again, not remade."
    )
    st.code(cell_text(shown, chosen, viewport), language="python", height=440)


def cell_text(shown: Shown, chosen: MapSelection, viewport: tuple[float, ...]) -> str:
    """Return the cell.

    Args:
        shown: What is on the map.
        chosen: What is selected; the other points are grey.
        viewport: The corners x0, y0, x1, y1 on screen, for a map in the plane.
    """
    method = state.selection()
    in_space = shown.projection == "pca-3d"
    title = f"{shown.dataset.card.title}: {method.encoder}, {shown.projection}, coloured by {shown.colour}"
    return _CELL.format(
        dataset=_config(method.dataset_method()),
        encoder=_config(method.encoder_method()),
        partition=_config(method.partition_method()),
        items="np.flatnonzero(dataset.split_of >= 0)" if shown.every_split else 'dataset.items("meta_train")',
        projection=shown.projection,
        groups=f"groups = {_groups(shown)}[items]",
        figure=(_SPACE if in_space else _PLANE).format(title=title),
        colour=_colour(shown.colour),
        zoom="" if in_space else _zoom(viewport),
        selected="" if in_space else _selected(shown, chosen),
    )


def _config(method) -> dict:
    """Return a config as its registry reads it: the name, and what differs from the defaults."""
    return {"name": method.name, **method.model_dump(mode="json", exclude_defaults=True)}


def _groups(shown: Shown) -> str:
    if shown.colour == "split":
        return "dataset.split_of"
    if shown.colour == "true class":
        return "dataset.classes.values"
    name = shown.colour.removeprefix("true ")
    return f"dataset.attributes[{name!r}].values" if shown.attribute is not None else "partition.clusters"


def _colour(colour: str) -> str:
    if colour not in _VALUES:
        return ""
    return (
        f"{_VALUES[colour]}\nlow, high = np.nanquantile(values, (0.02, 0.98))\n"
        'shades = {"color": values, "colorscale": "viridis", "cmin": low, "cmax": high, "showscale": True}\n'
        "figure.update_traces(marker=shades)\n"
    )


def _zoom(viewport: tuple[float, ...]) -> str:
    x0, y0, x1, y1 = viewport[:4]
    return f"figure.update_xaxes(range=[{x0:g}, {x1:g}])\nfigure.update_yaxes(range=[{y0:g}, {y1:g}])\n"


def _selected(shown: Shown, chosen: MapSelection) -> str:
    if not chosen:
        return ""
    clusters = np.unique(shown.partition.clusters[chosen.items])
    members = np.flatnonzero(shown.partition.clusters == clusters[0])
    if clusters[0] >= 0 and np.array_equal(members, chosen.items):
        which = f"np.flatnonzero(partition.clusters[items] == {clusters[0]})"
    else:
        numbers = "\n".join(textwrap.wrap(", ".join(map(str, chosen.items.tolist())), 106))
        which = f"np.flatnonzero(np.isin(items, [\n{textwrap.indent(numbers, '    ')}\n]))"
    return f"figure.update_traces(selectedpoints={which})\n"
