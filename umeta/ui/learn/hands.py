"""What was predicted: by one person, and by a class that showed hands. Both are in the link."""

import streamlit as st

from umeta.lessons.lesson import Lesson
from umeta.ui.frame import links

MOST = 999
_KEPT = "umeta.hands"


def prediction(lesson: Lesson) -> int | None:
    """Return the place of the answer that was predicted, from 0; None before that."""
    text = links.PREDICTION.of(lesson.name).read()
    number = int(float(text)) if text else 0
    return number - 1 if 1 <= number <= len(lesson.choices) else None


def hands(lesson: Lesson) -> tuple[int, ...]:
    """Return how many predicted each answer: as the link says, else as it was last typed in; zeros before that."""
    text = links.HANDS.of(lesson.name).read()
    counts = counts_of(text, len(lesson.choices))
    return counts or st.session_state.get(_KEPT, {}).get(lesson.name) or (0,) * len(lesson.choices)


def counts_of(text: str, n_choices: int) -> tuple[int, ...] | None:
    """Return the counts that a link's text holds, as `12-3-9`; None where it is no such text."""
    parts = text.split("-")
    if len(parts) != n_choices or not all(part.isdecimal() and int(part) <= MOST for part in parts):
        return None
    return tuple(map(int, parts))


def draw_choices(lesson: Lesson, *, count_hands: bool) -> None:
    """Draw a button for each answer, which a digit key presses too (`umeta.ui.frame.presenter`).

    Args:
        lesson: Whose answers.
        count_hands: Whether there is a field beside each, into which a show of hands is typed.
    """
    chosen, counts = prediction(lesson), hands(lesson)
    with st.container(key="for the hall choices", gap="small"):
        for place, choice in enumerate(lesson.choices):
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.button(
                    f"{place + 1} · {choice}",
                    key=f"choice {place + 1}",
                    type="primary" if place == chosen else "secondary",
                    width="stretch",
                    on_click=links.PREDICTION.of(lesson.name).write,
                    args=(place + 1,),
                )
                if count_hands:
                    _draw_field(lesson, place, counts[place])


def _draw_field(lesson: Lesson, place: int, count: int) -> None:
    shown = _field(lesson, place)
    st.session_state[shown] = count
    st.number_input(
        f"Hands for {place + 1}",
        0,
        MOST,
        key=shown,
        on_change=_keep,
        args=(lesson,),
        width=120,
        label_visibility="collapsed",
        help="How many hands went up for it.",
    )


def _field(lesson: Lesson, place: int) -> str:
    return f"hands {lesson.name} {place + 1}"


def _keep(lesson: Lesson) -> None:
    counts = tuple(int(st.session_state[_field(lesson, place)]) for place in range(len(lesson.choices)))
    links.HANDS.of(lesson.name).write("-".join(map(str, counts)))
    st.session_state[_KEPT] = {**st.session_state.get(_KEPT, {}), lesson.name: counts}


def forget(lesson: Lesson) -> None:
    """Take back what was predicted in a lesson."""
    links.PREDICTION.of(lesson.name).remove()
    links.HANDS.of(lesson.name).remove()
    kept = st.session_state.get(_KEPT, {})
    st.session_state[_KEPT] = {name: counts for name, counts in kept.items() if name != lesson.name}
    for place in range(len(lesson.choices)):
        st.session_state.pop(_field(lesson, place), None)
