"""Start: one task followed from unlabelled drawings to a learner's answers, all of it computed beforehand."""

import streamlit as st

from umeta.ui.frame import links
from umeta.ui.start import map_panel, panels, results_panel

demo = panels.remembered_demo()
panels.apply_style()
title, controls = st.columns([3, 1.35], vertical_alignment="bottom")
with title:
    st.title("Learning to learn, with no labels at all")
    st.markdown(panels.lead(demo))
with controls, st.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center"):
    truth = st.toggle("Show the true characters", key=links.TRUTH.key, bind="query-params")
    number = panels.another_task(demo)

with st.container(key="story"):
    drawings, on_map, learning = st.columns([0.95, 2.2, 1.6], gap="small")
with drawings.container(border=True, height="stretch", gap="small"):
    panels.draw_heading(1, "Unnamed drawings")
    panels.draw_drawings(demo, number)
    panels.draw_link("data", "All data sets", panels.LIKE_THE_DEMO)
with on_map.container(border=True, height="stretch", gap="small"):
    panels.draw_heading(2, "A map: like lies near like", "explore", "Explore such drawings")
    map_panel.draw_map(demo, number, truth=truth)
with learning.container(border=True, gap="small"):
    panels.draw_heading(3, "Clusters make practice", "tasks", "More such tasks")
    panels.draw_practice(demo, number, truth=truth)
with learning.container(border=True, height="stretch", gap="small"):
    panels.draw_heading(4, "The exam", "results", "All its results")
    panels.draw_exam(demo, number, truth=truth)

with st.container(border=True):
    panels.draw_heading(None, "What the practice was worth")
    results_panel.draw_results(demo)
    panels.draw_link("train", "Try it on other images, in Train")
results_panel.draw_provenance(demo)
