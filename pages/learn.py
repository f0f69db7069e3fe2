"""Learn: lessons that ask first and then reveal, each computed on the spot."""

import streamlit as st

from umeta.ui.frame.errors import explained
from umeta.ui.learn.overview import draw_overview, linked_lesson
from umeta.ui.learn.player import play

lesson = linked_lesson()
st.title(lesson.title if lesson else "Learn", anchor=False)
with explained():
    if lesson:
        play(lesson)
    else:
        draw_overview()
