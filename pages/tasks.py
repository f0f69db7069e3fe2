"""One task at a time: the images a learner is given, the images it is asked about, and where they lie on the map."""

import streamlit as st

from umeta.ui import state, tasks

st.title("Tasks", anchor=False)
st.markdown(
    "Clusters become small exams: a few labelled images of each, then others to recognise. Press **N** for another."
)
with state.explained():
    asked = tasks.controls()
    name, partitions = tasks.partitions_of(asked)
    batch = tasks.draw_task(partitions, asked.shape, asked.task)
    left, right = st.columns([2, 1], gap="medium")
    with left:
        tasks.how_to_read(asked, batch)
        tasks.grids(asked, partitions, batch)
    with right:
        tasks.mini_map(asked, name, partitions, batch)
