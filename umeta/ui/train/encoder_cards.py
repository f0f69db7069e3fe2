"""The encoders that are being trained for pages, or whose training has ended early, as cards."""

import streamlit as st

from umeta.cache import Home
from umeta.runs.encoder_training import EncoderTraining, list_trainings, put_away
from umeta.runs.queue import positions
from umeta.stage import UserError
from umeta.ui.frame import access
from umeta.ui.frame.encoder_training import draw_end, draw_running
from umeta.ui.frame.text import plain
from umeta.ui.train.queue_order import Positions, draw_order
from umeta.ui.train.run_actions import act


def draw_encoders(home: Home) -> None:
    """Draw a card for each training that is not finished; nothing where there is none."""
    trainings = list_trainings(home)
    if not trainings:
        return
    st.markdown("##### Encoders in training")
    queued = positions(home)
    for training in trainings:
        with st.container(border=True):
            _draw_card(training, queued, home)


def _draw_card(training: EncoderTraining, queued: Positions, home: Home) -> None:
    try:
        order = training.order()
        st.markdown(f"**{plain(order.encoder.name)}** on **{plain(order.dataset.name)}**")
    except UserError as error:
        st.error(plain(error), icon=":material/error:")
    status = training.status()
    if status.may_run:
        draw_running(training)
        with st.container(horizontal=True):
            draw_order(training.path, queued, home)
        return
    draw_end(status)
    if access.is_full() and st.button(
        "Put away", key=f"forget {training.path.name}", help="Removes this card; it has made nothing yet."
    ):
        act(lambda: put_away(training), asks_for="Putting away a training")
