"""Start: one task followed from unlabelled drawings to a learner's answers, all of it computed beforehand."""

import streamlit as st

from umeta.ui import start

demo = start.remembered_demo()
start.tighten()
words, controls = st.columns([3, 1.35], vertical_alignment="bottom")
with words:
    st.title("Learning to learn, with no labels at all")
    st.markdown(start.lead(demo))
with controls, st.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center"):
    truth = st.toggle("Show the true characters", key="truth", bind="query-params")
    number = start.another_task(demo)

with st.container(key="story"):
    drawings, on_map, learning = st.columns([0.95, 2.2, 1.6], gap="small")
with drawings.container(border=True, height="stretch", gap="small"):
    start.panel(1, "Unnamed drawings")
    start.draw_wall(demo, number)
    start.link("data", "Open in Data")
with on_map.container(border=True, height="stretch", gap="small"):
    start.panel(2, "A map: alike lies near alike", "explore", "Open in Explore")
    start.draw_map(demo, number, truth=truth)
with learning.container(border=True, gap="small"):
    start.panel(3, "Clusters make practice", "tasks", "Open in Tasks")
    start.draw_practice(demo, number, truth=truth)
with learning.container(border=True, height="stretch", gap="small"):
    start.panel(4, "The exam", "results", "Open in Results")
    start.draw_exam(demo, number, truth=truth)

with st.container(border=True):
    start.panel(None, "What the practice was worth")
    start.draw_results(demo)
    start.link("train", "Try it on other images, in Train")
start.say_how(demo)
