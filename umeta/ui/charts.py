"""How a chart is put on a page: the figure with its alternative text, and its numbers one click away."""

import streamlit as st

from umeta.figures.chart import Chart


def draw_chart(chart: Chart, *, key: str) -> None:
    """Draw the figure in the page's theme, and its table under it, folded.

    Args:
        chart: What to draw.
        key: Unique on the page.
    """
    st.plotly_chart(chart.figure, key=key, alt=chart.alt, config={"displayModeBar": False})
    with st.expander("Show as table", icon=":material/table:"):
        st.dataframe(dict(chart.table), hide_index=True, key=f"{key} table")
