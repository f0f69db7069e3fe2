"""The launch of a run: its options, how long it will take, and the button."""

from typing import Any

import streamlit as st

from umeta.baselines import BASELINES
from umeta.cache import Home
from umeta.learners import LEARNERS
from umeta.runs import RunConfig, cost_model, launch
from umeta.runs.config import DEFAULT_BASELINES
from umeta.stage import BUDGETS, UserError, build
from umeta.ui.frame import state
from umeta.ui.shared.reveal import SEEN


def draw_launcher(home: Home) -> None:
    """Draw the button that starts a run of the selected data set, encoder and partition, and the run's options."""
    chosen = state.selection()
    with st.container(border=True):
        st.markdown(
            f"**{chosen.dataset}** ({chosen.split}) → **{chosen.encoder}** → **{chosen.partition}** → "
            "practice tasks → learner → test tasks. The choice is in the sidebar."
        )
        try:
            config = build(RunConfig, _options(), where="")
            about = cost_model.in_words(config, home)
        except UserError as error:
            st.error(str(error), icon=":material/error:")
            return
        words, button = st.columns([2.2, 1], vertical_alignment="center")
        words.markdown(about)
        if button.button(
            f"Start a {config.budget} run", type="primary", icon=":material/play_arrow:", width="stretch"
        ):
            _start(config, home)


def _options() -> dict[str, Any]:
    """Draw the options; only what a person sets is returned, the budget decides the rest."""
    left, middle, right = st.columns(3)
    learner = left.selectbox(
        "Learner", list(LEARNERS.methods), index=list(LEARNERS.methods).index("protonets"), key="learner"
    )
    budget = middle.segmented_control(
        "Budget",
        BUDGETS,
        default="short",
        key="launch budget",
        required=True,
        help="smoke: a minute, to see that all works; short: minutes; paper: as published, the encoder too.",
    )
    values: dict[str, Any] = {**state.selection().sections(), "learner": {"name": learner}, "budget": budget}
    usual = build(RunConfig, values, where="")
    iterations = right.number_input(
        "Training steps",
        min_value=1,
        value=None,
        step=100,
        key="iterations",
        placeholder=f"{usual.learner.iterations:,} ({budget})",
        disabled=learner == "none",
    )
    if iterations and learner != "none":
        values["learner"] = {"name": learner, "iterations": iterations}
    with st.expander("More options", icon=":material/tune:"):
        values |= _tasks(usual)
        left, right = st.columns([3, 1])
        values["baselines"] = left.multiselect(
            "Baselines", list(BASELINES.methods), list(DEFAULT_BASELINES), key="baselines"
        )
        values["seed"] = right.number_input("Seed", 0, None, 0, key="seed")
        values["oracle"] = st.toggle(
            "Train on true classes too (the oracle)",
            key="oracle",
            help="The upper mark; it doubles the training time.",
        )
    return values


def _tasks(usual: RunConfig) -> dict[str, Any]:
    """Draw the shapes of the practice tasks and of the test tasks; what stays empty is as usual."""
    st.markdown("Left empty, each is what the budget sets: the grey number.")
    columns = st.columns(5)
    task = {
        "n_way": columns[0].number_input(
            "Practice ways", 2, 50, None, key="practice n_way", placeholder=str(usual.task.n_way),
            help="Classes of a task.",
        ),
        "n_shot": columns[1].number_input(
            "Practice shots", 1, 50, None, key="practice n_shot", placeholder=str(usual.task.n_shot),
            help="Examples of each class.",
        ),
    }  # fmt: skip
    asked = {
        "n_way": columns[2].text_input(
            "Test ways", key="test n_way", placeholder=_listed(task["n_way"] or usual.test.n_way),
            help="Classes of a test task: one number, or several like 5, 20.",
        ),
        "n_shot": columns[3].text_input(
            "Test shots", key="test n_shot", placeholder=_listed(task["n_shot"] or usual.test.n_shot),
            help="Examples of each class: one number, or several like 1, 5.",
        ),
        "n_tasks": columns[4].number_input(
            "Test tasks", 2, 100_000, None, key="n_tasks", placeholder=f"{usual.test.n_tasks:,}"
        ),
    }  # fmt: skip
    return {
        section: {key: value for key, value in given.items() if value}
        for section, given in {"task": task, "test": asked}.items()
    }


def _listed(numbers: int | tuple[int, ...]) -> str:
    return ", ".join(map(str, numbers)) if isinstance(numbers, tuple) else str(numbers)


def _start(config: RunConfig, home: Home) -> None:
    label_use = "revealed" if st.session_state.get(SEEN) else "none"
    try:
        with st.spinner("Starting a process for it …"):
            run = launch(config, home, label_use=label_use)
    except (UserError, OSError) as error:
        st.error(str(error), icon=":material/error:")
        return
    st.query_params["run"] = run.run_id
    st.rerun()
