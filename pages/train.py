"""Train: start a run or a study, watch it, stop it, go on with it."""

import streamlit as st

from umeta.ui import launcher, runs, state, studies

st.title("Train")
st.markdown(
    "A run embeds the images, clusters them, trains a learner on practice tasks made of the clusters, and judges "
    "it beside every baseline on saved test tasks."
)
home = state.home()
with state.explained():
    launcher.draw_launcher(home)
    runs.draw_runs(home)
    studies.draw_studies(home)
