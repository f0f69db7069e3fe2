"""What a class predicted, set against what came out."""

from collections.abc import Sequence

import plotly.graph_objects as go

from umeta.figures.chart import Chart
from umeta.figures.palette import PETROFF, hex_of


def predictions_chart(choices: Sequence[str], hands: Sequence[int], right: int) -> Chart:
    """Draw how many predicted each answer; the right one has another colour, a tick and the word.

    Args:
        choices: The answers.
        hands: How many predicted each.
        right: The place of the right answer.
    """
    names = [
        f"{'✓ right: ' if place == right else ''}{place + 1} · {choice}"
        for place, choice in enumerate(choices)
    ]
    figure = go.Figure(
        go.Bar(
            x=list(hands),
            y=names,
            orientation="h",
            marker_color=[hex_of(PETROFF[0 if place == right else 8]) for place in range(len(names))],
            text=list(hands),
            textposition="outside",
            cliponaxis=False,
            hoverinfo="skip",
        )
    )
    figure.update_yaxes(autorange="reversed", automargin=True)
    figure.update_xaxes(visible=False, range=[0, 1.12 * max(*hands, 1)])
    figure.update_layout(height=50 + 46 * len(names), margin={"l": 8, "r": 8, "t": 8, "b": 8})
    total = sum(hands)
    alt = f"{hands[right]} of {total} predicted what is right: {choices[right]}."
    return Chart(figure, alt, {"answer": names, "hands": list(hands)})
