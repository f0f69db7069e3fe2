"""Two partitions of the same vectors side by side: their maps, their report cards, their sizes and purity."""

import streamlit as st

from umeta.ui import partitions, state

st.title("Partitions", anchor=False)
st.markdown(
    "A partition puts every image into one cluster; clusters then stand in for classes. "
    "Partition A is chosen in the sidebar, B here."
)
with state.explained():
    projection, revealed, task = partitions.controls()
    b = partitions.side_b(revealed)
    a = partitions.side_a(revealed)
    chosen = []
    for column, side in zip(st.columns(2, gap="medium"), (a, b), strict=True):
        with column:
            chosen.append(partitions.draw_side(side, projection))
    partitions.compare(a, b)
    partitions.selection_gallery(a, b, projection, chosen)
    partitions.report_cards(a, b, task)
    partitions.charts(a, b, task)
