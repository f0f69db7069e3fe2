"""The embedding map: every image at its place, coloured by cluster, with the images behind what is selected."""

import streamlit as st

from umeta.ui import explore, gallery, state

st.title("Explore", anchor=False)
st.markdown(
    "Unlabelled images, laid out by how alike they look to the encoder. Groups of alike images become clusters."
)
with state.explained():
    shown, found = explore.controls()
    left, right = st.columns([5, 3], gap="medium")
    with left:
        chosen = explore.draw_map(shown, found)
    with right:
        gallery.gallery(shown, chosen)
    explore.how_to_read(shown)
