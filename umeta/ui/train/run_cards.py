"""Runs on a page: their cards and their live curves."""

import time
from collections.abc import Callable, Mapping
from typing import Literal

import pandas as pd
import streamlit as st

from umeta.cache import Home
from umeta.figures.curves import training_curves
from umeta.runs import RunDirectory, cancel, cost_model, list_runs, resume
from umeta.runs.directory import Status
from umeta.stage import UserError
from umeta.ui.frame import state

SHOWN = 8
Colour = Literal["blue", "green", "gray", "red", "orange"]
LOOK: dict[str, tuple[Colour, str]] = {
    "running": ("blue", ":material/play_circle:"),
    "finished": ("green", ":material/check_circle:"),
    "cancelled": ("gray", ":material/cancel:"),
    "failed": ("red", ":material/error:"),
    "lost": ("orange", ":material/question_mark:"),
    "unknown": ("gray", ":material/question_mark:"),
}
CURVES = {
    "loss": "**Loss** in practice, running mean",
    "accuracy": "**Accuracy** in practice, running mean",
    "meta_val": "**Accuracy on meta_val**, new true classes",
}
MESSAGE = {"starting": "its process is starting"}


def draw_runs(home: Home) -> None:
    """Draw the chosen run with its curves, then all runs as cards, running ones first; live while one is running."""
    runs = list_runs(home)
    active = any(run.status().state == "running" for run in runs)
    st.fragment(_live, run_every=1.0 if active else None, key="live runs")(home, active)


def _live(home: Home, active: bool) -> None:
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
    asked = st.query_params.get("run")
    if asked and asked not in states:
        st.warning(f"run={asked!r} is not here.", icon=":material/link_off:")
    chosen = next((run for run in runs if run.run_id == asked), runs[0])
    _draw_chosen(chosen, states[chosen.run_id], home)
    st.markdown(f"##### All runs ({len(runs)})")
    everything = len(runs) <= SHOWN or st.toggle(f"Show all {len(runs)}", key="all runs")
    for run in runs if everything else runs[:SHOWN]:
        _draw_card(run, states[run.run_id], shown=run is chosen)


def _draw_chosen(run: RunDirectory, status: Status, home: Home) -> None:
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center"):
            _head(run, status)
        _progress(run, status)
        _curves(run)
        if run.picture_file.exists():
            st.image(run.picture_file.read_bytes(), width=420, caption="How the encoder's training goes")
        with st.container(horizontal=True):
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
                    query_params={"run": run.run_id},
                )


def _draw_card(run: RunDirectory, status: Status, *, shown: bool) -> None:
    with st.container(border=True, gap="small"):
        with st.container(horizontal=True, vertical_alignment="center"):
            _head(run, status)
            if st.button(
                "Shown above" if shown else "Show its curves",
                key=f"show {run.run_id}",
                icon=":material/show_chart:",
                type="tertiary",
                disabled=shown,
            ):
                st.query_params["run"] = run.run_id
                st.rerun(scope="fragment")
        if status.state == "running":
            _progress(run, status)
        else:
            _message(status)


def _head(run: RunDirectory, status: Status) -> None:
    """Draw a run's state, name and time, one after the other in a row."""
    colour, icon = LOOK[status.state]
    st.badge(status.state, icon=icon, color=colour)
    st.markdown(f"**{run.run_id}**", width="content")
    st.markdown(_when(run, status), width="content")


def _when(run: RunDirectory, status: Status) -> str:
    created = run.launch_record()["created"]
    spent = max(0.0, (time.time() if status.state == "running" else status.updated) - created)
    result = run.result()
    if result is not None:
        spent = sum(result["seconds"].values())
    return f"{time.strftime('%Y-%m-%d %H:%M', time.localtime(created))} · {cost_model.duration(spent)}"


def _progress(run: RunDirectory, status: Status) -> None:
    if status.state != "running":
        _message(status)
        return
    share = status.done / status.total if status.total else 0.0
    what = (
        f"{status.stage} {status.message}: {status.done:,} of {status.total:,}"
        if status.total
        else MESSAGE.get(status.message, status.message)
    )
    st.progress(min(share, 1.0), text=what)


def _message(status: Status) -> None:
    if status.message and status.state in ("failed", "lost", "cancelled"):
        words = f"{status.state.capitalize()}: {status.message}"
        (st.error if status.state == "failed" else st.warning)(words, icon=LOOK[status.state][1])


def _curves(run: RunDirectory) -> None:
    """Draw loss and accuracy so far; only new lines of the run's events are read."""
    memory = st.session_state.setdefault(f"umeta.events {run.run_id}", {"cursor": 0, "events": []})
    new, memory["cursor"] = run.events(memory["cursor"])
    memory["events"] += [event for event in new if event["stage"] == "train"]
    curves = training_curves(memory["events"])
    if not curves:
        return
    frames = {name: _frame(curve) for name, curve in curves.items()}
    for place, (column, words) in zip(st.columns(len(CURVES)), CURVES.items(), strict=True):
        table = pd.DataFrame({name: frame[column] for name, frame in frames.items()}).interpolate(
            limit_area="inside"
        )
        with place:
            st.markdown(words)
            if len(filled := table.dropna(how="all")) == 1:
                st.markdown(f"So far {_last(filled)}.")
            elif len(filled):
                st.line_chart(table, x_label="training step", height=240, alt=_said(column, table))
            else:
                st.markdown("Judged after each tenth of the training.")
    with st.expander("Show as table", icon=":material/table:"):
        st.dataframe(pd.concat(frames, axis=1), key="curve table", height=230)


def _frame(curve: Mapping[str, list[float]]) -> pd.DataFrame:
    frame = pd.DataFrame(
        {name: curve[name] for name in ("loss", "accuracy")}, index=pd.Index(curve["step"], name="step")
    )
    probes = pd.Series(
        curve["meta_val"], index=pd.Index(curve["val_step"], name="step"), dtype=float, name="meta_val"
    )
    return frame.join(probes, how="outer")


def _said(what: str, table: pd.DataFrame) -> str:
    return f"{what} by training step. Last values: {_last(table)}."


def _last(table: pd.DataFrame) -> str:
    return ", ".join(
        f"{name} {column.dropna().iloc[-1]:.2f}" for name, column in table.items() if column.notna().any()
    )


def act(action: Callable[[], object]) -> None:
    """Do what a button asks for, and draw the page anew; what went wrong is said in its place."""
    try:
        with st.spinner("One moment …"):
            action()
    except (UserError, OSError) as error:
        st.error(str(error), icon=":material/error:")
        return
    st.rerun()
