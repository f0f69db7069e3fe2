"""Finished runs as pages read them: each is kept in memory until its result changes."""

from pathlib import Path

import streamlit as st

from umeta.results.finished_run import FinishedRun
from umeta.runs import RunDirectory
from umeta.ui.frame.changed_files import changed_at


def finished_run(run: RunDirectory) -> FinishedRun | None:
    """Return the finished run of a directory; None while it has no result that can be read."""
    changed = changed_at(run.result_file)
    return _read(str(run.path), changed) if changed else None


@st.cache_resource(max_entries=256, show_spinner=False)
def _read(path: str, changed: int) -> FinishedRun | None:
    return FinishedRun.of(RunDirectory(Path(path)))
