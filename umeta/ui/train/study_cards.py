"""Studies on a page: a card each, with how far it is, what is left of it, and its start and stop."""

import streamlit as st

from umeta.cache import Home
from umeta.runs import cost_model
from umeta.runs.processes import cancel
from umeta.studies.cells import ENDED, state_of
from umeta.studies.directory import StudyDirectory, StudyOrder
from umeta.studies.processes import launch_study
from umeta.studies.study import Study, list_studies, load_study
from umeta.ui.frame import state
from umeta.ui.shared.reveal import SEEN
from umeta.ui.train.run_cards import LOOK, act

SECONDS = 3.0
"""Between two looks at a study that is running."""


def draw_studies(home: Home) -> None:
    """Draw the studies that come with umeta, two in a row; live while one is running."""
    st.markdown("##### Studies")
    st.markdown(
        "A study is a grid of runs that answers one question. What is finished stays; started again, it goes on "
        "where it was. It goes on when you leave this page."
    )
    budget = st.segmented_control(
        "Budget of the studies",
        ("short", "paper"),
        default="short",
        key="study_budget",
        required=True,
        help="short: hours on two cores; paper: as published, for a GPU.",
    )
    active = any(_directory(name, budget, home).status().state == "running" for name in _names(budget))
    st.fragment(_live, run_every=SECONDS if active else None, key="live studies")(home, budget, active)


def _names(budget: str) -> list[str]:
    """Return the studies that have a budget; some have one alone."""
    return [name for name in list_studies() if budget in _study(name, "short").file.budgets]


def _live(home: Home, budget: str, active: bool) -> None:
    names = _names(budget)
    if active and not any(_directory(name, budget, home).status().state == "running" for name in names):
        st.rerun()  # once, so that the timer stops
    for start in range(0, len(names), 2):
        for name, place in zip(names[start : start + 2], st.columns(2), strict=False):
            with place, st.container(border=True, height="stretch"):
                _draw_card(_study(name, budget), _directory(name, budget, home), home)


def _draw_card(study: Study, directory: StudyDirectory, home: Home) -> None:
    states = {cell: state_of(study, cell, home) for cell in study.cells}
    ended = sum(one in ENDED for one in states.values())
    precomputed = list(states.values()).count("precomputed")
    status = directory.status()
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{study.file.title}**", width="content")
        if status.state not in ("unknown", "finished"):
            colour, icon = LOOK[status.state]
            st.badge(status.state, icon=icon, color=colour)
    st.markdown(study.file.question)
    words = f"{ended} of {len(states)} cells finished"
    st.progress(
        ended / len(states), text=words + (f", {precomputed} of them precomputed" if precomputed else "")
    )
    for cell, one in states.items():
        if one == "running":
            st.markdown(f":material/play_circle: Now: {' · '.join(study.names_of(cell))}")
    if status.state in ("failed", "lost"):
        message = "its process is gone; continue where it was" if status.state == "lost" else status.message
        st.warning(f"{status.state.capitalize()}: {message}", icon=LOOK[status.state][1])
    left = len(states) - ended
    if left:
        spent = cost_model.duration(_seconds_left(study.name, study.budget, ended, home))
        st.markdown(f":material/schedule: About {spent} to go; encoders and clusters come on top.")
    with st.container(horizontal=True, vertical_alignment="center"):
        _buttons(study, directory, status.state == "running", ended, left, home)


def _buttons(study: Study, directory: StudyDirectory, runs: bool, ended: int, left: int, home: Home) -> None:
    if runs:
        if st.button(
            "Stop", icon=":material/stop:", key=f"stop {study.name}", help="What is finished stays."
        ):
            act(lambda: cancel(directory))
    elif left and st.button(
        "Continue" if ended else "Start",
        icon=":material/play_arrow:",
        key=f"start {study.name}",
        help=f"Runs the {left} cells that are not finished, one after the other.",
    ):
        label_use = "revealed" if st.session_state.get(SEEN) else "none"
        order = StudyOrder(study=study.name, budget=study.budget, label_use=label_use)
        act(lambda: launch_study(order, home))
    if ended:
        st.page_link(
            state.page("results"),
            label="See its results",
            icon=":material/bar_chart:",
            query_params={"study": study.name},
        )


def _directory(name: str, budget: str, home: Home) -> StudyDirectory:
    return StudyDirectory.of(StudyOrder(study=name, budget=budget), home)


@st.cache_resource(show_spinner="Reading the study …")
def _study(name: str, budget: str) -> Study:
    return load_study(name, budget)


@st.cache_data(show_spinner=False)
def _seconds_left(name: str, budget: str, ended: int, _home: Home) -> float:
    """Estimate what the cells that are not finished take; asked anew whenever one more is."""
    study = _study(name, budget)
    left = [cell for cell in study.cells if state_of(study, cell, _home) not in ENDED]
    return sum(cost_model.seconds(cell, _home)[0] for cell in left)
