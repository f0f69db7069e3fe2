"""Draw: a character drawn by hand, and what three methods take it for at once."""

import streamlit as st

from umeta.ui.draw.board import draw_board
from umeta.ui.frame.errors import explained

st.title("Draw", anchor=False)
st.markdown(
    "One example of each class is all that these methods are given. They were trained without a single label."
)
with explained():
    draw_board()
