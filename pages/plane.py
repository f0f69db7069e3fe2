"""The task plane: every way of making tasks that was tried, and what practice on it adds."""

import streamlit as st

from umeta.ui.frame import links
from umeta.ui.frame.errors import explained
from umeta.ui.plane.associations import draw_associations
from umeta.ui.plane.curves import draw_curves
from umeta.ui.plane.forecast import draw_forecast
from umeta.ui.plane.noise_dial import draw_noise_dial
from umeta.ui.plane.overview import draw_answer, draw_plane
from umeta.ui.plane.pinned import draw_pinned
from umeta.ui.plane.shown_points import pick_points

st.title("Plane", anchor=False)
st.markdown(
    "Each mark is one way of making tasks from unlabelled images. **Further left** fewer of its pairs are wrong, "
    "**higher** there are more different ones, and the **colour** is what practice on them added. Point at a mark to "
    "be dealt one of its tasks; click it to compare."
)
with explained():
    shown = pick_points()
    draw_answer(shown)
    draw_plane(shown)
    sections = {
        "Two constructions": lambda: draw_pinned(shown),
        "Turn the noise": lambda: draw_noise_dial(shown),
        "Over k and P": lambda: draw_curves(shown.points),
        "What goes with the gain?": lambda: draw_associations(shown),
        "Yours": lambda: draw_forecast(shown),
    }
    links.announce_unknown(links.SECTION, sections)
    section = st.segmented_control(
        "Questions",
        list(sections),
        default=next(iter(sections)),
        required=True,
        wrap=True,
        key=links.SECTION.key,
        bind="query-params",
        label_visibility="collapsed",
    )
    sections[section or next(iter(sections))]()
