"""Data: the sets of images, those at hand first."""

import streamlit as st

from umeta.data import datasets_at_hand
from umeta.ui.data import cards
from umeta.ui.frame import state
from umeta.ui.frame.errors import explained

st.title("Data")
st.markdown(
    "The images that everything starts from. Their true classes are kept apart: they make the test tasks and "
    "the splits, and no embedding, clustering or training on clusters ever sees them. "
    "[Your own images](#own) are welcome too."
)
home = state.home()
with explained():
    entries = datasets_at_hand(home)
for entry in entries:
    if entry.available:
        cards.draw_card(entry, home)
cards.draw_own(home)
for entry in entries:
    if not entry.available:
        cards.draw_card(entry, home)
st.markdown(
    f"Files are looked for in {cards.data_folders(home)}. Nothing is downloaded unless you ask for it."
)
