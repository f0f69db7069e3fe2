"""For the teacher: a sheet with every link, to be printed, and what a class predicted set against the results."""

from collections.abc import Sequence
from html import escape
from urllib.parse import urlencode

import streamlit as st

from umeta.figures.predictions import predictions_chart
from umeta.lessons.lesson import Lesson
from umeta.ui.frame import links
from umeta.ui.frame.styles import style_beside
from umeta.ui.learn.hands import hands
from umeta.ui.learn.notebook_cell import predictions_cell
from umeta.ui.learn.player import facts_of
from umeta.ui.shared.charts import draw_chart


def draw_links(lessons: Sequence[Lesson]) -> None:
    """Draw all links of all lessons on one page."""
    st.markdown(
        "Every step has a link. *Present* opens it for a projector: Page Down and Page Up (a clicker) turn "
        "the steps, the digit keys choose an answer, Escape leaves. Print this page from the browser."
    )
    st.html(style_beside(__file__) + "".join(map(_sheet_html, range(1, len(lessons) + 1), lessons)))


def _sheet_html(number: int, lesson: Lesson) -> str:
    choices = " · ".join(f"{place} {escape(choice)}" for place, choice in enumerate(lesson.choices, start=1))
    steps = "".join(
        f"<li>{_link(lesson, step, name)} {_link(lesson, step, 'present', present=True)}</li>"
        for step, name in enumerate(lesson.steps, start=1)
    )
    return (
        f'<section class="umeta-sheet"><h4>{number} · {escape(lesson.title)}</h4><p>{escape(lesson.idea)}</p>'
        f"<p><b>{escape(lesson.question)}</b><br>{choices}</p><ol>{steps}</ol></section>"
    )


def _link(lesson: Lesson, step: int, words: str, *, present: bool = False) -> str:
    values = {links.LESSON: lesson.name, links.STEP: str(step)}
    query = urlencode(links.query(values | ({links.PRESENT: "true"} if present else {})))
    address = escape(f"{st.context.url or 'learn'}?{query}", quote=True)
    label = escape(f"{lesson.title}, step {step}{', to present' if present else ''}", quote=True)
    return f'<a href="{address}" aria-label="{label}">{escape(words)}</a>'


def draw_answer_sheet(lessons: Sequence[Lesson]) -> None:
    """Draw, for each lesson with a show of hands, how many predicted what, and what is right."""
    shown = [(lesson, hands(lesson)) for lesson in lessons if sum(hands(lesson))]
    if not shown:
        st.info(
            "No hands were counted yet. At a lesson's question choose *Count hands*, or present it, and type in "
            "how many predicted each answer; here they are set against the results.",
            icon=":material/back_hand:",
        )
        return
    for lesson, counts in shown:
        st.markdown(f"##### {lesson.title}")
        st.markdown(lesson.question)
        chart = predictions_chart(lesson.choices, counts, lesson.answer(facts_of(lesson)))
        draw_chart(chart, key=f"hands {lesson.name}", code=predictions_cell(lesson, counts))
