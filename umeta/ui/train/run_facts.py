"""What a card says of a run; of a run that has ended nothing is read twice."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from umeta.results.run_names import run_names
from umeta.runs import RunConfig, RunDirectory
from umeta.runs.status import Status, read_json, read_status
from umeta.runs.time_left import time_left
from umeta.stage import UserError
from umeta.ui.frame.new_events import events_of
from umeta.ui.frame.text import plain


@dataclass(frozen=True)
class RunFacts:
    """A run and how it is doing."""

    run: RunDirectory
    status: Status
    created: float
    """When it was launched, in seconds since 1970."""
    seconds: float
    """How long it has been working."""
    config: Mapping[str, Any]
    """Its config as it is stored; empty if that cannot be read."""
    notes: tuple[str, ...] = ()
    """What was left out or assumed in reading its images, and which defaults were fitted to them."""

    @property
    def learner(self) -> str:
        """The name of its learner, "" if that cannot be read."""
        learner = self.config.get("learner")
        return str(learner.get("name", "")) if isinstance(learner, Mapping) else ""

    @property
    def is_judged_on_views(self) -> bool:
        """Whether its test tasks are views of images, not true classes."""
        test = self.config.get("test")
        return isinstance(test, Mapping) and test.get("of") == "views"


def facts_of(run: RunDirectory) -> RunFacts:
    """Return what there is to say of a run now."""
    status = read_status(run.path)
    if not status.may_run:
        return _facts_of_ended(str(run.path), tuple(_changed(run.path / name) for name in _FILES))
    launched, config = run.launch_record(), read_json(run.config_file) or {}
    created = launched["created"]
    return RunFacts(run, status, created, max(0.0, time.time() - created), config, tuple(launched["notes"]))


def names_of(runs: Sequence[RunFacts]) -> dict[str, str]:
    """Return the name of each run as Markdown: the one that a person gave it, or what tells it from the others."""
    names = run_names({facts.run.run_id: facts.config for facts in runs})
    given = {facts.run.run_id: facts.run.given_name for facts in runs}
    return {run_id: plain(given[run_id] or name) for run_id, name in names.items()}


def seconds_left(facts: RunFacts) -> float | None:
    """Return how long a running run will still take in all; None while nothing is measured yet."""
    try:
        return time_left(_config_of(str(facts.run.path)), events_of(facts.run), now=time.time())
    except UserError:
        return None  # its config is of another version


@st.cache_resource(max_entries=100, show_spinner=False)
def _config_of(path: str) -> RunConfig:
    return RunDirectory(Path(path)).config()


_FILES = ("status.json", "result.json", "config.json", "launch.json")


@st.cache_resource(max_entries=5000, show_spinner=False)
def _facts_of_ended(path: str, changed: tuple[int, ...]) -> RunFacts:
    """Return the facts of a run that has ended; `changed` tells its files from later ones of the same place."""
    run = RunDirectory(Path(path))
    status, result, launched = run.status(), run.result(), run.launch_record()
    created, notes = launched["created"], launched["notes"] or (result.notes if result else ())
    seconds = max(0.0, status.updated - created) if result is None else sum(result.seconds.values())
    return RunFacts(run, status, created, seconds, read_json(run.config_file) or {}, tuple(notes))


def _changed(file: Path) -> int:
    try:
        return file.stat().st_mtime_ns
    except OSError:
        return 0
