"""Charts that help to choose partitions: stability over k, what one more adds, what the clusters follow."""

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go

from umeta.figures.chart import Chart
from umeta.figures.layout import LINE, lay_out
from umeta.figures.partitions import HATCHES, LINES
from umeta.partitions.diversity import AddedPairs
from umeta.partitions.following import Following
from umeta.partitions.stability import Stability
from umeta.wording import counted


def stability_over_k(stabilities: Sequence[Stability]) -> Chart:
    """Draw how alike clusterings from different starts are, for each number of clusters, with their range."""
    cluster_counts = [stability.n_clusters for stability in stabilities]
    figure = go.Figure(
        go.Scatter(
            x=cluster_counts,
            y=[stability.mean for stability in stabilities],
            error_y={
                "type": "data",
                "array": [stability.most - stability.mean for stability in stabilities],
                "arrayminus": [stability.mean - stability.least for stability in stabilities],
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
    ticks = [f"{n_clusters:,}" for n_clusters in cluster_counts]
    figure.update_xaxes(type="log", tickmode="array", tickvals=cluster_counts, ticktext=ticks)
    figure.update_yaxes(range=[0, 1.03])
    alt = (
        f"How alike k-means clusterings from different starts are, on {stabilities[0].n_sampled:,} images: "
        + ", ".join(
            f"{stability.mean:.2f} for {counted(stability.n_clusters, 'cluster')}"
            for stability in stabilities
        )
        + ". 1 is the same clusters, 0 what chance gives."
    )
    table = {
        "clusters": cluster_counts,
        "adjusted Rand index": [round(stability.mean, 3) for stability in stabilities],
        "least": [round(stability.least, 3) for stability in stabilities],
        "most": [round(stability.most, 3) for stability in stabilities],
    }
    return Chart(figure, alt, table)


def added_pairs(additions: Sequence[AddedPairs]) -> Chart:
    """Draw how many distinct pairs of images partitions put together as they are added one by one."""
    figure = go.Figure()
    _add_totals(figure, additions)
    _add_new_pairs(figure, additions)
    lay_out(figure, "partitions", "pairs of images in one cluster")
    figure.update_xaxes(dtick=1 if len(additions) <= 12 else None)
    figure.update_yaxes(rangemode="tozero")
    last = additions[-1]
    share = last.new / last.pairs if last.pairs else 0.0
    alt = (
        f"{len(additions)} partitions put {last.together:,.0f} different pairs of images into one cluster. Partition "
        f"{last.n_partitions} puts {last.pairs:,} together, {share:.0%} of them new."
    )
    table = {
        "partitions": [addition.n_partitions for addition in additions],
        "pairs of this one": [addition.pairs for addition in additions],
        "new": [round(addition.new) for addition in additions],
        "± 95%": [round(1.96 * addition.new_error) for addition in additions],
        "different so far": [round(addition.together) for addition in additions],
    }
    return Chart(figure, alt, table)


def _add_totals(figure: go.Figure, additions: Sequence[AddedPairs]) -> None:
    """Draw the distinct pairs of all partitions so far, and above them what they were if none were repeated."""
    partition_counts = [addition.n_partitions for addition in additions]
    figure.add_scatter(
        x=partition_counts,
        y=np.cumsum([addition.pairs for addition in additions]),
        name="if none repeated another",
        mode="lines",
        line={"color": LINE, "dash": "dot", "width": 2},
        hovertemplate="%{x} partitions: %{y:,.0f} pairs",
    )
    figure.add_scatter(
        x=partition_counts,
        y=[addition.together for addition in additions],
        name="different pairs so far",
        mode="lines+markers",
        line={"color": LINES[0], "width": 2.5},
        marker={"size": 7},
        hovertemplate="%{x} partitions: %{y:,.0f} pairs",
    )


def _add_new_pairs(figure: go.Figure, additions: Sequence[AddedPairs]) -> None:
    """Draw how many new pairs each partition brings."""
    figure.add_bar(
        x=[addition.n_partitions for addition in additions],
        y=[addition.new for addition in additions],
        name="new by this one",
        error_y={
            "type": "data",
            "array": [1.96 * addition.new_error for addition in additions],
            "thickness": 1.5,
            "width": 3,
        },
        marker={"color": LINES[1], "pattern": {"shape": "/"}},
        hovertemplate="partition %{x}: %{y:,.0f} new pairs",
    )


def followed(following: Mapping[str, Mapping[str, Following]]) -> Chart:
    """Draw how often pairs of one cluster share each attribute, what the first partition follows most on top.

    Args:
        following: How far each partition, by its name, follows each attribute; those that all have are drawn.
    """
    lifts = {
        partition: {name: attribute.lift for name, attribute in attributes.items()}
        for partition, attributes in following.items()
    }
    first = next(iter(lifts.values()))
    in_all = [name for name in first if all(name in values for values in lifts.values())]
    names = sorted(in_all, key=lambda name: -np.nan_to_num(first[name]))
    figure = go.Figure()
    for number, (partition, values) in enumerate(lifts.items()):
        figure.add_bar(
            y=names,
            x=[values[name] for name in names],
            name=partition,
            orientation="h",
            marker={"color": LINES[number], "pattern": {"shape": HATCHES[number]}},
            text=[times(values[name]) for name in names],
            textposition="outside",
            cliponaxis=False,
            hovertemplate="%{y}: %{x:.2f} times chance",
        )
    title = "times as often as chance"
    lay_out(figure, title, "", height=120 + len(names) * (22 + 22 * len(lifts)))
    top = max((value for values in lifts.values() for value in values.values() if value > 0), default=1.0)
    ticks = [1, 2, 5, 10, 20, 50, 100, 200, 500]
    figure.update_xaxes(type="log", range=[-0.1, np.log10(max(2.0, top)) * 1.15], tickvals=ticks)
    figure.add_vline(x=1, line={"dash": "dot", "width": 1.5})
    figure.update_yaxes(autorange="reversed")
    figure.update_layout(barmode="group", bargap=0.3, showlegend=len(lifts) > 1)
    spoken = "; ".join(
        f"{partition}: " + ", ".join(f"{name} {times(values[name])}" for name in names)
        for partition, values in lifts.items()
    )
    alt = f"How often pairs of one cluster share an attribute, 1 for chance: {spoken}."
    return Chart(figure, alt, _following_table(following, names))


def _following_table(
    following: Mapping[str, Mapping[str, Following]], names: Sequence[str]
) -> dict[str, list]:
    table: dict[str, list] = {"attribute": list(names)}
    for partition, attributes in following.items():
        table[f"{partition}: times chance"] = [round(attributes[name].lift, 2) for name in names]
        table[f"{partition}: information"] = [round(attributes[name].information, 3) for name in names]
    return table


def times(lift: float) -> str:
    """Return a lift as text: two digits, and no number where it has none."""
    if np.isnan(lift):
        return "no pairs"
    return f"{lift:.0f} ×" if lift >= 10 else f"{lift:.1f} ×"
