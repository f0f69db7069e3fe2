"""Charts of partitions: how large their clusters are, and how pure where true classes are revealed."""

from collections.abc import Mapping
from itertools import pairwise

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Float, Int

from umeta.figures.chart import Chart
from umeta.figures.layout import LINE, lay_out
from umeta.figures.palette import PETROFF, hex_of
from umeta.wording import counted

LINES = (hex_of(PETROFF[0]), hex_of(PETROFF[1]), hex_of(PETROFF[4]), hex_of(PETROFF[2]))
DASHES = ("solid", "dash", "dot", "dashdot")
HATCHES = ("", "/", "x", ".")


def cluster_sizes(sizes: Mapping[str, Int[np.ndarray, " n_clusters"]], min_size: int) -> Chart:
    """Draw each partition's cluster sizes, the largest first, and the line below which a cluster is of no use.

    Args:
        sizes: The sizes of each partition's clusters, by the partition's name.
        min_size: Images that a task needs of one cluster.
    """
    figure = go.Figure()
    summaries, table = [], {"partition": [], "rank": [], "size": [], "large enough": []}
    for number, (name, values) in enumerate(sizes.items()):
        ordered = np.sort(values)[::-1]
        n_small = int((ordered < min_size).sum())
        _add_sizes(figure, number, name, ordered, n_small)
        summaries.append(
            f"{name} has {counted(len(ordered), 'cluster')} of {ordered[-1]} to {ordered[0]} images, "
            f"{n_small} of them below {min_size}"
        )
        table["partition"] += [name] * len(ordered)
        table["rank"] += list(range(1, len(ordered) + 1))
        table["size"] += ordered.tolist()
        table["large enough"] += (ordered >= min_size).tolist()
    figure.add_hline(
        y=min_size,
        line={"color": LINE, "dash": "dot", "width": 1.5},
        annotation={"text": f"a task needs {min_size}", "yanchor": "bottom"},
        annotation_position="top left",
    )
    lay_out(figure, "cluster, from the largest", "images in it")
    figure.update_yaxes(rangemode="tozero")
    alt = "Cluster sizes from the largest to the smallest. " + "; ".join(summaries) + "."
    return Chart(figure, alt, table)


def _add_sizes(
    figure: go.Figure, number: int, name: str, ordered: Int[np.ndarray, " n_clusters"], n_small: int
) -> None:
    """Draw the sizes of one partition as a line, and a cross on each of the clusters that are too small."""
    ranks = np.arange(1, len(ordered) + 1)
    figure.add_scatter(
        x=ranks,
        y=ordered,
        name=name,
        mode="lines",
        line={"color": LINES[number], "dash": DASHES[number], "width": 2.5, "shape": "hv"},
        hovertemplate="%{x}. largest: %{y} images",
    )
    if n_small:
        figure.add_scatter(
            x=ranks[-n_small:],
            y=ordered[-n_small:],
            name=f"{name}: too small",
            mode="markers",
            marker={"color": LINES[number], "symbol": "x", "size": 7},
            hovertemplate="%{x}. largest: %{y} images, too small",
        )


def purity_histogram(purities: Mapping[str, Float[np.ndarray, " n_clusters"]]) -> Chart:
    """Draw how many clusters have which purity: the share of a cluster that is of its most frequent class.

    Args:
        purities: The purity of each partition's clusters, by the partition's name; not a number where it is not known.
    """
    edges = np.arange(11) / 10  # as a purity of 3 in 10 rounds; np.linspace rounds otherwise
    bins = [f"{low:.0%}–{high:.0%}" for low, high in pairwise(edges)]
    figure = go.Figure()
    medians, table = [], {"purity": bins}
    for number, (name, values) in enumerate(purities.items()):
        values = values[np.isfinite(values)]
        counts, _ = np.histogram(values, edges)
        figure.add_bar(
            x=(edges[:-1] + edges[1:]) / 2,
            y=counts,
            customdata=bins,
            name=name,
            marker={"color": LINES[number], "pattern": {"shape": HATCHES[number]}},
            hovertemplate="%{y} clusters of purity %{customdata}",
        )
        medians.append(f"the median cluster of {name} has purity {np.median(values):.0%}")
        table[name] = counts.tolist()
    lay_out(figure, "share of a cluster that is of its most frequent class", "clusters")
    figure.update_layout(barmode="group", bargap=0.15)
    figure.update_xaxes(range=[0, 1], tickformat=".0%")
    return Chart(figure, "Histogram of cluster purity: " + "; ".join(medians) + ".", table)
