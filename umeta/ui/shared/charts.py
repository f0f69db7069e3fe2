"""How a chart is put on a page: the figure with its alternative text, and its numbers one click away."""

import json
import re
from collections.abc import Callable
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from umeta.figures.chart import Chart
from umeta.ui.frame.presenter import presented
from umeta.ui.shared.notebook_cell import draw_code
from umeta.ui.shared.tables import draw_folded_table, draw_table

HALL = 20
"""Pixels of the words in a figure that a hall reads."""
_TAG = re.compile(r"<(?!/?(?:b|br|extra)>)")


def draw_chart(chart: Chart, *, key: str, code: str, picture: str | None = None) -> None:
    """Draw the figure in the page's theme, and under it its table and its code, folded; for a hall the figure alone.

    Args:
        chart: What to draw.
        key: Unique on the page.
        code: A notebook cell that draws the same figure.
        picture: As in `plot`.
    """
    plot(chart, key=key, picture=picture)
    if presented():
        return
    draw_folded_table(lambda: draw_table(chart.table, key=f"{key} table"), key=key)
    draw_code(code, key=key)


def without_links(part: Any) -> Any:
    """Return a figure, as JSON has it, whose words hold no tags but those that figures write themselves.

    Plotly draws words as a kind of HTML, in which a name from outside could set a link.
    """
    if isinstance(part, str):
        return _TAG.sub("&lt;", part)
    if isinstance(part, dict):
        return {key: without_links(value) for key, value in part.items()}
    if isinstance(part, list):
        return [without_links(value) for value in part]
    return part


def _enlarge(figure: go.Figure) -> None:
    """Make the words of a figure large enough for a hall, and the figure itself no higher than its screen."""
    figure.update_layout(
        font_size=HALL,
        legend_font_size=HALL,
        title_font_size=HALL,
        height=min(figure.layout.height or 450, 540),
    )
    for axes in (figure.update_xaxes, figure.update_yaxes):
        axes(tickfont_size=HALL, title_font_size=HALL, automargin=True)
    figure.for_each_annotation(lambda note: note.update(font_size=max(HALL, note.font.size or 0)))
    figure.for_each_trace(
        lambda trace: trace.update(textfont_size=HALL), selector=lambda trace: "textfont" in trace
    )
    figure.update_traces(constraintext="none", selector={"type": "bar"})  # plotly would shrink it to the bar
    figure.update_coloraxes(colorbar_tickfont_size=HALL)


def plot(
    chart: Chart, *, key: str, picture: str | None = None, on_click: Callable[[Any], None] | None = None
) -> None:
    """Draw the figure alone, its words in the page's text colour: Streamlit's grey for axes is too faint to read.

    Args:
        chart: What to draw.
        key: Unique on the page.
        picture: `png` or `svg`, what a camera button on the figure saves it as; no button if none is given.
        on_click: Is given the `customdata` of a mark that a person clicks, before the page is drawn anew.
    """
    ink = "#f2f4f8" if st.context.theme.type == "dark" else "#14161c"
    figure = go.Figure(without_links(json.loads(str(chart.figure.to_json()))))
    figure.update_layout(font_color=ink, legend_font_color=ink)
    figure.update_xaxes(tickfont_color=ink, title_font_color=ink)
    figure.update_yaxes(tickfont_color=ink, title_font_color=ink)
    figure.update_annotations(font_color=ink)
    figure.update_coloraxes(colorbar_tickfont_color=ink, colorbar_title_font_color=ink)
    if presented():
        _enlarge(figure)
    saving = {
        "displayModeBar": True,
        "displaylogo": False,
        "modeBarButtons": [["toImage"]],
        "toImageButtonOptions": {"format": picture, "filename": f"umeta-{key}", "scale": 2},
    }
    config = saving if picture else {"displayModeBar": False}
    if on_click is None:
        st.plotly_chart(figure, key=key, alt=chart.alt, config=config)
        return

    def clicked() -> None:
        for point in st.session_state[key]["selection"]["points"][:1]:
            on_click(point["customdata"])

    st.plotly_chart(figure, key=key, alt=chart.alt, config=config, on_select=clicked, selection_mode="points")
