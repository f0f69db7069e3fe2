"""Runs as cards: how each is doing, and the curves of the one on show."""

import time
from typing import Literal

import streamlit as st

from umeta.cache import Home
from umeta.runs import RunDirectory
from umeta.runs.queue import positions
from umeta.runs.run_facts import RunFacts, read_facts
from umeta.runs.run_list import list_facts
from umeta.ui.frame import links
from umeta.ui.frame.encoder_training import draw_picture
from umeta.ui.frame.text import cut, plain
from umeta.ui.shared.run_problems import draw_problems
from umeta.ui.train.queue_order import Positions, draw_order, position_sentence, rank
from umeta.ui.train.run_actions import draw_buttons, draw_deleted, draw_more, draw_results_link, draw_undo
from umeta.ui.train.run_choice import draw_choice
from umeta.ui.train.run_facts import names_of, seconds_left
from umeta.wording import counted, duration

Colour = Literal["blue", "green", "gray", "red", "orange", "violet"]
LOOK: dict[str, tuple[Colour, str]] = {
    "queued": ("violet", ":material/hourglass_top:"),
    "running": ("blue", ":material/play_circle:"),
    "frozen": ("orange", ":material/pause_circle:"),
    "finished": ("green", ":material/check_circle:"),
    "cancelled": ("gray", ":material/cancel:"),
    "failed": ("red", ":material/error:"),
    "lost": ("orange", ":material/question_mark:"),
    "damaged": ("red", ":material/broken_image:"),
    "unknown": ("gray", ":material/question_mark:"),
}
LIVE_SECONDS, LIST_SECONDS = 1.0, 5.0
"""Between two looks at the run on show, and at all runs, while one is at work."""
MESSAGES = {"starting": "its process is starting"}


def draw_runs(home: Home) -> None:
    """Draw the chosen run with its curves, then all runs as cards, those at work first; live while one is."""
    active = any(facts.status.is_at_work for facts in list_facts(home))
    st.fragment(_draw_all, run_every=LIST_SECONDS if active else None, key="runs")(home, active)


def _draw_all(home: Home, active: bool) -> None:
    draw_undo(home)
    runs = list_facts(home)
    if active and not any(facts.status.is_at_work for facts in runs):
        st.rerun()  # once, so that the timer stops
    if not runs:
        st.info(
            "No run yet. Start one above, or see what the studies below have found.",
            icon=":material/info:",
        )
        draw_deleted(home)
        return
    queued = positions(home)
    runs.sort(key=lambda facts: rank(facts.status, facts.run.path, queued))
    linked = links.RUN.read()
    if linked and all(facts.run.run_id != linked for facts in runs):
        links.say(f"run={cut(linked)!r} is not here.")
    chosen = next((facts for facts in runs if facts.run.run_id == linked), runs[0])
    place_of_chosen = st.container()
    groups = draw_choice(runs, home)
    shown = [facts for group in groups for facts in group.runs]
    names = names_of([*shown, *(() if chosen in shown else (chosen,))])
    with place_of_chosen:
        is_live = chosen.status.is_at_work
        live = st.fragment(_draw_live, run_every=LIVE_SECONDS if is_live else None, key="live run")
        live(chosen.run, names[chosen.run.run_id], home, is_live)
    for group in groups:
        if group.title:
            st.markdown(f"###### {plain(group.title)}")
        for facts in group.runs:
            _draw_card(facts, names[facts.run.run_id], home, queued, is_chosen=facts is chosen)
    draw_deleted(home)


def _draw_live(run: RunDirectory, name: str, home: Home, active: bool) -> None:
    """Draw the run on show as it is now; what else is on the page is drawn anew less often."""
    from umeta.ui.train.watching import draw_watching  # imports pandas, which a list of runs does without

    facts = read_facts(run)
    if active and not facts.status.is_at_work:
        st.rerun()  # once, so that the timer stops
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center"):
            _draw_head(facts, name)
        if facts.remarks.note:
            st.markdown(plain(facts.remarks.note))
        _draw_progress(facts, positions(home))
        draw_watching(facts, home)
        draw_picture(run)
        with st.container(horizontal=True):
            draw_buttons(facts, home)
            if facts.status.state == "finished":
                draw_results_link(run)


def _draw_card(facts: RunFacts, name: str, home: Home, queued: Positions, *, is_chosen: bool) -> None:
    run = facts.run
    with st.container(border=True, gap="small"):
        with st.container(horizontal=True, vertical_alignment="center"):
            _draw_head(facts, name)
        if facts.remarks.note:
            st.markdown(plain(facts.remarks.note))
        _draw_progress(facts, queued)
        with st.container(horizontal=True, vertical_alignment="center"):
            draw_order(run.path, queued, home)
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
    elsewhere = status.may_run and not status.process.is_here
    host = f"host {plain(status.host)}"
    place = f" · {host} not reachable" if status.state == "unknown" else f" · on {host}"
    st.markdown(f"{started} · {duration(facts.seconds)}{place if elsewhere else ''}", width="content")
    for tag in facts.remarks.tags:
        st.markdown(f":material/sell: {plain(tag)}", width="content")
    if facts.notes:
        st.markdown(
            f":material/info: {counted(len(facts.notes), 'note')}",
            help="\n".join(f"- {plain(note)}" for note in facts.notes),
            width="content",
        )


def _draw_progress(facts: RunFacts, queued: Positions) -> None:
    """Draw how far a running run is and what time it has left, or why another one waits or ended before its end."""
    status = facts.status
    if status.state == "queued":
        st.markdown(position_sentence(facts.run.path, queued))
    elif status.state == "running":
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
    if not status.may_run:
        draw_problems(facts.run, but=status.message)
