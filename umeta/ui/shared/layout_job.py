"""A projection on its way while the page stays usable: its progress, and where its points are so far."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread

import streamlit as st

from umeta.projections import Projection
from umeta.stage import OnStep, Step
from umeta.ui.frame.text import plain


@dataclass
class LayoutJob:
    """One projection on its way."""

    make: Callable[[OnStep], object]
    snapshot: Path
    """Where the positions so far are kept while it is on its way."""
    thread: Thread = field(init=False)
    started: float = field(default_factory=time.monotonic)
    step: Step | None = None
    problem: Exception | None = None

    def __post_init__(self) -> None:
        self.thread = Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self) -> None:
        try:
            self.make(lambda step: setattr(self, "step", step))
        except Exception as problem:
            self.problem = problem  # the page that waits raises it
        finally:
            self.snapshot.unlink(missing_ok=True)


def layout_job(key: str, make: Callable[[OnStep], object], snapshot: Path) -> LayoutJob:
    """Return the job of that key, all sessions the same, which is begun if none is on its way.

    One that failed is returned once more, for its problem to be told; whoever asks after that begins it anew.
    """
    job = _job(key, make, snapshot)
    if job.thread.is_alive():
        return job
    _job.clear(key)
    return job if job.problem else _job(key, make, snapshot)


@st.cache_resource(max_entries=16, show_spinner=False)
def _job(key: str, _make: Callable[[OnStep], object], _snapshot: Path) -> LayoutJob:
    return LayoutJob(_make, _snapshot)


@st.fragment(run_every=0.5)
def wait_for(job: LayoutJob, method: Projection, n_items: int) -> None:
    """Show how far a job is, and run the page anew once it is done."""
    if not job.thread.is_alive():
        st.rerun()
    seconds, step, usual = time.monotonic() - job.started, job.step, method.estimate(n_items)
    share, note = (step.done / step.total, step.note) if step and step.total else (0.0, "")
    left = "longer than usual" if seconds > usual else f"about {usual:.0f} s in all, the first time"
    if share > 0.05:
        left = f"about {seconds / share - seconds:.0f} s left"
    st.progress(
        min(share, 1.0),
        text=f"{method.title} {plain(note or 'starts')}: {seconds:.0f} s so far, {left}. "
        "The map begins as PCA has it.",
    )
