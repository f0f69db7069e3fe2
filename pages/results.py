"""Results: one sentence, one chart of all methods on the same tasks, and a section for each further question."""

import streamlit as st

from umeta.results.contenders import Over
from umeta.ui.frame import links
from umeta.ui.frame.errors import explained
from umeta.ui.frame.presenter import draw_in_turn, presented
from umeta.ui.results.cost import draw_config, draw_cost
from umeta.ui.results.downloads import draw_downloads
from umeta.ui.results.hard_tasks import draw_first_task, draw_hard_tasks, draw_ranking
from umeta.ui.results.headline import draw_answer, draw_footing, draw_notes
from umeta.ui.results.microscope import draw_inside
from umeta.ui.results.numbers import draw_numbers
from umeta.ui.results.overview import draw_overview, pick_over, pick_paper
from umeta.ui.results.paired_differences import draw_differences
from umeta.ui.results.result_set import pick, pick_setting
from umeta.ui.results.rounds import draw_rounds, iterated_runs
from umeta.ui.results.switches import draw_switches
from umeta.ui.results.task_by_task import draw_per_task, draw_task_by_task, draw_who_is_right

st.title("Results", anchor=False)
with explained():
    results = pick()
    head = st.container()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        results = pick_setting(results)
        over: Over = pick_over(results.charted)
        references = pick_paper(results)
    sections = {
        "Numbers": lambda: draw_numbers(results),
        "Who beats whom?": lambda: draw_differences(results, over),
        "Task by task": lambda: draw_task_by_task(results),
        "Which tasks are hard?": lambda: draw_hard_tasks(results),
        "What did it cost?": lambda: draw_cost(results),
        "Inside a learner": lambda: draw_inside(results),
        **({"By round": lambda: draw_rounds(results)} if iterated_runs(results) else {}),
        "Why is my number different?": draw_switches,
        "Take away": lambda: draw_downloads(results, over),
        "Config": lambda: draw_config(results),
    }
    if presented():
        draw_in_turn(
            {
                "the answer": lambda: draw_answer(results),
                "the chart": lambda: draw_overview(results, over, references),
                "who beats whom": sections["Who beats whom?"],
                "task by task": lambda: draw_per_task(results),
                "who is right": lambda: draw_who_is_right(results),
                "which tasks are hard": lambda: draw_ranking(results),
                "the first of them": lambda: draw_first_task(results),
                "what it cost": sections["What did it cost?"],
                "inside a learner": sections["Inside a learner"],
            }
        )
        st.stop()
    with head:
        draw_answer(results)
    draw_overview(results, over, references)
    draw_footing(results)
    draw_notes(results)
    links.announce_unknown(links.SECTION, sections)
    for tab, draw in zip(
        st.tabs(list(sections), key=links.SECTION.key, bind="query-params"), sections.values(), strict=True
    ):
        if tab.open:
            with tab:
                draw()
