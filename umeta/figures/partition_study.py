"""Charts that help to choose partitions: stability over k, what one more adds, what the clusters follow."""

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go

from umeta.figures.chart import Chart
from umeta.figures.layout import LINE, lay_out
from umeta.figures.partitions import HATCHES, LINES
from umeta.partitions.diversity import AddedPairs
from umeta.partitions.stability import Stability


def stability_over_k(found: Sequence[Stability]) -> Chart:
    """Draw how alike clusterings from different starts are, for each number of clusters, with their range."""
    numbers = [one.n_clusters for one in found]
    means = [one.mean for one in found]
    figure = go.Figure(
        go.Scatter(
            x=numbers,
            y=means,
            error_y={
                "type": "data",
                "array": [one.most - one.mean for one in found],
                "arrayminus": [one.mean - one.least for one in found],
                "thickness": 2,
                "width": 5,
            },
            mode="lines+markers",
            line={"color": LINES[0], "width": 2.5},
            marker={"size": 8},
            hovertemplate="%{x} clusters: %{y:.2f}<extra></extra>",
        )
    )
    lay_out(figure, "clusters asked for", "adjusted Rand index")
    figure.update_xaxes(type="log", tickmode="array", tickvals=numbers, ticktext=[f"{k:,}" for k in numbers])
    figure.update_yaxes(range=[0, 1.03])
    alt = (
        f"How alike k-means clusterings from different starts are, on {found[0].n_sampled:,} images: "
        + ", ".join(f"{one.mean:.2f} for {one.n_clusters:,} clusters" for one in found)
        + ". 1 is the same clusters, 0 what chance gives."
    )
    table = {
        "clusters": numbers,
        "adjusted Rand index": [round(one.mean, 3) for one in found],
        "least": [round(one.least, 3) for one in found],
        "most": [round(one.most, 3) for one in found],
    }
    return Chart(figure, alt, table)


def added_pairs(found: Sequence[AddedPairs]) -> Chart:
    """Draw how many distinct pairs of images partitions put together as they are added one by one."""
    numbers = [one.n_partitions for one in found]
    without = np.cumsum([one.pairs for one in found])
    figure = go.Figure()
    figure.add_scatter(
        x=numbers,
        y=without,
        name="if none repeated another",
        mode="lines",
        line={"color": LINE, "dash": "dot", "width": 2},
        hovertemplate="%{x} partitions: %{y:,.0f} pairs",
    )
    figure.add_scatter(
        x=numbers,
        y=[one.together for one in found],
        name="different pairs so far",
        mode="lines+markers",
        line={"color": LINES[0], "width": 2.5},
        marker={"size": 7},
        hovertemplate="%{x} partitions: %{y:,.0f} pairs",
    )
    figure.add_bar(
        x=numbers,
        y=[one.new for one in found],
        name="new by this one",
        error_y={
            "type": "data",
            "array": [1.96 * one.new_error for one in found],
            "thickness": 1.5,
            "width": 3,
        },
        marker={"color": LINES[1], "pattern": {"shape": "/"}},
        hovertemplate="partition %{x}: %{y:,.0f} new pairs",
    )
    lay_out(figure, "partitions", "pairs of images in one cluster")
    figure.update_xaxes(dtick=1 if len(found) <= 12 else None)
    figure.update_yaxes(rangemode="tozero")
    last = found[-1]
    share = last.new / last.pairs if last.pairs else 0.0
    alt = (
        f"{len(found)} partitions put {last.together:,.0f} different pairs of images into one cluster. Partition "
        f"{last.n_partitions} puts {last.pairs:,} together, {share:.0%} of them new."
    )
    table = {
        "partitions": numbers,
        "pairs of this one": [one.pairs for one in found],
        "new": [round(one.new) for one in found],
        "± 95%": [round(1.96 * one.new_error) for one in found],
        "different so far": [round(one.together) for one in found],
    }
    return Chart(figure, alt, table)


def followed(found: Mapping[str, Mapping[str, float]]) -> Chart:
    """Draw how much each partition tells about each attribute, what the first one follows most on top.

    Args:
        found: Adjusted mutual information by partition, then by attribute; all have the same attributes.
    """
    first = next(iter(found.values()))
    names = sorted(first, key=lambda name: -first[name])
    figure = go.Figure()
    for number, (partition, values) in enumerate(found.items()):
        figure.add_bar(
            y=names,
            x=[values[name] for name in names],
            name=partition,
            orientation="h",
            marker={"color": LINES[number], "pattern": {"shape": HATCHES[number]}},
            text=[f"{values[name]:.2f}".replace("-0.00", "0.00") for name in names],
            textposition="outside",
            cliponaxis=False,
            hovertemplate="%{y}: %{x:.3f}",
        )
    lay_out(figure, "adjusted mutual information", "", height=120 + len(names) * (22 + 22 * len(found)))
    most = max(0.1, *(value for values in found.values() for value in values.values()))
    figure.update_xaxes(range=[min(0.0, *first.values()), 1.15 * most])
    figure.update_yaxes(autorange="reversed")
    figure.update_layout(barmode="group", bargap=0.3, showlegend=len(found) > 1)
    spoken = "; ".join(
        f"{partition} follows " + ", ".join(f"{name} {values[name]:.2f}" for name in names)
        for partition, values in found.items()
    )
    table = {"attribute": names} | {
        partition: [round(values[name], 3) for name in names] for partition, values in found.items()
    }
    return Chart(figure, f"What clusters follow, 0 for chance and 1 for equal: {spoken}.", table)
