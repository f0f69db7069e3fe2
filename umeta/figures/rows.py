"""Charts with a row for each method: its name stands above its points, so that a phone has room for both."""

from collections.abc import Sequence

import plotly.graph_objects as go

from umeta.figures.layout import LINE


def name_rows(figure: go.Figure, names: Sequence[str], *, row: int | None = None) -> None:
    """Order the rows from above and write each name over its row; a bold one is a heading, alone in its row.

    They are no tick labels: over those inside a chart plotly leaves out the labels and lines of the other axis.

    Args:
        row: The row of facets, if there are any; names begin at its first facet and may run on into the next.
    """
    figure.update_yaxes(
        categoryorder="array",
        categoryarray=names[::-1],
        tickvals=_methods(names),
        showticklabels=False,
        range=[-0.8, len(names) - 0.1],
    )
    for name in names:
        heading = name.startswith("<b>")
        figure.add_annotation(
            text=name.replace("; ", ";<br>") if heading else name,
            x=0,
            xref="x domain",
            y=name,
            xanchor="left",
            yanchor="bottom",
            yshift=-8 if heading else 5,
            align="left",
            font_size=12,
            showarrow=False,
            row=row,  # pyright: ignore[reportArgumentType]
            col=row and 1,  # pyright: ignore[reportArgumentType]
        )


def ruler(x: float, names: Sequence[str], meaning: str) -> go.Scatter:
    """Return a mark at one value in each row, which crosses no name as a line through the chart would."""
    named = _methods(names)
    return go.Scatter(
        x=[x] * len(named),
        y=named,
        mode="markers",
        marker={"symbol": "line-ns", "size": 7, "line": {"width": 2, "color": LINE}},
        name=meaning,
        showlegend=False,
        hovertemplate=f"{meaning}<extra></extra>",
    )


def _methods(names: Sequence[str]) -> list[str]:
    """Return the names without the headings among them."""
    return [name for name in names if not name.startswith("<b>")]
