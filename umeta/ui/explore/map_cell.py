"""The map on screen as a notebook cell that draws it with the umeta library."""

import textwrap

import numpy as np

from umeta.ui.explore.map_content import MapContent
from umeta.ui.explore.quantities import PURITY
from umeta.ui.frame import state
from umeta.ui.shared.map import MapSelection
from umeta.ui.shared.notebook_cell import IMPORTS, embedding_text, partitions_text, turned_text, zoom_text

_MAP = """\
items = {items}
positions = map_positions.positions(embedding, items, "{projection}", home)
{turned}{groups}
figure = scatter(positions, groups, {title!r})
{colour}{zoom}{selected}figure
"""
_VALUES = {
    "cluster size": "values = np.where(groups < 0, np.nan, np.bincount(groups[groups >= 0])[groups])",
    "density": "from umeta.vectors.crowding import distance_to_crowd\n\n"
    "values = -np.log(np.maximum(distance_to_crowd(embedding.of(items)), 1e-9))",
    "times in tasks": "from umeta.tasks import TaskConfig\nfrom umeta.tasks.usage import times_used\n\n"
    "counts = times_used(partition.clusters, TaskConfig())\n"
    "values = np.where(groups < 0, np.nan, counts[items])",
    PURITY: "from umeta.partitions import report\n\n"
    "judged = report(partition, items, dataset.classes.values)\n"
    "purity = dict(zip(judged.clusters.tolist(), judged.agreement.cluster_purity.tolist()))\n"
    "values = np.array([purity.get(cluster, np.nan) for cluster in groups.tolist()])",
}


def map_cell(content: MapContent, selection: MapSelection, corners: tuple[float, ...]) -> str:
    """Return the cell that draws a map.

    Args:
        content: What is on the map.
        selection: What is selected; the other points are grey.
        corners: The corners x0, y0, x1, y1 on screen, and of a map in space yaw and pitch.
    """
    sidebar = state.selection()
    made_by = f"{sidebar.encoder}, {content.layout.projection}, coloured by {content.colour}"
    title = f"{content.dataset.card.title}: {made_by}"
    own_imports = "from umeta.runs import map_positions\nfrom umeta.figures.images import scatter\n"
    imports = f"import numpy as np\n\n{IMPORTS}{own_imports}"
    partition = f"partition = {partitions_text(sidebar.partition_method())}[0]\n"
    figure = _MAP.format(
        items="np.flatnonzero(dataset.split_of >= 0)"
        if content.layout.every_split
        else 'dataset.items("meta_train")',
        projection=content.layout.projection,
        turned=turned_text(corners),
        groups=f"groups = {_groups(content)}[items]",
        title=title,
        colour=_colour(content.colour),
        zoom=zoom_text(corners),
        selected=_selected(content, selection),
    )
    return f"{imports}\n{embedding_text()}{partition}\n{figure}"


def _groups(content: MapContent) -> str:
    if content.colour == "split":
        return "dataset.split_of"
    if content.colour == "true class":
        return "dataset.classes.values"
    name = content.colour.removeprefix("true ")
    return f"dataset.attributes[{name!r}].values" if content.attribute is not None else "partition.clusters"


def _colour(colour: str) -> str:
    if colour not in _VALUES:
        return ""
    return (
        f"{_VALUES[colour]}\nlow, high = np.nanquantile(values, (0.02, 0.98))\n"
        'shades = {"color": values, "colorscale": "viridis", "cmin": low, "cmax": high, "showscale": True}\n'
        "figure.update_traces(marker=shades)\n"
    )


def _selected(content: MapContent, selection: MapSelection) -> str:
    if not selection:
        return ""
    clusters = np.unique(content.partition.clusters[selection.items])
    members = np.flatnonzero(content.partition.clusters == clusters[0])
    if clusters[0] >= 0 and np.array_equal(members, selection.items):
        which = f"np.flatnonzero(partition.clusters[items] == {clusters[0]})"
    else:
        numbers = "\n".join(textwrap.wrap(", ".join(map(str, selection.items.tolist())), 106))
        which = f"np.flatnonzero(np.isin(items, [\n{textwrap.indent(numbers, '    ')}\n]))"
    return f"figure.update_traces(selectedpoints={which})\n"
