"""What waits for its turn: its position in the queue, and the buttons that change the order."""

from collections.abc import Mapping
from pathlib import Path

import streamlit as st

from umeta.cache import Home
from umeta.runs.queue import Position, move
from umeta.runs.status import Status
from umeta.ui.frame import access
from umeta.ui.train.run_actions import act

Positions = Mapping[Path, Position]
"""By the directories that wait."""


def rank(status: Status, work: Path, queued: Positions) -> tuple[int, int]:
    """Return by what cards are sorted: what works, then what waits, in order, then the others."""
    if status.state == "queued":
        return 1, queued.get(work, (0, 0))[0]
    return (0, 0) if status.is_at_work else (2, 0)


def position_sentence(work: Path, queued: Positions) -> str:
    """Return where something stands in the queue of this machine, as Markdown."""
    if work not in queued:
        return ":material/hourglass_top: It waits for its turn."
    number, n_waiting = queued[work]
    return f":material/hourglass_top: It waits for its turn: **number {number} of {n_waiting}** in the queue."


def draw_order(work: Path, queued: Positions, home: Home) -> None:
    """Draw the buttons that move what waits in the queue; nothing where it is alone there, or visitors may not."""
    number, n_waiting = queued.get(work, (1, 1))
    if n_waiting == 1 or not access.is_full():
        return
    for label, icon, position, is_possible in (
        ("First", "vertical_align_top", 1, number > 1),
        ("Up", "arrow_upward", number - 1, number > 1),
        ("Down", "arrow_downward", number + 1, number < n_waiting),
    ):
        if st.button(
            label,
            key=f"{label} {work.name}",
            icon=f":material/{icon}:",
            type="tertiary",
            disabled=not is_possible,
            help="Changes the order of the queue.",
        ):
            act(lambda position=position: move(work, position, home), asks_for="Changing the queue")
