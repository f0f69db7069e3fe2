"""The embedding map: every image at its place, coloured by cluster, with the images behind what is selected."""

import streamlit as st

from umeta.ui.explore import controls, gallery, neighbours
from umeta.ui.frame.errors import explained

st.title("Explore", anchor=False)
st.markdown(
    "Unlabelled images, laid out by how alike they look to the encoder. Groups of alike images become clusters."
)
# The map keeps its zoom only while its place on the page stays: what comes and goes above it has a box of its own.
above = st.container()
left, right = st.columns([5, 3], gap="medium")
with explained():
    with above:
        shown, found = controls.controls()
        points, view = controls.prepare(shown, found)
    with left:
        chosen = controls.draw_map(shown, points, view)
    with right:
        first = gallery.gallery(shown, chosen)
    controls.how_to_read(shown)
    neighbours.neighbours(shown, first)
