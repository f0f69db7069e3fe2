"""The map on screen as a notebook cell that draws it with the umeta library."""

import textwrap

import numpy as np

from umeta.tasks.usage import N_TASKS
from umeta.ui.explore.map_content import Shown
from umeta.ui.explore.quantities import PURITY
from umeta.ui.frame import state
from umeta.ui.shared.map import MapSelection
from umeta.ui.shared.notebook_cell import IMPORTS, embedding_text, partitions_text

_MAP = """\
items = {items}
positions = products.positions(embedding, items, "{projection}", home)
{turned}{groups}
figure = scatter(positions, groups, {title!r})
{colour}{zoom}{selected}figure
"""
_VALUES = {
    "cluster size": "values = np.where(groups < 0, np.nan, np.bincount(groups[groups >= 0])[groups])",
    "density": "from umeta.vectors.crowding import distance_to_crowd\n\n"
    "values = -np.log(np.maximum(distance_to_crowd(embedding.of(items)), 1e-9))",
    "times in tasks": "from umeta.tasks import PartitionSource, TaskConfig\n\n"
    f"tasks = PartitionSource([partition.clusters]).sample({N_TASKS}, TaskConfig(), rng=np.random.default_rng(0))\n"
    "used = np.concatenate([tasks.support.ravel(), tasks.query.ravel()])\n"
    "values = np.where(groups < 0, np.nan, np.bincount(used, minlength=len(dataset.images))[items])",
    PURITY: "from umeta.partitions import report\n\n"
    "judged = report(partition, items, dataset.classes.values)\n"
    "purity = dict(zip(judged.clusters.tolist(), judged.agreement.cluster_purity.tolist()))\n"
    "values = np.array([purity.get(cluster, np.nan) for cluster in groups.tolist()])",
}


def map_cell(shown: Shown, chosen: MapSelection, view: tuple[float, ...]) -> str:
    """Return the cell that draws a map.

    Args:
        shown: What is on the map.
        chosen: What is selected; the other points are grey.
        view: The corners x0, y0, x1, y1 on screen, and of a map in space yaw and pitch.
    """
    method = state.selection()
    title = f"{shown.dataset.card.title}: {method.encoder}, {shown.projection}, coloured by {shown.colour}"
    turned = ""
    if len(view) > 4:
        angles = f"{view[4]:g}, {view[5]:g}"
        turned = f"from umeta.projections import seen_from\n\npositions = seen_from(positions, {angles})\n"
    imports = f"import numpy as np\n\n{IMPORTS}from umeta.figures.images import scatter\n"
    partition = f"partition = {partitions_text(method.partition_method())}[0]\n"
    figure = _MAP.format(
        items="np.flatnonzero(dataset.split_of >= 0)" if shown.every_split else 'dataset.items("meta_train")',
        projection=shown.projection,
        turned=turned,
        groups=f"groups = {_groups(shown)}[items]",
        title=title,
        colour=_colour(shown.colour),
        zoom=_zoom(view),
        selected=_selected(shown, chosen),
    )
    return f"{imports}\n{embedding_text()}{partition}\n{figure}"


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


def _zoom(view: tuple[float, ...]) -> str:
    x0, y0, x1, y1 = view[:4]
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
