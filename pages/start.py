"""Start: one task followed from unlabelled drawings to a learner's answers, all of it computed beforehand."""

import streamlit as st

from umeta.ui import start, state
from umeta.ui.demo import load_demo

demo = st.cache_resource(load_demo, show_spinner=False)()
start.tighten()
words, controls = st.columns([3, 1.35], vertical_alignment="bottom")
with words:
    st.title("Learning to learn, with no labels at all")
    st.markdown(start.lead(demo))
with controls, st.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center"):
    truth = st.toggle("Show the true characters", key="truth", bind="query-params")
    number = start.another_task(demo)

drawings, on_map, learning = st.columns([0.95, 2.2, 1.6], gap="small")
with drawings.container(border=True, height="stretch"):
    start.panel(1, "Drawings without names")
    start.draw_wall(demo, number)
    st.page_link(state.page("data"), label="Open in Data", icon=":material/photo_library:")
with on_map.container(border=True, height="stretch"):
    start.panel(2, "A map: alike lies near alike")
    start.draw_map(demo, number, truth=truth)
    st.page_link(state.page("explore"), label="Open in Explore", icon=":material/bubble_chart:")
with learning.container(border=True):
    start.panel(3, "Clusters become a practice task")
    start.draw_practice(demo, number, truth=truth)
    st.page_link(state.page("tasks"), label="Open in Tasks", icon=":material/grid_view:")
with learning.container(border=True):
    start.panel(4, "The exam: characters never met")
    start.draw_exam(demo, number, truth=truth)

with st.container(border=True):
    start.panel(None, "What the practice was worth")
    start.draw_results(demo)
    st.page_link(state.page("results"), label="Open in Results", icon=":material/bar_chart:")
start.say_how(demo)
