"""What a person can do with a run: stop it, go on, see its results, write about it, delete it and bring it back."""

from collections.abc import Callable

import streamlit as st

from umeta.cache import Home
from umeta.runs import RunDirectory, cancel, resume
from umeta.runs.deletion import KEPT_DAYS, delete, deleted_runs, empty, undelete
from umeta.runs.remarks import MAX_NAME, MAX_NOTE, tags_in
from umeta.runs.run_facts import RunFacts
from umeta.stage import UserError
from umeta.ui.frame import access, links, state
from umeta.ui.frame.text import plain
from umeta.ui.train.launch_settings import take_settings
from umeta.wording import counted

_DELETED = "umeta.deleted run"
"""The run that was deleted last in this session, and its name."""


def draw_buttons(facts: RunFacts, home: Home) -> None:
    """Draw what can be done now with the run on show."""
    run, status = facts.run, facts.status
    if status.may_run:
        label = "Cancel" if status.is_at_work else "It is gone: cancel it"
        if st.button(label, icon=":material/stop:", key="cancel", help="Its checkpoint is kept."):
            act(lambda: _cancel(run))
    if status.of_config:
        st.button(
            "Take its settings",
            icon=":material/tune:",
            key="take settings",
            on_click=take_settings,
            args=(facts.config, home),
            help="Puts them into the launcher above, to be changed and started anew.",
        )
    if can_resume(facts) and st.button("Resume", icon=":material/play_arrow:", key="resume"):
        act(lambda: access.started(lambda: _resumed(run, home)))


def can_resume(facts: RunFacts) -> bool:
    """Return whether going on can end otherwise than before."""
    status = facts.status
    states = ("cancelled", "failed", "lost", "damaged") if facts.config else ("cancelled", "failed", "lost")
    return status.state in states and not status.of_config


def draw_results_link(run: RunDirectory) -> None:
    """Link to the results of a finished run."""
    st.page_link(
        state.page("results"),
        label="See its results",
        icon=":material/bar_chart:",
        query_params=links.query({links.RUN: run.run_id}),
    )


def draw_more(facts: RunFacts, name: str, home: Home) -> None:
    """Draw the rarer actions, folded away: its name, a note and tags, and deleting."""
    run = facts.run
    with st.popover("More", icon=":material/more_horiz:", key=f"more {run.run_id}"):
        st.code(run.run_id, language=None)
        _draw_remarks(facts)
        if st.button(
            "Delete",
            icon=":material/delete:",
            key=f"delete {run.run_id}",
            disabled=facts.status.may_run,
            help=f"It can be brought back for {KEPT_DAYS} days. What it trained stays in the cache.",
        ):
            act(lambda: _delete(run, name, home), asks_for="Deleting a run")


def _draw_remarks(facts: RunFacts) -> None:
    """Let a person write about a run."""
    run, remarks = facts.run, facts.remarks
    with st.form(f"remarks {run.run_id}", border=False):
        name = st.text_input(
            "Name",
            remarks.name,
            key=f"name {run.run_id}",
            max_chars=MAX_NAME,
            placeholder="by what differs",
            help="Left empty, it is named by its methods and what tells it from the other runs here.",
        )
        tags = st.text_input(
            "Tags",
            " ".join(remarks.tags),
            key=f"tags {run.run_id}",
            placeholder="single words, as baseline paper",
            help="The filter finds them as #tag.",
        )
        note = st.text_area("Note", remarks.note, key=f"note {run.run_id}", max_chars=MAX_NOTE, height=80)
        if st.form_submit_button("Save", icon=":material/check:", key=f"save {run.run_id}"):
            act(
                lambda: run.remark(name=name, note=note, tags=tags_in([tags])), asks_for="Writing about a run"
            )


def draw_undo(home: Home) -> None:
    """Say which run was deleted last, and offer to bring it back."""
    run_id, name = st.session_state.get(_DELETED, ("", ""))
    if not run_id or all(run.run_id != run_id for run in deleted_runs(home)):
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f":material/delete: **{name}** was deleted.", width="content")
        if st.button("Undo", icon=":material/undo:", key="undo delete"):
            act(lambda: undelete(run_id, home), asks_for="Bringing back a run")


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
                    act(lambda run_id=run.run_id: undelete(run_id, home), asks_for="Bringing back a run")
        if st.button("Remove all for good", icon=":material/delete_forever:", key="empty deleted"):
            act(lambda: empty(home), asks_for="Removing runs")


def act(action: Callable[[], object], *, asks_for: str = "") -> None:
    """Do what a button asks for and draw the page anew; an error is drawn in the button's place.

    Args:
        action: Does it.
        asks_for: What it is, as "Deleting a run", where only full access allows it.
    """
    try:
        if asks_for:
            access.check_full(asks_for)
        with st.spinner("One moment …"):
            action()
    except (UserError, OSError) as error:
        st.error(plain(error), icon=":material/error:")
        return
    st.rerun()


def _cancel(run: RunDirectory) -> None:
    access.check_own(run, "Cancelling another visitor's run")
    cancel(run)


def _resumed(run: RunDirectory, home: Home) -> RunDirectory:
    resume(run, home)
    return run


def _delete(run: RunDirectory, name: str, home: Home) -> None:
    delete(run, home)
    st.session_state[_DELETED] = (run.run_id, name)
    if links.RUN.read() == run.run_id:
        links.RUN.remove()
