"""Which k teaches best? What practice on clusters reached over k and over P, on the images that this was tried on."""

import streamlit as st

from umeta.ui.frame import state
from umeta.ui.frame.text import code
from umeta.ui.shared.plane_curves import draw_plane_curves
from umeta.ui.shared.plane_points import STUDIES, loaded_plane


def draw_taught() -> None:
    """Draw the curves of the task plane for each set of images that has them."""
    if not filled_studies():
        st.info(
            f"No training over k is made yet: {code('umeta study plane')}, then {code('umeta plane')}.",
            icon=":material/hourglass_empty:",
        )
        return
    st.markdown(
        "No number that a partition has by itself tells which k teaches best; training does. This is what short "
        "trainings reached on clusters of some encoders, each on the same 1,000 test tasks."
    )
    for study in filled_studies():
        draw_study(study)
    st.page_link(state.page("plane"), label="All constructions on the plane", icon=":material/scatter_plot:")


def filled_studies() -> list[str]:
    """Return the studies that have points on the plane."""
    plane = loaded_plane()
    return [study for study in STUDIES if plane.of(study)]


def draw_study(study: str) -> None:
    """Draw the curves of a study."""
    st.subheader(STUDIES[study], anchor=False)
    draw_plane_curves(loaded_plane().of(study), key=study)
