"""Studies on a page: a card each, with how far it is, what is left of it, and its start and stop."""

from collections.abc import Callable

import streamlit as st

from umeta.cache import Home
from umeta.runs import cost_model
from umeta.runs.processes import cancel
from umeta.runs.status import AT_WORK, Status
from umeta.studies.cells import ENDED, state_of
from umeta.studies.directory import StudyDirectory, StudyOrder
from umeta.studies.placement import last_tasks, place_cells
from umeta.studies.study import Study, list_studies, load_study
from umeta.studies.submission import take_back
from umeta.ui.frame import links, state
from umeta.ui.frame.page_settings import KEPT
from umeta.ui.frame.text import plain
from umeta.ui.shared.cell_places import draw_places, unfinished_on_engines
from umeta.ui.shared.reveal import SEEN
from umeta.ui.train.run_actions import act
from umeta.ui.train.run_cards import LOOK
from umeta.ui.train.study_engine import StudyEngine, draw_engine
from umeta.wording import counted, duration

REFRESH_SECONDS = 3.0
"""Between two looks at a study that is running."""
MAX_NAMED = 4
"""Running cells that a card names."""


def draw_studies(home: Home) -> None:
    """Draw the studies that come with umeta, two in a row; live while one is running."""
    st.markdown("##### Studies")
    st.markdown(
        "A study is a grid of runs that answers one question. Finished runs are kept: started again, a study goes on "
        "with the others. A running study goes on when you leave this page."
    )
    budget = st.segmented_control(
        "Budget of the studies",
        ("short", "paper"),
        default="short",
        key="study_budget",
        persist_state=KEPT,
        required=True,
        help="short: hours on two cores; paper: as published, for a GPU.",
    )
    engine = draw_engine(home)
    active = _is_active(budget, home)
    st.fragment(_draw_live, run_every=REFRESH_SECONDS if active else None, key="live studies")(
        home, budget, engine, active
    )


def _names(budget: str) -> list[str]:
    """Return the studies that can be run at a budget: some have only one."""
    return [name for name in list_studies() if budget in _study(name, "short").file.budgets]


def _is_active(budget: str, home: Home) -> bool:
    """Return whether a study has a process here, or cells that an engine has to run or is running."""
    names = _names(budget)
    if any(_directory(name, budget, home).status().is_at_work for name in names):
        return True
    if not last_tasks(home):
        return False
    placed = [one for name in names for one in place_cells(_study(name, budget), home) if one.task]
    return any(one.state in AT_WORK for one in placed)


def _draw_live(home: Home, budget: str, engine: StudyEngine, active: bool) -> None:
    names = _names(budget)
    if active and not _is_active(budget, home):
        st.rerun()  # once, so that the timer stops
    for start in range(0, len(names), 2):
        for name, place in zip(names[start : start + 2], st.columns(2), strict=False):
            with place, st.container(border=True, height="stretch"):
                _draw_card(_study(name, budget), _directory(name, budget, home), engine, home)


def _draw_card(study: Study, directory: StudyDirectory, engine: StudyEngine, home: Home) -> None:
    placed = place_cells(study, home)
    states = {one.cell: one.state for one in placed}
    n_ended = sum(cell_state in ENDED for cell_state in states.values())
    n_precomputed = list(states.values()).count("precomputed")
    status = directory.status()
    _draw_head(study, status)
    text = f"{n_ended} of {len(states)} cells finished"
    if n_precomputed:
        text += f", {n_precomputed} of them precomputed"
    st.progress(n_ended / len(states), text=text)
    for one in [one for one in placed if one.state == "running"][:MAX_NAMED]:
        place = f" ({one.place})" if one.task else ""
        st.markdown(f":material/play_circle: Now: {plain(' · '.join(study.names_of(one.cell)) + place)}")
    for one in [one for one in placed if one.state == "queued" and one.task is None][:MAX_NAMED]:
        names = plain(" · ".join(study.names_of(one.cell)))
        st.markdown(f":material/hourglass_top: Next: {names}, once it is its turn in the queue")
    draw_places(study, placed, key=f"places {study.name}")
    if status.state in ("failed", "lost", "damaged", "frozen") or (
        status.state == "unknown" and status.may_run
    ):
        message = "its process is gone; continue where it was" if status.state == "lost" else status.message
        st.warning(f"{status.state.capitalize()}: {plain(message)}", icon=LOOK[status.state][1])
    n_left = len(states) - n_ended
    if n_left:
        time_left = duration(_seconds_left(study.name, study.budget, n_ended, home))
        st.markdown(f":material/schedule: About {time_left} to go; encoders and clusters come on top.")
    on_engines = any(one.state in AT_WORK for one in unfinished_on_engines(placed))
    with st.container(horizontal=True, vertical_alignment="center"):
        if status.may_run:
            _draw_stop(study, lambda: cancel(directory))
        elif on_engines:
            _draw_stop(study, lambda: take_back(study, home))
        elif n_left:
            _draw_start(study, n_ended, n_left, engine, home)
        if n_ended:
            st.page_link(
                state.page("results"),
                label="See its results",
                icon=":material/bar_chart:",
                query_params=links.query({links.STUDY: study.name}),
            )


def _draw_head(study: Study, status: Status) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{plain(study.file.title)}**", width="content")
        if status.may_run or status.state not in ("unknown", "finished"):
            colour, icon = LOOK[status.state]
            st.badge(status.state, icon=icon, color=colour)
    st.markdown(plain(study.file.question))


def _draw_stop(study: Study, stop: Callable[[], object]) -> None:
    if st.button("Stop", icon=":material/stop:", key=f"stop {study.name}", help="What is finished stays."):
        act(stop, asks_for="Stopping a study")


def _draw_start(study: Study, n_ended: int, n_left: int, engine: StudyEngine, home: Home) -> None:
    how = "one after the other" if engine.is_here else f"on {engine.on}"
    if st.button(
        "Continue" if n_ended else "Start",
        icon=":material/play_arrow:",
        key=f"start {study.name}",
        help=f"Runs {counted(n_left, 'cell')} not finished yet, {how}.",
    ):
        label_use = "revealed" if st.session_state.get(SEEN) else "none"
        order = StudyOrder(study=study.name, budget=study.budget, label_use=label_use)
        act(lambda: engine.start(order, home), asks_for="Starting a study")


def _directory(name: str, budget: str, home: Home) -> StudyDirectory:
    return StudyDirectory.of(StudyOrder(study=name, budget=budget), home)


@st.cache_resource(show_spinner="Reading the study …")
def _study(name: str, budget: str) -> Study:
    return load_study(name, budget)


@st.cache_data(show_spinner=False)
def _seconds_left(name: str, budget: str, n_ended: int, _home: Home) -> float:
    """Estimate the seconds that the unfinished cells take; it is computed again whenever `n_ended` has changed."""
    study = _study(name, budget)
    left = [cell for cell in study.cells if state_of(study, cell, _home) not in ENDED]
    return sum(cost_model.seconds(cell, _home)[0] for cell in left)
