"""The events of a directory in which a process works; of what a session has read before, nothing is read again."""

from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from umeta.figures.curves import Curve, GrowingCurves
from umeta.runs.working_directory import WorkingDirectory


@dataclass
class _Read:
    """What a session has read of a directory."""

    cursor: int = 0
    events: list[dict[str, Any]] = field(default_factory=list)
    curves: GrowingCurves = field(default_factory=GrowingCurves)


def events_of(directory: WorkingDirectory) -> list[dict[str, Any]]:
    """Return all events so far, the oldest first."""
    return _read(directory).events


def curves_of(directory: WorkingDirectory) -> dict[str, Curve]:
    """Return the curves of the trainings so far, by what their tasks are made of."""
    return _read(directory).curves.columns()


def _read(directory: WorkingDirectory) -> _Read:
    key = f"umeta.events {directory.path}"
    read = st.session_state.setdefault(key, _Read())
    try:
        size = (directory.path / "events.jsonl").stat().st_size
    except OSError:
        size = 0
    if size < read.cursor:  # it was begun anew
        read = st.session_state[key] = _Read()
    new_events, read.cursor = directory.events(read.cursor)
    read.events += new_events
    read.curves.add(new_events)
    return read
