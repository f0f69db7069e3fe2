"""One task at a time: the images a learner is given, the images it is asked about, and where they lie on the map."""

from dataclasses import replace
from functools import partial

import streamlit as st

from umeta.ui.frame.errors import explained
from umeta.ui.frame.presenter import draw_in_turn, presented
from umeta.ui.tasks.browse import draw_browser
from umeta.ui.tasks.controls import draw_controls
from umeta.ui.tasks.guess import draw_guess
from umeta.ui.tasks.report_card import draw_difficulty, draw_report_card, draw_truth
from umeta.ui.tasks.single_task import draw_single_task, draw_task_map, draw_task_rows
from umeta.ui.tasks.source_comparison import PAIRS, draw_pair, draw_sources

DRAW_SECTION = {
    "one task": draw_single_task,
    "guess it": draw_guess,
    "side by side": draw_sources,
    "browse": draw_browser,
    "report card": draw_report_card,
}
# One thing at a time: what stands beside each other on the page comes one after the other.
FOR_A_HALL = {
    "one task": draw_task_rows,
    "on the map": draw_task_map,
    "guess it": draw_guess,
    **{" and ".join(pair): partial(draw_pair, sources=pair) for pair in PAIRS},
    "browse": draw_browser,
    "how hard": draw_difficulty,
    "how true": draw_truth,
}

st.title("Tasks", anchor=False)
if not presented():
    st.markdown(
        "Clusters become small exams: a few labelled images of each, then others to recognise. Press **N** for "
        "another."
    )
with explained():
    request = draw_controls()
    if presented():
        draw_in_turn(
            {name: partial(draw, replace(request, section=name)) for name, draw in FOR_A_HALL.items()}
        )
    else:
        DRAW_SECTION[request.section](request)
