"""Results: one sentence, one chart of all methods on the same tasks, and a section for each further question."""

import streamlit as st

from umeta.results.contenders import Over
from umeta.ui.frame import links
from umeta.ui.frame.errors import explained
from umeta.ui.results.cost import draw_config, draw_cost
from umeta.ui.results.downloads import draw_downloads
from umeta.ui.results.headline import draw_answer, draw_footing, draw_notes
from umeta.ui.results.microscope import draw_inside
from umeta.ui.results.numbers import draw_numbers
from umeta.ui.results.overview import draw_overview, pick_over, pick_paper
from umeta.ui.results.paired_differences import draw_differences
from umeta.ui.results.result_set import pick, pick_setting
from umeta.ui.results.task_by_task import draw_hard_tasks, draw_task_by_task

st.title("Results", anchor=False)
with explained():
    results = pick()
    head = st.container()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        results = pick_setting(results)
        over: Over = pick_over(results.charted)
        references = pick_paper(results)
    with head:
        draw_answer(results)
    draw_overview(results, over, references)
    draw_footing(results)
    draw_notes(results)
    sections = {
        "Numbers": lambda: draw_numbers(results),
        "Who beats whom?": lambda: draw_differences(results, over),
        "Task by task": lambda: draw_task_by_task(results),
        "Which tasks are hard?": lambda: draw_hard_tasks(results),
        "What did it cost?": lambda: draw_cost(results),
        "Inside a learner": lambda: draw_inside(results),
        "Take away": lambda: draw_downloads(results, over),
        "Config": lambda: draw_config(results),
    }
    links.announce_unknown(links.SECTION, sections)
    for tab, draw in zip(
        st.tabs(list(sections), key=links.SECTION.key, bind="query-params"), sections.values(), strict=True
    ):
        if tab.open:
            with tab:
                draw()
