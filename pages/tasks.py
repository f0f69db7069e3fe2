"""One task at a time: the images a learner is given, the images it is asked about, and where they lie on the map."""

import streamlit as st

from umeta.ui.frame.errors import explained
from umeta.ui.tasks.browse import draw_browser
from umeta.ui.tasks.controls import draw_controls
from umeta.ui.tasks.guess import draw_guess
from umeta.ui.tasks.report_card import draw_report_card
from umeta.ui.tasks.single_task import draw_single_task
from umeta.ui.tasks.source_comparison import draw_sources

DRAW_SECTION = {
    "one task": draw_single_task,
    "guess it": draw_guess,
    "side by side": draw_sources,
    "browse": draw_browser,
    "report card": draw_report_card,
}

st.title("Tasks", anchor=False)
st.markdown(
    "Clusters become small exams: a few labelled images of each, then others to recognise. Press **N** for another."
)
with explained():
    request = draw_controls()
    DRAW_SECTION[request.section](request)
