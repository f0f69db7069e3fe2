"""How the page calls the runs that it shows, and how long they will still take."""

import time
from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from umeta.results.run_names import run_names
from umeta.runs import RunConfig, RunDirectory
from umeta.runs.run_facts import RunFacts
from umeta.runs.time_left import time_left
from umeta.stage import UserError
from umeta.ui.frame.new_events import events_of
from umeta.ui.frame.text import plain


def names_of(runs: Sequence[RunFacts]) -> dict[str, str]:
    """Return the name of each run as Markdown: the one that a person gave it, or what tells it from the others."""
    names = run_names({facts.run.run_id: facts.config for facts in runs})
    given = {facts.run.run_id: facts.remarks.name for facts in runs}
    return {run_id: plain(given[run_id] or name) for run_id, name in names.items()}


def seconds_left(facts: RunFacts) -> float | None:
    """Return how long a running run will still take in all; None while nothing is measured yet."""
    try:
        return time_left(config_of(str(facts.run.path)), events_of(facts.run), now=time.time())
    except UserError:
        return None  # its config is of another version


@st.cache_resource(max_entries=100, show_spinner=False)
def config_of(path: str) -> RunConfig:
    """Return the config of the run in a directory, read once.

    Raises:
        UserError: it cannot be read.
    """
    return RunDirectory(Path(path)).config()
