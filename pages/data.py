"""Data: the sets of images, the one in use first, then a person's own, then the others."""

import streamlit as st

from umeta.data import datasets_at_hand
from umeta.ui.data import cards
from umeta.ui.data.given_images import go_on
from umeta.ui.data.own_images import draw_own
from umeta.ui.frame import state
from umeta.ui.frame.errors import explained

go_on()
st.title("Data")
st.markdown(
    "The images that everything starts from. Their true classes are kept apart: they make the test tasks and "
    "the splits, and no embedding, clustering or training on clusters ever sees them. "
    "[Your own images](#own) are welcome, with or without labels."
)
home = state.home()
with explained():
    entries = datasets_at_hand(home)
in_use = next((entry for entry in entries if entry.name == state.selection().dataset), None)
draw_rest = cards.draw_in_use(home, in_use)
draw_own(home)
draw_rest()
for entry in sorted(entries, key=lambda entry: not entry.available):
    if entry is not in_use:
        cards.draw_card(entry, home)
st.markdown(
    f"Files are looked for in {cards.data_folders(home)}. Nothing is downloaded unless you ask for it."
)
