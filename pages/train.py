"""Train: start a run or a study, watch it, stop it, go on with it."""

import streamlit as st

from umeta.ui.frame import state
from umeta.ui.frame.errors import explained
from umeta.ui.train import encoder_cards, import_runs, launcher, run_cards, study_cards

st.title("Train")
st.markdown(
    "A run embeds the images, clusters them, trains a learner on practice tasks made of the clusters, and judges "
    "it beside every baseline on saved test tasks."
)
home = state.home()
with explained():
    on_top = st.container()
    encoder_cards.draw_encoders(home)
    run_cards.draw_runs(home)
    import_runs.draw_import(home)
    study_cards.draw_studies(home)
    with on_top:  # last, for it imports torch: runs can be watched meanwhile
        launcher.draw_launcher(home)
