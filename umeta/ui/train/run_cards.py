"""Runs as cards: how each is doing, its curves, and the buttons that stop it, go on with it, or show its results."""

import time
from collections.abc import Callable
from typing import Literal

import streamlit as st

from umeta.cache import Home
from umeta.runs import RunDirectory, cancel, list_runs, resume
from umeta.runs.status import Status
from umeta.stage import UserError
from umeta.ui.frame import links, state
from umeta.ui.train.live_curves import draw_curves
from umeta.wording import duration

MAX_CARDS = 8
"""Cards that are drawn unasked."""
Colour = Literal["blue", "green", "gray", "red", "orange"]
LOOK: dict[str, tuple[Colour, str]] = {
    "running": ("blue", ":material/play_circle:"),
    "finished": ("green", ":material/check_circle:"),
    "cancelled": ("gray", ":material/cancel:"),
    "failed": ("red", ":material/error:"),
    "lost": ("orange", ":material/question_mark:"),
    "damaged": ("red", ":material/broken_image:"),
    "unknown": ("gray", ":material/question_mark:"),
}
MESSAGES = {"starting": "its process is starting"}


def draw_runs(home: Home) -> None:
    """Draw the chosen run with its curves, then all runs as cards, running ones first; live while one is running."""
    active = any(run.status().state == "running" for run in list_runs(home))
    st.fragment(_draw_live, run_every=1.0 if active else None, key="live runs")(home, active)


def _draw_live(home: Home, active: bool) -> None:
    runs = list_runs(home)
    if not runs:
        st.info(
            "No run yet. Start one above: the first takes a few minutes, and goes on if you close this page.",
            icon=":material/info:",
        )
        return
    states = {run.run_id: run.status() for run in runs}
    if active and not any(status.state == "running" for status in states.values()):
        st.rerun()  # once, so that the timer stops
    runs.sort(key=lambda run: states[run.run_id].state != "running")
    linked = links.RUN.read()
    if linked and linked not in states:
        links.say(f"run={linked!r} is not here.")
    chosen = next((run for run in runs if run.run_id == linked), runs[0])
    _draw_chosen(chosen, states[chosen.run_id], home)
    st.markdown(f"##### All runs ({len(runs)})")
    show_all = len(runs) <= MAX_CARDS or st.toggle(f"Show all {len(runs)}", key="all runs")
    for run in runs if show_all else runs[:MAX_CARDS]:
        _draw_card(run, states[run.run_id], is_chosen=run is chosen)


def _draw_chosen(run: RunDirectory, status: Status, home: Home) -> None:
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center"):
            _draw_head(run, status)
        _draw_progress(status)
        draw_curves(run)
        if run.picture_file.exists():
            st.image(run.picture_file.read_bytes(), width=420, caption="How the encoder's training goes")
        with st.container(horizontal=True):
            _draw_buttons(run, status, home)


def _draw_buttons(run: RunDirectory, status: Status, home: Home) -> None:
    if status.state == "running" and st.button(
        "Cancel", icon=":material/stop:", key="cancel", help="Its checkpoint is kept."
    ):
        act(lambda: cancel(run))
    if status.state in ("cancelled", "failed", "lost") and st.button(
        "Resume", icon=":material/play_arrow:", key="resume"
    ):
        act(lambda: resume(run, home))
    if status.state == "finished":
        st.page_link(
            state.page("results"),
            label="See its results",
            icon=":material/bar_chart:",
            query_params=links.query({links.RUN: run.run_id}),
        )


def _draw_card(run: RunDirectory, status: Status, *, is_chosen: bool) -> None:
    with st.container(border=True, gap="small"):
        with st.container(horizontal=True, vertical_alignment="center"):
            _draw_head(run, status)
            if st.button(
                "Shown above" if is_chosen else "Show its curves",
                key=f"show {run.run_id}",
                icon=":material/show_chart:",
                type="tertiary",
                disabled=is_chosen,
            ):
                links.RUN.write(run.run_id)
                st.rerun(scope="fragment")
        _draw_progress(status)


def _draw_head(run: RunDirectory, status: Status) -> None:
    """Draw a run's state, name and time, one after the other in a row."""
    colour, icon = LOOK[status.state]
    st.badge(status.state, icon=icon, color=colour)
    st.markdown(f"**{run.run_id}**", width="content")
    st.markdown(_start_and_duration(run, status), width="content")


def _start_and_duration(run: RunDirectory, status: Status) -> str:
    """Return when a run was started, and how long it has been working."""
    created = run.launch_record()["created"]
    seconds = max(0.0, (time.time() if status.state == "running" else status.updated) - created)
    result = run.result()
    if result is not None:
        seconds = sum(result.seconds.values())
    return f"{time.strftime('%Y-%m-%d %H:%M', time.localtime(created))} · {duration(seconds)}"


def _draw_progress(status: Status) -> None:
    """Draw how far a running run is, or why another one ended before its end."""
    if status.state == "running":
        share = status.done / status.total if status.total else 0.0
        text = MESSAGES.get(status.message, status.message)
        if status.total:
            text = f"{status.stage} {status.message}: {status.done:,} of {status.total:,}"
        st.progress(min(share, 1.0), text=text)
    elif status.message and status.state in ("failed", "lost", "cancelled", "damaged"):
        message = f"{status.state.capitalize()}: {status.message}"
        (st.error if status.state in ("failed", "damaged") else st.warning)(
            message, icon=LOOK[status.state][1]
        )


def act(action: Callable[[], object]) -> None:
    """Do what a button asks for and draw the page anew; an error is drawn in the button's place."""
    try:
        with st.spinner("One moment …"):
            action()
    except (UserError, OSError) as error:
        st.error(str(error), icon=":material/error:")
        return
    st.rerun()
