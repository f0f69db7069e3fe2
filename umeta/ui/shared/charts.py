"""How a chart is put on a page: the figure with its alternative text, and its numbers one click away."""

import json
import re
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from umeta.figures.chart import Chart
from umeta.ui.shared.tables import draw_table

_TAG = re.compile(r"<(?!/?(?:b|br|extra)>)")


def draw_chart(chart: Chart, *, key: str, picture: str | None = None) -> None:
    """Draw the figure in the page's theme, and its table under it, folded.

    Args:
        chart: What to draw.
        key: Unique on the page.
        picture: As in `plot`.
    """
    plot(chart, key=key, picture=picture)
    with st.expander("Show as table", icon=":material/table:"):
        draw_table(chart.table, key=f"{key} table")


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


def plot(chart: Chart, *, key: str, picture: str | None = None) -> None:
    """Draw the figure alone, its words in the page's text colour: Streamlit's grey for axes is too faint to read.

    Args:
        chart: What to draw.
        key: Unique on the page.
        picture: `png` or `svg`, what a camera button on the figure saves it as; no button if none is given.
    """
    ink = "#f2f4f8" if st.context.theme.type == "dark" else "#14161c"
    figure = go.Figure(without_links(json.loads(str(chart.figure.to_json()))))
    figure.update_layout(font_color=ink, legend_font_color=ink)
    figure.update_xaxes(tickfont_color=ink, title_font_color=ink)
    figure.update_yaxes(tickfont_color=ink, title_font_color=ink)
    figure.update_annotations(font_color=ink)
    saving = {
        "displayModeBar": True,
        "displaylogo": False,
        "modeBarButtons": [["toImage"]],
        "toImageButtonOptions": {"format": picture, "filename": f"umeta-{key}", "scale": 2},
    }
    config = saving if picture else {"displayModeBar": False}
    st.plotly_chart(figure, key=key, alt=chart.alt, config=config)
