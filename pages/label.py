"""Label: a person marks some ten images of a few classes, and the methods are judged by them."""

import streamlit as st

from umeta.ui.frame.errors import explained
from umeta.ui.label.board import draw_label

st.title("Label", anchor=False)
st.markdown(
    "No labels? Give some ten images each to 5 to 20 classes of your own, and every method is judged by them."
)
with explained():
    draw_label()
