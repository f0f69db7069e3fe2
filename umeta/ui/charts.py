"""How a chart is put on a page: the figure with its alternative text, and its numbers one click away."""

import plotly.graph_objects as go
import streamlit as st

from umeta.figures.chart import Chart


def draw_chart(chart: Chart, *, key: str) -> None:
    """Draw the figure in the page's theme, and its table under it, folded.

    Args:
        chart: What to draw.
        key: Unique on the page.
    """
    plot(chart, key=key)
    with st.expander("Show as table", icon=":material/table:"):
        st.dataframe(dict(chart.table), hide_index=True, key=f"{key} table")


def plot(chart: Chart, *, key: str) -> None:
    """Draw the figure alone, its words in the page's text colour: Streamlit's grey for axes is too faint to read."""
    ink = "#f2f4f8" if st.context.theme.type == "dark" else "#14161c"
    figure = go.Figure(chart.figure)
    figure.update_layout(font_color=ink, legend_font_color=ink)
    figure.update_xaxes(tickfont_color=ink, title_font_color=ink)
    figure.update_yaxes(tickfont_color=ink, title_font_color=ink)
    figure.update_annotations(font_color=ink)
    st.plotly_chart(figure, key=key, alt=chart.alt, config={"displayModeBar": False})
