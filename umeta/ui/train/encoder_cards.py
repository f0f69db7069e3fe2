"""The encoders that are being trained for pages, or whose training has ended early, as cards."""

import shutil

import streamlit as st

from umeta.cache import Home
from umeta.runs.encoder_training import EncoderTraining, list_trainings
from umeta.stage import UserError
from umeta.ui.frame.encoder_training import draw_end, draw_running
from umeta.ui.frame.text import plain


def draw_encoders(home: Home) -> None:
    """Draw a card for each training that is not finished; nothing where there is none."""
    trainings = list_trainings(home)
    if not trainings:
        return
    st.markdown("##### Encoders in training")
    for training in trainings:
        with st.container(border=True):
            _draw_card(training)


def _draw_card(training: EncoderTraining) -> None:
    try:
        order = training.order()
        st.markdown(f"**{plain(order.encoder.name)}** on **{plain(order.dataset.name)}**")
    except UserError as error:
        st.error(plain(error), icon=":material/error:")
    status = training.status()
    if status.may_run:
        draw_running(training)
        return
    draw_end(status)
    if st.button(
        "Put away", key=f"forget {training.path.name}", help="Removes this card; it has made nothing yet."
    ):
        shutil.rmtree(training.path, ignore_errors=True)
        st.rerun()
