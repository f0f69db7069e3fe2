"""What the controls of the tasks page ask for, all of it in the link."""

from dataclasses import dataclass

import streamlit as st

from umeta.tasks import TaskConfig
from umeta.ui.frame import links
from umeta.ui.frame.links import say
from umeta.ui.shared.reveal import not_seen_badge, reveal_toggle
from umeta.ui.shared.task_shape import task_shape

VIEWS = ("one task", "guess it", "side by side", "browse", "report card")
SOURCES = ("partition A", "random", "augmented", "oracle", "test tasks")
NEED_CLASSES = ("oracle", "test tasks")
NUMBERED = ("one task", "guess it", "side by side")
"""Views of the task whose number is given."""


@dataclass(frozen=True)
class Asked:
    """What the controls ask for; the same values always give the same task."""

    view: str
    shape: TaskConfig
    source: str
    task: int
    n_partitions: int
    number: int | None
    """The partition to draw from, None for any of them."""
    revealed: bool


def controls() -> Asked:
    """Draw the controls and return what they ask for."""
    with st.container(horizontal=True, vertical_alignment="center"):
        links.announce_unknown(links.SECTION, VIEWS)
        view = st.segmented_control(
            "Show",
            VIEWS,
            default=VIEWS[0],
            required=True,
            key=links.SECTION.key,
            bind="query-params",
            label_visibility="collapsed",
            wrap=True,
        )
        revealed = reveal_toggle()
        if revealed:
            not_seen_badge()
    view = view or VIEWS[0]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.button(
            "New task",
            icon=":material/casino:",
            type="primary",
            shortcut="N",
            on_click=_next_task,
            disabled=view not in NUMBERED,
        )
        task = st.number_input(
            "Task",
            min_value=0,
            max_value=2**31 - 1,
            key="task",
            bind="query-params",
            width=130,
            disabled=view not in NUMBERED,
            help="The number that the task is drawn from: the same number gives the same task on any machine.",
        )
        source = _pick_source(view, revealed)
        with st.popover(
            "Task shape", icon=":material/tune:", help="Ways, shots, queries; from which partitions."
        ):
            shape = task_shape()
            count, number = _pick_partitions()
    return Asked(view, shape, source, task, count, number, revealed)


def open_task(number: int) -> None:
    """Show one task by its number at the next rerun; for callbacks."""
    st.session_state["task"], st.session_state[links.SECTION.key] = number, VIEWS[0]


def _next_task() -> None:
    st.session_state["task"] = int(st.session_state.get("task", 0)) + 1


def _pick_source(view: str, revealed: bool) -> str:
    options = [name for name in SOURCES if revealed or name not in NEED_CLASSES]
    asked = st.query_params.get("source", "")
    if st.session_state.get("source", asked or SOURCES[0]) not in options:
        st.session_state["source"] = SOURCES[0]
        if asked in NEED_CLASSES:
            say("This link shows tasks of true classes. Reveal them to see it so.")
    source = st.segmented_control(
        "Tasks from",
        options,
        default=SOURCES[0],
        required=True,
        key="source",
        bind="query-params",
        wrap=True,
        disabled=view == "side by side",
        help="Where rows come from. True classes (oracle) and the saved test tasks are offered once true classes are "
        "revealed.",
    )
    return source or SOURCES[0]


def _pick_partitions() -> tuple[int, int | None]:
    """Draw how many partitions tasks are drawn from, and which of them."""
    count = st.number_input(
        "Partitions",
        1,
        50,
        1,
        key="p",
        bind="query-params",
        width=110,
        help="How many clusterings tasks are drawn from: the first of the vectors as they are, each other one "
        "under a random scaling.",
    )
    if count == 1:
        return count, None
    names = ["any", *(str(k) for k in range(1, count + 1))]
    chosen = st.selectbox("Drawn from", names, key="p_n", bind="query-params", width=110)
    return count, None if chosen == "any" else int(chosen) - 1
