"""Products kept in memory, shared by all sessions; whatever takes long shows its progress while it is made."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import streamlit as st
from pydantic import BaseModel

from umeta.encoders import Embedding
from umeta.stage import OnStep, Step

T = TypeVar("T")


@dataclass
class _Box:
    """A place for one product; the lock lets one session make it while others wait."""

    lock: threading.Lock
    value: Any = None


@st.cache_resource(max_entries=64, show_spinner=False)
def _box(kind: str, key: str) -> _Box:
    return _Box(threading.Lock())


def remember(kind: str, *parts: object, label: str, make: Callable[[OnStep], T]) -> T:
    """Return a product from memory; if it is not there, make it under a progress bar.

    Args:
        kind: The kind of product.
        parts: What the product is made of. An embedding stands for its key, a config for its options, anything else
            for its text.
        label: What the progress bar says.
        make: Makes the product.
    """
    box = _box(kind, key_of(*parts))
    if box.value is None:
        with box.lock:
            if box.value is None:
                with working(label) as on_step:
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
def working(label: str) -> Iterator[OnStep]:
    """Show a progress bar with a label, and the latest picture, while the block works, and nothing after it."""
    place, picture = st.empty(), st.empty()
    place.progress(0.0, text=f"{label} …")

    def on_step(step: Step) -> None:
        share = step.done / step.total if step.total else 0.0
        place.progress(min(share, 1.0), text=f"{label}: {step.done:,} of {step.total:,}")
        if step.picture is not None:
            picture.image(step.picture, width=420, caption="How the encoder's training goes")

    try:
        yield on_step
    finally:
        place.empty()
        picture.empty()
