"""One task at a time: the images a learner is given, the images it is asked about, and where they lie on the map."""

import streamlit as st

from umeta.ui.frame import state
from umeta.ui.tasks.browse import browse
from umeta.ui.tasks.controls import controls
from umeta.ui.tasks.guess import guess_it
from umeta.ui.tasks.report_card import report_card
from umeta.ui.tasks.single_task import one_task
from umeta.ui.tasks.source_comparison import side_by_side

VIEWS = {
    "one task": one_task,
    "guess it": guess_it,
    "side by side": side_by_side,
    "browse": browse,
    "report card": report_card,
}

st.title("Tasks", anchor=False)
st.markdown(
    "Clusters become small exams: a few labelled images of each, then others to recognise. Press **N** for another."
)
with state.explained():
    asked = controls()
    VIEWS[asked.view](asked)
