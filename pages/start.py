"""Start: one task followed from unlabelled drawings to a learner's answers, all of it computed beforehand."""

import streamlit as st

from umeta.ui.start import panels

demo = panels.remembered_demo()
panels.tighten()
words, controls = st.columns([3, 1.35], vertical_alignment="bottom")
with words:
    st.title("Learning to learn, with no labels at all")
    st.markdown(panels.lead(demo))
with controls, st.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center"):
    truth = st.toggle("Show the true characters", key="truth", bind="query-params")
    number = panels.another_task(demo)

with st.container(key="story"):
    drawings, on_map, learning = st.columns([0.95, 2.2, 1.6], gap="small")
with drawings.container(border=True, height="stretch", gap="small"):
    panels.panel(1, "Unnamed drawings")
    panels.draw_wall(demo, number)
    panels.link("data", "Open in Data")
with on_map.container(border=True, height="stretch", gap="small"):
    panels.panel(2, "A map: alike lies near alike", "explore", "Open in Explore")
    panels.draw_map(demo, number, truth=truth)
with learning.container(border=True, gap="small"):
    panels.panel(3, "Clusters make practice", "tasks", "Open in Tasks")
    panels.draw_practice(demo, number, truth=truth)
with learning.container(border=True, height="stretch", gap="small"):
    panels.panel(4, "The exam", "results", "Open in Results")
    panels.draw_exam(demo, number, truth=truth)

with st.container(border=True):
    panels.panel(None, "What the practice was worth")
    panels.draw_results(demo)
    panels.link("train", "Try it on other images, in Train")
panels.say_how(demo)
