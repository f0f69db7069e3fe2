"""The embedding map: every image at its place, coloured by cluster, with the images behind what is selected."""

import streamlit as st

from umeta.ui.explore.controls import draw_controls
from umeta.ui.explore.gallery import draw_gallery
from umeta.ui.explore.how_to_read import draw_how_to_read
from umeta.ui.explore.map import draw_map, prepare_map
from umeta.ui.explore.neighbours import draw_neighbours
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
        content, words = draw_controls()
        points, view = prepare_map(content, words)
    with left:
        selection = draw_map(content, points, view)
    with right:
        first_item = draw_gallery(content, selection)
    draw_how_to_read(content)
    draw_neighbours(content, first_item)
