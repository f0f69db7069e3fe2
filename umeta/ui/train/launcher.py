"""The launch of a run: its options, how long it will take, and the button."""

from typing import Any

import streamlit as st

from umeta.baselines import BASELINES
from umeta.cache import Home
from umeta.data import Dataset
from umeta.device import present_devices
from umeta.learners import LEARNERS
from umeta.runs import RunConfig, launch
from umeta.runs.config import DEFAULT_BASELINES
from umeta.runs.fitting import fit, misfits
from umeta.stage import BUDGETS, UserError, build
from umeta.ui.frame import access, links, state
from umeta.ui.frame.page_settings import KEPT
from umeta.ui.frame.text import plain
from umeta.ui.shared.reveal import SEEN
from umeta.ui.train.durations import device_sentence, estimate_sentence
from umeta.ui.train.launch_settings import draw_misfits


def draw_launcher(home: Home) -> None:
    """Draw the button that starts a run of the selected data set, encoder and partition, and the run's options."""
    selection = state.selection()
    with st.container(border=True):
        st.markdown(
            f"**{plain(selection.dataset)}** ({plain(selection.split)}) → **{plain(selection.encoder)}** → "
            f"**{plain(selection.partition)}** → practice tasks → learner → test tasks. Choose them in the sidebar."
        )
        try:
            with (
                st.container()
            ):  # progress comes and goes in it, and what stands below stays in its place, open
                dataset = state.dataset()
            config = build(RunConfig, _draw_options(dataset), where="")
            if unfit := misfits(config, dataset):
                draw_misfits(unfit, dataset.images.name)
                return
            estimate = estimate_sentence(fit(config, dataset), home)
            estimate += f" {device_sentence(config.device, home)}"
        except UserError as error:
            st.error(plain(error), icon=":material/error:")
            return
        left, right = st.columns([2.2, 1], vertical_alignment="center")
        left.markdown(estimate)
        if right.button(
            f"Start a {config.budget} run",
            type="primary",
            icon=":material/play_arrow:",
            width="stretch",
            disabled=not access.may_start(),
        ):
            _start(config, home)


def _draw_options(dataset: Dataset) -> dict[str, Any]:
    """Draw the options; only what a person sets is returned, the budget decides the rest."""
    left, middle, right = st.columns(3)
    learners = list(LEARNERS.methods)
    learner = left.selectbox(
        "Learner", learners, index=learners.index("protonets"), key="learner", persist_state=KEPT
    )
    budget = middle.segmented_control(
        "Budget",
        BUDGETS,
        default="short",
        key="launch budget",
        persist_state=KEPT,
        required=True,
        help="smoke: a minute, to see that all works; short: minutes; paper: as published, the encoder too.",
    )
    values: dict[str, Any] = {**state.selection().sections(), "learner": {"name": learner}, "budget": budget}
    preset = _fitted(values, dataset)
    iterations = right.number_input(
        "Training steps",
        min_value=1,
        value=None,
        step=100,
        key="iterations",
        persist_state=KEPT,
        placeholder=f"{preset.learner.iterations:,} ({budget})",
        disabled=not preset.learner.trains,
    )
    if iterations and preset.learner.trains:
        values["learner"] = {"name": learner, "iterations": iterations}
    with st.expander("More options", icon=":material/tune:"):
        return values | _draw_task_shapes(preset) | _draw_comparisons()


def _fitted(values: dict[str, Any], dataset: Dataset) -> RunConfig:
    """Return what a run is where nothing but its methods is chosen, as the data set bears it."""
    preset = build(RunConfig, values, where="")
    return preset if misfits(preset, dataset) else fit(preset, dataset)


def _draw_comparisons() -> dict[str, Any]:
    """Draw what the learner is compared with, and the seed."""
    left, right = st.columns([3, 1])
    devices = present_devices()
    on = {}
    if len(devices) > 1:
        device = st.segmented_control(
            "Device", ("auto", *devices), default="auto", key="device", persist_state=KEPT, required=True
        )
        on = {} if device == "auto" else {"device": device}
    return on | {
        "baselines": left.multiselect(
            "Baselines", list(BASELINES.methods), list(DEFAULT_BASELINES), key="baselines", persist_state=KEPT
        ),
        "seed": right.number_input("Seed", 0, None, 0, key="seed", persist_state=KEPT),
        "oracle": st.toggle(
            "Train on true classes too (the oracle)",
            key="oracle",
            persist_state=KEPT,
            help="Shows what true labels would give; it doubles the training time.",
        ),
    }


def _draw_task_shapes(preset: RunConfig) -> dict[str, Any]:
    """Draw the shapes of the practice tasks and of the test tasks; what stays empty is as in the preset."""
    st.markdown("Left empty, each is what the budget sets: the grey number.")
    columns = st.columns(5)
    task = {
        "n_way": columns[0].number_input(
            "Practice ways", 2, 50, None, key="practice n_way", persist_state=KEPT,
            placeholder=str(preset.task.n_way),
            help="Classes of a task.",
        ),
        "n_shot": columns[1].number_input(
            "Practice shots", 1, 50, None, key="practice n_shot", persist_state=KEPT,
            placeholder=str(preset.task.n_shot),
            help="Examples of each class.",
        ),
    }  # fmt: skip
    test = {
        "n_way": columns[2].text_input(
            "Test ways", key="test n_way", persist_state=KEPT,
            placeholder=_listed(task["n_way"] or preset.test.n_way),
            help="Classes of a test task: one number, or several like 5, 20.",
        ),
        "n_shot": columns[3].text_input(
            "Test shots", key="test n_shot", persist_state=KEPT,
            placeholder=_listed(task["n_shot"] or preset.test.n_shot),
            help="Examples of each class: one number, or several like 1, 5.",
        ),
        "n_tasks": columns[4].number_input(
            "Test tasks", 2, 100_000, None, key="n_tasks", persist_state=KEPT, placeholder=f"{preset.test.n_tasks:,}"
        ),
    }  # fmt: skip
    return {
        section: {key: value for key, value in values.items() if value}
        for section, values in {"task": task, "test": test}.items()
    }


def _listed(numbers: int | tuple[int, ...]) -> str:
    return ", ".join(map(str, numbers)) if isinstance(numbers, tuple) else str(numbers)


def _start(config: RunConfig, home: Home) -> None:
    label_use = "revealed" if st.session_state.get(SEEN) else "none"
    try:
        with st.spinner("Starting a process for it …"):
            run = access.started(lambda: launch(config, home, label_use=label_use))
    except (UserError, OSError) as error:
        st.error(plain(error), icon=":material/error:")
        return
    links.RUN.write(run.run_id)
    st.rerun()
