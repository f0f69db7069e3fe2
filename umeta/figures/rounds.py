"""An iterated training by round: what its clusters are worth, and what its learner can do."""

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from umeta.figures.chart import Chart
from umeta.figures.palette import PETROFF, hex_of
from umeta.runs.result import TrainingRound

MEASURES = {
    "accuracy": "accuracy of the learner, meta_val",
    "purity": "purity of its clusters",
    "nmi": "NMI of its clusters with the true classes",
}
"""What is drawn, by the field of a round."""


def rounds_chart(rounds: Sequence[TrainingRound]) -> Chart:
    """Draw each measure over the rounds; one that is not known of every round is left out."""
    columns = known_measures(rounds)
    numbers = [one.number for one in rounds]
    figure = go.Figure()
    for place, (measure, values) in enumerate(columns.items()):
        figure.add_scatter(
            x=numbers,
            y=[100 * value for value in values],
            name=MEASURES[measure],
            mode="lines+markers",
            line_color=hex_of(PETROFF[place]),
            hovertemplate=f"{MEASURES[measure]}, round %{{x}}: %{{y:.1f}}%<extra></extra>",
        )
    figure.update_xaxes(title="round", tickvals=numbers)
    figure.update_yaxes(ticksuffix="%", rangemode="tozero")
    figure.update_layout(
        legend={"orientation": "h", "y": -0.25}, height=380, margin={"l": 8, "r": 8, "t": 8, "b": 8}
    )
    said = "; ".join(
        f"{MEASURES[measure]} from {values[0]:.1%} to {values[-1]:.1%}" for measure, values in columns.items()
    )
    table = {
        "round": numbers,
        "steps": [one.steps for one in rounds],
        "clusters": [one.clusters for one in rounds],
        **{
            f"{measure} %": [round(100 * value, 1) for value in values] for measure, values in columns.items()
        },
    }
    return Chart(figure, f"Over {len(rounds)} rounds: {said}.", table)


def known_measures(rounds: Sequence[TrainingRound]) -> Mapping[str, list[float]]:
    """Return the values of each measure that is known of every round."""
    columns = {measure: [getattr(one, measure) for one in rounds] for measure in MEASURES}
    return {measure: values for measure, values in columns.items() if None not in values}


def degradation(rounds: Sequence[TrainingRound]) -> str:
    """Return in one sentence whether the learner was better before the last round, and where its clusters got worse."""
    columns = known_measures(rounds)
    parts = []
    if "accuracy" in columns:
        best = max(rounds, key=lambda one: one.accuracy or 0)
        lead, ci95 = best.lead or 0.0, best.lead_ci95 or 0.0
        if lead > ci95:
            ahead = f"{100 * lead:.1f} ± {100 * ci95:.1f} points"
            parts.append(
                f"the learner is best after round {best.number} of {len(rounds)}, by {ahead} over the last"
            )
        else:
            parts.append("after no round is the learner surely better than after the last")
    if purities := columns.get("purity"):
        worse = next((k for k in range(1, len(purities)) if purities[k] < purities[k - 1]), None)
        where = "never falls" if worse is None else f"falls first in round {rounds[worse].number}"
        parts.append(f"the purity of what it clusters {where}")
    sentence = "; ".join(parts) or "no true class is known by which rounds could be judged"
    return f"{sentence[0].upper()}{sentence[1:]}."
