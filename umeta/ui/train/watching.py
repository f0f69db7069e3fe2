"""The run on show: its curves, the episode that it is trained on, and its log; of one that ended, at any step."""

from pathlib import Path

import streamlit as st

from umeta.cache import Home
from umeta.runs import RunDirectory
from umeta.runs.run_facts import RunFacts
from umeta.ui.frame import access
from umeta.ui.frame.new_events import curves_of
from umeta.ui.frame.page_settings import KEPT
from umeta.ui.train.episode import draw_episode
from umeta.ui.train.live_curves import draw_curves, why_no_curves

LOG_BYTES, LOG_LINES = 16_384, 40
"""Of the end of a log that are read, and shown."""


def draw_watching(facts: RunFacts, home: Home) -> None:
    """Draw how a run's training goes or went."""
    curves = curves_of(facts.run)
    if not curves:
        st.markdown(f":material/show_chart: {why_no_curves(facts)}")
        _draw_log(facts.run)
        return
    last = {learner: int(curve["step"][-1]) for learner, curve in curves.items()}
    learner = next(reversed(last))  # the one that was trained last, or is being trained
    if facts.status.may_run:
        draw_curves(facts, curves)
    else:
        with st.container(horizontal=True, vertical_alignment="bottom"):
            if len(last) > 1:
                learner = st.segmented_control(
                    "Training",
                    list(last),
                    default=learner,
                    key=f"training {facts.run.run_id}",
                    persist_state=KEPT,
                    required=True,
                )
            until = _draw_slider(facts.run, last[learner])
        draw_curves(facts, curves, until=until)
        last[learner] = until
    draw_episode(facts, learner, last[learner], home)
    _draw_log(facts.run)


def _draw_slider(run: RunDirectory, last: int) -> int:
    """Draw the slider that goes through a training again, and return the step it stands at."""
    if last == 1:
        return 1
    key = f"replay {run.run_id}"
    if st.session_state.get(key, 1) > last:  # another training was longer
        st.session_state[key] = last
    return st.slider(
        "Replay: training step",
        1,
        last,
        last,
        key=key,
        persist_state=KEPT,
        help="Curves and episode as they were at that step.",
    )


def _draw_log(run: RunDirectory) -> None:
    """Draw the end of what a run's process printed, folded away; it may name paths, so not for visitors."""
    lines = log_lines(run.path / "run.log") if access.is_full() else []
    if lines:
        with st.expander("Log", icon=":material/notes:"):
            st.code("\n".join(lines), language=None, wrap_lines=True, height=220)


def log_lines(file: Path) -> list[str]:
    """Return the last lines of a log; none where it cannot be read."""
    try:
        with file.open("rb") as stream:
            size = stream.seek(0, 2)
            stream.seek(max(0, size - LOG_BYTES))
            text = stream.read().decode(errors="replace")
    except OSError:
        return []
    lines = text.splitlines()
    return (lines if size <= LOG_BYTES else lines[1:])[-LOG_LINES:]  # the first may be torn
