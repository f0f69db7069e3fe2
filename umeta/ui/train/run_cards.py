"""Runs as cards: how each is doing, and the curves of the one on show."""

import time
from typing import Literal

import streamlit as st

from umeta.cache import Home
from umeta.runs import list_runs
from umeta.ui.frame import links
from umeta.ui.frame.page_settings import KEPT
from umeta.ui.frame.text import cut, plain
from umeta.ui.train.live_curves import draw_curves
from umeta.ui.train.run_actions import draw_buttons, draw_deleted, draw_more, draw_results_link, draw_undo
from umeta.ui.train.run_facts import RunFacts, facts_of, names_of, seconds_left
from umeta.wording import counted, duration

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
    active = any(facts_of(run).status.state == "running" for run in list_runs(home))
    st.fragment(_draw_live, run_every=1.0 if active else None, key="live runs")(home, active)


def _draw_live(home: Home, active: bool) -> None:
    draw_undo(home)
    runs = [facts_of(run) for run in list_runs(home)]
    if active and not any(facts.status.state == "running" for facts in runs):
        st.rerun()  # once, so that the timer stops
    if not runs:
        st.info(
            "No run yet. Start one above, or see what the studies below have found.",
            icon=":material/info:",
        )
        draw_deleted(home)
        return
    runs.sort(key=lambda facts: facts.status.state != "running")
    linked = links.RUN.read()
    if linked and all(facts.run.run_id != linked for facts in runs):
        links.say(f"run={cut(linked)!r} is not here.")
    chosen = next((facts for facts in runs if facts.run.run_id == linked), runs[0])
    show_all = len(runs) <= MAX_CARDS or bool(st.session_state.get("all runs"))
    shown = runs if show_all else runs[:MAX_CARDS]
    names = names_of([*shown, *(() if chosen in shown else (chosen,))])
    _draw_chosen(chosen, names[chosen.run.run_id], home)
    st.markdown(f"##### All runs ({len(runs):,})")
    if len(runs) > MAX_CARDS:
        st.toggle(f"Show all {len(runs):,}", key="all runs", persist_state=KEPT)
    for facts in shown:
        _draw_card(facts, names[facts.run.run_id], home, is_chosen=facts is chosen)
    draw_deleted(home)


def _draw_chosen(facts: RunFacts, name: str, home: Home) -> None:
    run = facts.run
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center"):
            _draw_head(facts, name)
        _draw_progress(facts)
        draw_curves(facts)
        if run.picture_file.exists():
            st.image(run.picture_file.read_bytes(), width=420, caption="How the encoder's training goes")
        with st.container(horizontal=True):
            draw_buttons(facts, home)
            if facts.status.state == "finished":
                draw_results_link(run)


def _draw_card(facts: RunFacts, name: str, home: Home, *, is_chosen: bool) -> None:
    run = facts.run
    with st.container(border=True, gap="small"):
        with st.container(horizontal=True, vertical_alignment="center"):
            _draw_head(facts, name)
        _draw_progress(facts)
        with st.container(horizontal=True, vertical_alignment="center"):
            if st.button(
                "Shown above" if is_chosen else "Show its curves",
                key=f"show {run.run_id}",
                icon=":material/show_chart:",
                type="tertiary",
                disabled=is_chosen,
            ):
                links.RUN.write(run.run_id)
                st.rerun(scope="fragment")
            if facts.status.state == "finished":
                draw_results_link(run)
            draw_more(facts, name, home)


def _draw_head(facts: RunFacts, name: str) -> None:
    """Draw a run's state, name and time, one after the other in a row."""
    status = facts.status
    colour, icon = LOOK[status.state]
    st.badge(status.state, icon=icon, color=colour)
    st.markdown(f"**{name}**", width="content")
    started = time.strftime("%Y-%m-%d %H:%M", time.localtime(facts.created))
    elsewhere = "" if status.process.is_here or not status.may_run else f" · on host {plain(status.host)}"
    st.markdown(f"{started} · {duration(facts.seconds)}{elsewhere}", width="content")
    if facts.notes:
        st.markdown(
            f":material/info: {counted(len(facts.notes), 'note')}",
            help="\n".join(f"- {plain(note)}" for note in facts.notes),
            width="content",
        )


def _draw_progress(facts: RunFacts) -> None:
    """Draw how far a running run is and what time it has left, or why another one ended before its end."""
    status = facts.status
    if status.state == "running":
        share = status.done / status.total if status.total else 0.0
        text = MESSAGES.get(status.message, status.message)
        if status.total:
            text = f"{status.stage} {status.message}: {status.done:,} of {status.total:,}"
        left = seconds_left(facts)
        whole = "" if left is None else f" · about {duration(left)} left in all"
        st.progress(min(share, 1.0), text=plain(text) + whole)
    elif status.message and status.state != "finished":
        message = plain(f"{status.state.capitalize()}: {status.message}")
        if status.of_config:
            message += " Resumed, it would fail the same way: change that, and start it anew."
        draw = st.error if status.state in ("failed", "damaged") else st.warning
        draw(message, icon=LOOK[status.state][1])
