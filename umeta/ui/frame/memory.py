"""Products kept in memory, shared by all sessions; whatever takes long shows its progress while it is made."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import streamlit as st
from pydantic import BaseModel

from umeta.encoders import Embedding
from umeta.stage import OnStep, Step, content_hash
from umeta.ui.frame.errors import Stopped
from umeta.ui.frame.text import plain

T = TypeVar("T")
_STOPPED = "umeta.stopped"


@dataclass
class _Box:
    """A place for one product; the lock lets one session make it while others wait."""

    lock: threading.Lock
    value: Any = None


@st.cache_resource(max_entries=64, show_spinner=False)
def _box(kind: str, key: str) -> _Box:
    return _Box(threading.Lock())


def remember(kind: str, *parts: object, label: str, make: Callable[[OnStep], T], asked: bool = False) -> T:
    """Return a product from memory; if it is not there, make it under a progress bar.

    Args:
        kind: The kind of product.
        parts: What the product is made of. An embedding stands for its key, a config for its options, anything else
            for its text.
        label: What the progress bar says.
        make: Makes the product.
        asked: Whether a person has just asked for it, so that nothing waits that they stopped before.

    Raises:
        Stopped: the person stopped it; the page has a button to go on.
    """
    key = key_of(*parts)
    box = _box(kind, key)
    if box.value is None:
        work = f"{kind} {content_hash(key)}"
        if asked:
            st.session_state.pop(_STOPPED, None)
        _refuse_if_stopped(work, label)
        with _held(box.lock, label):
            if box.value is None:
                with working(label, stop=work) as on_step:
                    box.value = make(on_step)
    return box.value


def key_of(*parts: object) -> str:
    """Return the text that tells a product from others of its kind; `parts` are those of `remember`."""
    return " ".join(map(_text, parts))


def _text(part: object) -> str:
    if isinstance(part, Embedding):
        return str(part.key)
    return part.model_dump_json() if isinstance(part, BaseModel) else str(part)


@contextmanager
def working(label: str, *, stop: str = "") -> Iterator[OnStep]:
    """Show a progress bar with a label, and the latest picture, while the block works, and nothing after it.

    Args:
        label: What is being done.
        stop: What the work is known by, if it can be stopped: after a second there is a button for it.
    """
    bar, button, picture = st.empty(), st.empty(), st.empty()
    bar.progress(0.0, text=f"{plain(label)} …")
    start, has_button = time.monotonic(), not stop

    def on_step(step: Step) -> None:
        nonlocal has_button
        share = step.done / step.total if step.total else 0.0
        seconds = time.monotonic() - start
        bar.progress(min(share, 1.0), text=_progress_text(label, step, seconds))
        if step.picture is not None:
            picture.image(step.picture, width=420, caption="How the encoder's training goes")
        if not has_button and seconds > 1:
            button.button("Stop", icon=":material/stop:", key=f"stop {stop}", on_click=_stop, args=(stop,))
            has_button = True

    try:
        yield on_step
    finally:
        for place in (bar, button, picture):
            place.empty()


def _progress_text(label: str, step: Step, seconds: float) -> str:
    text = f"{plain(label)}: {step.done:,} of {step.total:,}"
    if not 0 < step.done < step.total or seconds < 2:
        return text
    left = seconds * (step.total - step.done) / step.done
    return f"{text}, {left:.0f} s left" if left < 90 else f"{text}, {left / 60:.0f} min left"


def _stop(work: str) -> None:
    st.session_state[_STOPPED] = st.session_state.get(_STOPPED, frozenset()) | {work}


def _go_on(work: str) -> None:
    st.session_state[_STOPPED] = st.session_state.get(_STOPPED, frozenset()) - {work}


def _refuse_if_stopped(work: str, label: str) -> None:
    if work not in st.session_state.get(_STOPPED, ()):
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.info(f"{plain(label)}: stopped.", icon=":material/pause_circle:")
        st.button("Go on", icon=":material/play_arrow:", key=f"go on {work}", on_click=_go_on, args=(work,))
    raise Stopped(f"{label} was stopped.")


@contextmanager
def _held(lock: threading.Lock, label: str) -> Iterator[None]:
    """Hold a lock; while another session has it, say so, and let a person leave the page."""
    place = st.empty()
    while not lock.acquire(timeout=0.5):
        place.info(f"{plain(label)}, on another page that is open …", icon=":material/hourglass:")
    try:
        place.empty()
        yield
    finally:
        lock.release()
