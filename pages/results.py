"""Results: one sentence, one chart of all methods on the same tasks, and a section for each further question."""

import streamlit as st

from umeta.results.contenders import Over
from umeta.ui.frame import links
from umeta.ui.frame.errors import explained
from umeta.ui.results import cost, headline, microscope, numbers, overview, paired_differences, task_by_task
from umeta.ui.results.result_set import pick, pick_setting

st.title("Results", anchor=False)
with explained():
    runs = pick()
    head = st.container()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        shown = pick_setting(runs)
        over: Over = overview.pick_over(shown.drawn)
        paper = overview.pick_paper(shown)
    with head:
        headline.answer(shown)
    overview.overview(shown, over, paper)
    headline.footing(shown)
    sections = {
        "Numbers": lambda: numbers.draw_numbers(shown),
        "Who beats whom?": lambda: paired_differences.versus(shown, over),
        "Task by task": lambda: task_by_task.draw_task_by_task(shown),
        "Which tasks are hard?": lambda: task_by_task.draw_hard_tasks(shown),
        "What did it cost?": lambda: cost.draw_cost(shown),
        "Inside a learner": lambda: microscope.draw_inside(shown),
        "Take away": lambda: numbers.take_away(shown, over),
        "Config": lambda: cost.draw_config(shown),
    }
    links.announce_unknown(links.SECTION, sections)
    for tab, draw in zip(
        st.tabs(list(sections), key=links.SECTION.key, bind="query-params"), sections.values(), strict=True
    ):
        if tab.open:
            with tab:
                draw()
