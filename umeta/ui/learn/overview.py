"""The lessons to choose from, and what a teacher needs beside them."""

import streamlit as st

from umeta.lessons import LESSONS
from umeta.lessons.lesson import Lesson
from umeta.ui.frame import links, state
from umeta.ui.learn.teacher import draw_answer_sheet, draw_links

SECTIONS = {"Lessons": None, "For the teacher": draw_links, "What a class predicted": draw_answer_sheet}


def linked_lesson() -> Lesson | None:
    """Return the lesson of the link; a warning is drawn where there is no such lesson."""
    names = {lesson.name: lesson for lesson in LESSONS}
    links.announce_unknown(links.LESSON, names)
    return names.get(links.LESSON.read())


def draw_overview() -> None:
    """Draw the lessons, or the section that the link says."""
    links.announce_unknown(links.SECTION, SECTIONS)
    section = st.segmented_control(
        "Section",
        list(SECTIONS),
        default="Lessons",
        required=True,
        key=links.SECTION.key,
        bind="query-params",
        label_visibility="collapsed",
        wrap=True,
    )
    draw = SECTIONS[section or "Lessons"]
    draw(LESSONS) if draw else _draw_lessons()


def _draw_lessons() -> None:
    st.markdown(
        "Each lesson asks first and then shows what the computer found, computed here and now. Predict before you "
        "look: being wrong is what one remembers."
    )
    with st.grid(min_column_width=300):
        for number, lesson in enumerate(LESSONS, start=1):
            with st.container(border=True, height="stretch"):
                st.page_link(
                    state.page("learn"),
                    label=f"**{number} · {lesson.title}**",
                    query_params=links.query({links.LESSON: lesson.name}),
                )
                st.markdown(lesson.idea)
