"""How a chart is put on a page: the figure with its alternative text, and its numbers one click away."""

import plotly.graph_objects as go
import streamlit as st

from umeta.figures.chart import Chart
from umeta.ui.shared.tables import draw_table


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


def plot(chart: Chart, *, key: str, picture: str | None = None) -> None:
    """Draw the figure alone, its words in the page's text colour: Streamlit's grey for axes is too faint to read.

    Args:
        chart: What to draw.
        key: Unique on the page.
        picture: `png` or `svg`, what a camera button on the figure saves it as; no button if none is given.
    """
    ink = "#f2f4f8" if st.context.theme.type == "dark" else "#14161c"
    figure = go.Figure(chart.figure)
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
