"""The events of a directory in which a process works; of what a session has read before, nothing is read again."""

from typing import Any

import streamlit as st

from umeta.runs.working_directory import WorkingDirectory


def events_of(directory: WorkingDirectory) -> list[dict[str, Any]]:
    """Return all events so far, the oldest first."""
    read = st.session_state.setdefault(f"umeta.events {directory.path}", {"cursor": 0, "events": []})
    file = directory.path / "events.jsonl"
    if not file.exists() or file.stat().st_size < read["cursor"]:  # it was begun anew
        read.update(cursor=0, events=[])
    new_events, read["cursor"] = directory.events(read["cursor"])
    read["events"] += new_events
    return read["events"]
