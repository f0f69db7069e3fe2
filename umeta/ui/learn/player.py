"""A lesson on screen, step by step: the question, the reveal frame by frame, what to try."""

from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from umeta.lessons.lesson import Lesson, Scene, verdict
from umeta.lessons.saved_page import parts_of
from umeta.stage import OnStep
from umeta.ui.frame import links, state
from umeta.ui.frame.errors import explained
from umeta.ui.frame.memory import remember
from umeta.ui.frame.page_settings import KEPT
from umeta.ui.frame.presenter import draw_turns, presented
from umeta.ui.frame.styles import style_beside
from umeta.ui.learn.hands import draw_choices, forget, hands, prediction
from umeta.ui.learn.notebook_cell import scene_cell
from umeta.ui.shared.charts import draw_chart, plot
from umeta.ui.shared.reveal import not_seen_badge
from umeta.ui.shared.static_page import draw_save_page


def facts_of(lesson: Lesson) -> Any:
    """Return what a lesson computed, made once under a progress bar."""

    def make(on_step: OnStep) -> Any:
        return lesson.prepare(state.home(), on_step)

    return remember("lesson", lesson.name, label="Preparing the lesson", make=make)


@st.fragment
def play(lesson: Lesson) -> None:
    """Draw the step of the lesson that the link says, and the ways to the others."""
    with explained():
        _draw_step(lesson)


def _draw_step(lesson: Lesson) -> None:
    linked = links.STEP.read()
    step = min(max(int(float(linked)), 1), lesson.n_steps) if linked else 1
    st.html(style_beside(__file__))
    facts = facts_of(lesson)
    with st.container(key=f"lesson step {step}"):
        if step == 1:
            _draw_question(lesson, facts)
        elif step < lesson.n_steps:
            _draw_reveal(lesson, facts, step)
        else:
            _draw_tries(lesson, facts)
    with st.container(horizontal=True, vertical_alignment="center"):
        draw_turns(step - 1, lesson.n_steps, lambda to: links.STEP.write(to + 1))
        if not presented():
            st.button(
                "Start over", icon=":material/replay:", key="start over", on_click=_start_over, args=(lesson,)
            )
            if st.button("All lessons", icon=":material/list:", key="all lessons"):
                links.LESSON.remove()
                links.STEP.remove()
                st.rerun()


def _draw_question(lesson: Lesson, facts: Any) -> None:
    with _beside(lesson, lesson.ask(facts), None):
        st.markdown(f"#### {lesson.question}")
        count_hands = presented() or st.toggle(
            "Count hands", sum(hands(lesson)) > 0, key="count hands", persist_state=KEPT
        )
        draw_choices(lesson, count_hands=count_hands)


def _draw_reveal(lesson: Lesson, facts: Any, step: int) -> None:
    frame = step - 2
    scene = lesson.reveal(facts, frame)
    with _beside(lesson, scene, frame):
        if len(lesson.frames) > 1:
            _draw_frames(lesson, frame)
        if frame == 0:
            st.markdown(verdict(lesson, lesson.answer(facts), prediction(lesson), hands(lesson)))
        if scene.uses_classes and not presented():
            not_seen_badge()


def _draw_frames(lesson: Lesson, frame: int) -> None:
    """Draw the slider over the frames; turning the step moves it too."""
    shown = f"frame of {lesson.name}"
    st.session_state[shown] = lesson.frames[frame]

    def go() -> None:
        links.STEP.write(lesson.frames.index(st.session_state[shown]) + 2)

    with st.container(key="for the hall frames"):
        st.select_slider("Frame", lesson.frames, key=shown, on_change=go, label_visibility="collapsed")


def _draw_tries(lesson: Lesson, facts: Any) -> None:
    st.markdown(f"**{lesson.idea}**")
    st.markdown(verdict(lesson, lesson.answer(facts), prediction(lesson), hands(lesson)))
    if not presented():
        draw_save_page(
            lesson.title, lesson.idea, lambda: parts_of(lesson, facts), name=f"lesson-{lesson.name}"
        )
    st.markdown("#### Try it")
    with st.container(key="for the hall tries"):
        for one in lesson.tries:
            st.page_link(
                state.page(one.page),
                label=one.what,
                icon=":material/arrow_forward:",
                query_params=one.query,
            )


def _beside(lesson: Lesson, scene: Scene, frame: int | None) -> DeltaGenerator:
    """Draw a scene, its words at the left and its pictures at the right; return the place under the words.

    Args:
        lesson: Whose scene.
        scene: What to draw.
        frame: Of the reveal; None for the question.
    """
    words, pictures = st.columns([1, 1.9], gap="medium")
    with pictures:
        for number, picture in enumerate(scene.pictures):
            key = f"picture {number} of {frame}"
            if isinstance(picture, str):
                st.html(picture)
            elif presented():
                plot(picture, key=key)
            else:
                draw_chart(picture, key=key, code=scene_cell(lesson, frame, number))
    words.markdown(scene.text)
    return words


def _start_over(lesson: Lesson) -> None:
    forget(lesson)
    links.STEP.write(1)
