"""What a person can do with a run: stop it, go on with it, see its results, name it, delete it and bring it back."""

from collections.abc import Callable

import streamlit as st

from umeta.cache import Home
from umeta.runs import RunDirectory, cancel, resume
from umeta.runs.deletion import KEPT_DAYS, delete, deleted_runs, empty, undelete
from umeta.stage import UserError
from umeta.ui.frame import links, state
from umeta.ui.frame.text import plain
from umeta.ui.train.launch_settings import options_of, set_options
from umeta.ui.train.run_facts import RunFacts
from umeta.wording import counted

_DELETED = "umeta.deleted run"
"""The run that was deleted last in this session, and its name."""


def draw_buttons(facts: RunFacts, home: Home) -> None:
    """Draw what can be done now with the run on show."""
    run, status = facts.run, facts.status
    if status.may_run:
        label = "Cancel" if status.state == "running" else "It is gone: cancel it"
        if st.button(label, icon=":material/stop:", key="cancel", help="Its checkpoint is kept."):
            act(lambda: cancel(run))
    if status.of_config:
        st.button(
            "Take its settings",
            icon=":material/tune:",
            key="take settings",
            on_click=set_options,
            args=(options_of(facts.config),),
            help="Puts them into the launcher above, to be changed and started anew.",
        )
    if can_resume(facts) and st.button("Resume", icon=":material/play_arrow:", key="resume"):
        act(lambda: resume(run, home))


def can_resume(facts: RunFacts) -> bool:
    """Return whether going on can end otherwise than before."""
    status = facts.status
    return status.state in ("cancelled", "failed", "lost") and not status.of_config


def draw_results_link(run: RunDirectory) -> None:
    """Link to the results of a finished run."""
    st.page_link(
        state.page("results"),
        label="See its results",
        icon=":material/bar_chart:",
        query_params=links.query({links.RUN: run.run_id}),
    )


def draw_more(facts: RunFacts, name: str, home: Home) -> None:
    """Draw the rarer actions, folded away: another name, and deleting."""
    run = facts.run
    with st.popover("More", icon=":material/more_horiz:", key=f"more {run.run_id}"):
        st.code(run.run_id, language=None)
        given = st.text_input(
            "Name",
            run.given_name,
            key=f"name {run.run_id}",
            placeholder="by what differs",
            help="Left empty, it is named by its methods and what tells it from the other runs here.",
        )
        if given.strip() != run.given_name:
            act(lambda: run.rename(given))
        if st.button(
            "Delete",
            icon=":material/delete:",
            key=f"delete {run.run_id}",
            disabled=facts.status.may_run,
            help=f"It can be brought back for {KEPT_DAYS} days. What it trained stays in the cache.",
        ):
            act(lambda: _delete(run, name, home))


def draw_undo(home: Home) -> None:
    """Say which run was deleted last, and offer to bring it back."""
    run_id, name = st.session_state.get(_DELETED, ("", ""))
    if not run_id or all(run.run_id != run_id for run in deleted_runs(home)):
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f":material/delete: **{name}** was deleted.", width="content")
        if st.button("Undo", icon=":material/undo:", key="undo delete"):
            act(lambda: undelete(run_id, home))


def draw_deleted(home: Home) -> None:
    """Draw the runs that can be brought back, folded away; nothing where there is none."""
    deleted = deleted_runs(home)
    if not deleted:
        return
    with st.expander(f"Deleted: {counted(len(deleted), 'run')}", icon=":material/delete:"):
        for run in {run.run_id: run for run in reversed(deleted)}.values():
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(plain(run.run_id), width="content")
                if st.button("Bring back", key=f"undelete {run.run_id}", type="tertiary"):
                    act(lambda run_id=run.run_id: undelete(run_id, home))
        if st.button("Remove all for good", icon=":material/delete_forever:", key="empty deleted"):
            act(lambda: empty(home))


def act(action: Callable[[], object]) -> None:
    """Do what a button asks for and draw the page anew; an error is drawn in the button's place."""
    try:
        with st.spinner("One moment …"):
            action()
    except (UserError, OSError) as error:
        st.error(plain(error), icon=":material/error:")
        return
    st.rerun()


def _delete(run: RunDirectory, name: str, home: Home) -> None:
    delete(run, home)
    st.session_state[_DELETED] = (run.run_id, name)
    if links.RUN.read() == run.run_id:
        links.RUN.remove()
