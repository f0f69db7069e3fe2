"""Two partitions of the same vectors side by side: their maps, their report cards, their sizes and purity."""

import streamlit as st

from umeta.ui import partitions, state

st.title("Partitions", anchor=False)
st.markdown(
    "A partition puts every image into one cluster; clusters then stand in for classes. Partition A is chosen in the "
    "sidebar, B here."
)
with state.explained():
    projection, revealed, task = partitions.controls()
    left, right = st.columns(2, gap="medium")
    with right:
        b = partitions.side_b(revealed)
        st.subheader(b.title, anchor=False)
        partitions.draw_side(b, projection, task)
    with left:
        a = partitions.side_a(revealed)
        st.subheader(a.title, anchor=False)
        partitions.draw_side(a, projection, task)
    partitions.compare(a, b, task)
