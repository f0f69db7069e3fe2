"""The controls of the Tasks page, all of them in the link."""

from dataclasses import dataclass
from typing import get_args

import streamlit as st

from umeta.data.known_classes import has_classes
from umeta.tasks import TaskConfig
from umeta.tasks.label_noise import NoiseForm
from umeta.tasks.partition_tasks import PartitionTasks
from umeta.ui.frame import links, state
from umeta.ui.shared.reveal import not_seen_badge, reveal_toggle
from umeta.ui.shared.task_shape import task_shape

SECTIONS = ("one task", "guess it", "side by side", "browse", "report card")
NUMBERED = ("one task", "guess it", "side by side")
"""Sections that show the task of a number."""
SOURCES = ("partition A", "random", "augmented", "oracle", "test tasks")
NOISY = ("partition A", "random", "oracle")
"""Sources of partitions, whose assignments the dial makes wrong."""
OF_TRUE_CLASSES = ("oracle", "test tasks")
NOISE_FORMS: tuple[NoiseForm, ...] = get_args(NoiseForm)
ANY_PARTITION = "any"
MAX_NUMBER, MAX_PARTITIONS = 2**31 - 1, 50


@dataclass(frozen=True)
class TaskRequest:
    """What the controls ask for; the same values always give the same task."""

    section: str
    shape: TaskConfig
    source: str
    number: int
    """Of the task."""
    n_partitions: int
    partition: int | None
    """The partition to draw from, None for any of them."""
    revealed: bool
    dials: PartitionTasks
    """What is done to the partitions before tasks are drawn from them."""


def draw_controls() -> TaskRequest:
    """Draw the controls and return what they ask for."""
    with st.container(horizontal=True, vertical_alignment="center"):
        section = _pick_section()
        revealed = reveal_toggle()
        if revealed:
            not_seen_badge()
        with st.popover(
            "Task shape", icon=":material/tune:", help="Ways, shots, queries; from which partitions."
        ):
            shape = task_shape()
            n_partitions, partition = _pick_partitions()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        number = _pick_number(enabled=section in NUMBERED)
        source = _pick_source(section, revealed)
        dials = _pick_noise(enabled=source in NOISY or section == "side by side")
    return TaskRequest(section, shape, source, number, n_partitions, partition, revealed, dials)


def open_task(number: int) -> None:
    """Show one task by its number at the next rerun; for callbacks."""
    st.session_state[links.TASK.key], st.session_state[links.SECTION.key] = number, SECTIONS[0]


def _pick_section() -> str:
    links.announce_unknown(links.SECTION, SECTIONS)
    section = st.segmented_control(
        "Section",
        SECTIONS,
        default=SECTIONS[0],
        required=True,
        key=links.SECTION.key,
        bind="query-params",
        label_visibility="collapsed",
        wrap=True,
    )
    return section or SECTIONS[0]


def _pick_number(*, enabled: bool) -> int:
    """Draw the button for another task, and the number of the task."""
    st.button(
        "New task",
        icon=":material/casino:",
        type="primary",
        shortcut="N",
        on_click=_next_task,
        disabled=not enabled,
    )
    return st.number_input(
        "Task",
        min_value=0,
        max_value=MAX_NUMBER,
        key=links.TASK.key,
        bind="query-params",
        width=130,
        disabled=not enabled,
        help="The number that the task is drawn from: the same number gives the same task on any machine.",
    )


def _next_task() -> None:
    st.session_state[links.TASK.key] = int(st.session_state.get(links.TASK.key, 0)) + 1


def _pick_source(section: str, revealed: bool) -> str:
    options = [name for name in SOURCES if name not in OF_TRUE_CLASSES or (revealed and _is_labelled(name))]
    linked = links.SOURCE.read()
    if st.session_state.get(links.SOURCE.key, linked or SOURCES[0]) not in options:
        st.session_state[links.SOURCE.key] = SOURCES[0]
        if linked in OF_TRUE_CLASSES:
            links.say("This link shows tasks of true classes. Reveal true classes to see them.")
    source = st.segmented_control(
        "Tasks from",
        options,
        default=SOURCES[0],
        required=True,
        key=links.SOURCE.key,
        bind="query-params",
        wrap=True,
        disabled=section == "side by side",
        help="Where rows come from. True classes (oracle) and the saved test tasks are offered once true classes are "
        "revealed.",
    )
    return source or SOURCES[0]


def _pick_noise(*, enabled: bool) -> PartitionTasks:
    """Draw the dial of label noise, and the form of the errors."""
    links.announce_unknown(links.LABEL_NOISE_FORM, NOISE_FORMS)
    noise = st.slider(
        "Label noise",
        0.0,
        1.0,
        links.LABEL_NOISE.default,
        step=0.05,
        format="percent",
        key=links.LABEL_NOISE.key,
        bind="query-params",
        width=130,
        disabled=not enabled,
        help="The share of the images in clusters that exchange their places; the framed ones have come from another "
        "cluster. At 100% nothing but the sizes of clusters is left.",
    )
    form: NoiseForm = "random"
    if enabled and noise > 0:
        form = st.selectbox(
            "Errors",
            NOISE_FORMS,
            key=links.LABEL_NOISE_FORM.key,
            bind="query-params",
            width=130,
            help="Random: images exchange their places one by one. Clustered: pieces of images near each other do, so "
            "that errors are consistent.",
        )
    return PartitionTasks(noise=noise if enabled else 0.0, noise_form=form)


def _is_labelled(source: str) -> bool:
    """Return whether enough true classes are known for tasks of a source."""
    return has_classes(state.dataset(), "meta_test" if source == "test tasks" else "meta_train")


def _pick_partitions() -> tuple[int, int | None]:
    """Draw how many partitions tasks are drawn from, and which of them."""
    n_partitions = st.number_input(
        "Partitions",
        1,
        MAX_PARTITIONS,
        links.N_PARTITIONS.default,
        key=links.N_PARTITIONS.key,
        bind="query-params",
        width=110,
        help="How many partitions tasks are drawn from. The first clusters the vectors as they are, each further one "
        "under a random scaling.",
    )
    if n_partitions == 1:
        return n_partitions, None
    options = [ANY_PARTITION, *(str(number) for number in range(1, n_partitions + 1))]
    partition = st.selectbox(
        "Drawn from", options, key=links.PARTITION_NUMBER.key, bind="query-params", width=110
    )
    return n_partitions, None if partition == ANY_PARTITION else int(partition) - 1
