"""The panels of Start but the map: unnamed drawings, a practice task, an exam; each with its sentence."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import streamlit as st

from umeta.demo import DEMO, Demo, load_demo
from umeta.randomness import Stream, numpy_generator
from umeta.ui.frame import links, state
from umeta.ui.start.pictures import drawings_html, exam_html, practice_html

LIKE_THE_DEMO = links.query({links.DATASET: "glyphs"})
"""What links of the story choose: the invented characters that its own drawings are some of."""
ITS_RESULTS = links.query({links.RUN: DEMO})
N_DRAWINGS = 60
"""Drawings in the first panel, those of the practice task among them."""


@st.cache_resource(max_entries=1, show_spinner=False)
def remembered_demo() -> Demo:
    """Return the bundled demo, read once."""
    return load_demo()


def apply_style() -> None:
    """Apply the page's own CSS."""
    st.html(Path(__file__).with_name("start.css"))


def lead(demo: Demo) -> str:
    """Return two sentences on what there is to see."""
    row = demo.row("learner")
    return (
        "A computer sorts drawings by how alike they look, makes itself practice tasks from the piles, and then "
        f"learns **new** characters from **one** example each: **{100 * row.accuracy:.0f}%** right where "
        f"guessing gets {100 / row.n_way:.0f}%."
    )


def another_task(demo: Demo) -> int:
    """Draw the button and return the number of the task, which is in the URL."""
    n_tasks = len(demo.exams)
    linked = links.DEMO_TASK.read()
    number = (int(linked) - 1) % n_tasks if linked.isdecimal() else 0

    def move() -> None:
        links.DEMO_TASK.write((number + 1) % n_tasks + 1)

    st.button(
        "Another task", icon=":material/shuffle:", type="primary", on_click=move, key="another", shortcut="n"
    )
    return number


def draw_heading(number: int | None, title: str, page: str = "", link_label: str = "") -> None:
    """Head a panel, with a link to the page that goes further: on such drawings, or to the demo's own results."""
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.markdown(f"###### {f':blue-badge[{number}] ' if number else ''}{title}", width="content")
        if page:
            draw_link(page, link_label, ITS_RESULTS if page == "results" else LIKE_THE_DEMO)


def draw_link(page: str, label: str, query: Mapping[str, str] | None = None) -> None:
    """Link to a page, with what is chosen there."""
    st.page_link(
        state.page(page),
        label=label,
        icon=":material/arrow_forward:",
        width="content",
        query_params=query,
    )


def draw_drawings(demo: Demo, number: int) -> None:
    """Show drawings, those of the practice task among them."""
    rng = numpy_generator(number, Stream.START_TASK)
    in_task = demo.practice[number].ravel()
    elsewhere = np.setdiff1d(demo.points.items, in_task)
    others = rng.choice(elsewhere, N_DRAWINGS - len(in_task), replace=False)
    items = rng.permutation(np.concatenate([in_task, others]))
    st.html(drawings_html(demo, items.tolist(), f"{N_DRAWINGS} of the drawings, in no order"))
    st.markdown(f"{len(demo.points):,} drawings; here are a few. No one has said what they are.")


def draw_practice(demo: Demo, number: int, *, truth: bool) -> None:
    """Show the practice task."""
    task = demo.practice[number]
    st.html(practice_html(demo, task, truth=truth))
    if not truth:
        st.markdown("Each row is one cluster. Given its first drawing, recognise the others.")
        return
    classes = demo.classes[task]
    same_character = classes[:, 1:] == classes[:, :1]
    st.markdown(
        f"✗ is another character than the row's first; **{same_character.sum()} of {same_character.size}** are the "
        "same. Practice may be wrong, yet the exam goes well."
    )


def draw_exam(demo: Demo, number: int, *, truth: bool) -> None:
    """Show a test task as the trained learner solved it."""
    exam = demo.exams[number]
    st.html(exam_html(demo, exam, demo.about["learner"], truth=truth))
    n_right = {part: int(exam.right(demo.about[part]).sum()) for part in ("learner", "baseline", "oracle")}
    n_queries = exam.query.size
    st.markdown(
        "New characters: beside each example, the drawings that the learner took for the same. "
        f"**{n_right['learner']} of {n_queries} right**; without practice {n_right['baseline']}, practised with true "
        f"labels {n_right['oracle']}, by guessing {n_queries // len(exam.support)}."
    )
