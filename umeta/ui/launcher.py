"""The launch of a run: its options, how long it will take, and the button."""

from typing import Any

import streamlit as st

from umeta.baselines import BASELINES
from umeta.cache import Home
from umeta.learners import LEARNERS
from umeta.runs import RunConfig, launch
from umeta.runs.config import DEFAULT_BASELINES
from umeta.stage import BUDGETS, UserError, build
from umeta.ui import estimate, state
from umeta.ui.reveal import SEEN


def draw_launcher(home: Home) -> None:
    """Draw the button that starts a run of the selected data set, encoder and partition, and the run's options."""
    chosen = state.selection()
    with st.container(border=True):
        st.markdown(
            f"**{chosen.dataset}** ({chosen.split}) → **{chosen.encoder}** → **{chosen.partition}** → "
            "practice tasks → learner → test tasks. The choice is in the sidebar."
        )
        values = _options()
        try:
            config = build(RunConfig, values, where="")
            about = estimate.in_words(config, home)
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
    chosen = state.selection()
    left, middle, right = st.columns(3)
    learner = left.selectbox(
        "Learner", list(LEARNERS.methods), index=list(LEARNERS.methods).index("protonets"), key="learner"
    )
    budget = middle.segmented_control(
        "Budget",
        BUDGETS,
        default="short",
        key="budget",
        required=True,
        help="smoke: a minute; short: minutes; paper: as published.",
    )
    usual = LEARNERS.parse(learner, budget).iterations
    iterations = right.number_input(
        "Training steps",
        min_value=1,
        value=None,
        step=100,
        key="iterations",
        placeholder=f"{usual:,} ({budget})",
        disabled=learner == "none",
    )
    with st.expander("More options", icon=":material/tune:"):
        columns = st.columns(4)
        n_way = columns[0].number_input("Ways (N)", 2, 50, 5, key="n_way", help="Classes of a task.")
        n_shot = columns[1].number_input("Shots (K)", 1, 50, 1, key="n_shot", help="Examples of each class.")
        seed = columns[2].number_input("Seed", 0, None, 0, key="seed")
        n_tasks = columns[3].number_input(
            "Test tasks", 2, 100_000, 50 if budget == "smoke" else 1000, key=f"n_tasks {budget}"
        )
        baselines = st.multiselect(
            "Baselines", list(BASELINES.methods), list(DEFAULT_BASELINES), key="baselines"
        )
        oracle = st.toggle(
            "Train on true classes too (the oracle)",
            key="oracle",
            help="The upper mark; it doubles the training time.",
        )
    options = {"name": learner} | ({"iterations": iterations} if iterations and learner != "none" else {})
    return {
        "dataset": chosen.dataset_method(),
        "encoder": chosen.encoder_method(),
        "partition": chosen.partition_method(),
        "learner": options,
        "task": {"n_way": n_way, "n_shot": n_shot},
        "test": {"n_tasks": n_tasks},
        "baselines": baselines,
        "oracle": oracle,
        "seed": seed,
        "budget": budget,
    }


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
