"""The grid of images to mark, as a Streamlit component; every change is stored under the home at once."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.components.v2 import component

from umeta.data import Dataset
from umeta.data.marks import MAX_NAME, Marks
from umeta.data.marks_store import change_marks, stored_marks
from umeta.figures.palette import PETROFF
from umeta.stage import UserError
from umeta.ui.frame import access, state
from umeta.ui.label.groups import View
from umeta.ui.shared.grid import css_colour
from umeta.ui.shared.map.media import MEDIA_URL_SCRIPT, media_path

_HERE = Path(__file__).parent
KEY = "marking"
_KNOWN, _STORED, _PROBLEM, _REVISION = (
    f"umeta.marks {what}" for what in ("known", "stored", "problem", "revision")
)
_render = component(
    "umeta.marking",
    html='<div class="marking"></div>',
    css=(_HERE / "marking.css").read_text("utf-8"),
    js=f"{MEDIA_URL_SCRIPT.read_text('utf-8')}\n{(_HERE / 'marking.js').read_text('utf-8')}",
)


def current_marks(dataset: Dataset) -> Marks:
    """Return the marks as they are stored.

    Raises:
        UserError: they are damaged.
    """
    session = _session(dataset)
    if st.session_state.get(_KNOWN, ("", None))[0] != session:
        st.session_state[_KNOWN] = session, stored_marks(state.home(), dataset.content)
        st.session_state[_STORED] = "", 0
    return st.session_state[_KNOWN][1]


def draw_marking(dataset: Dataset, views: Sequence[View]) -> None:
    """Draw the grid. What else shows marks is to be drawn before: the grid says that they are stored."""
    session, marks = _session(dataset), current_marks(dataset)
    shown = f"{session} {' '.join(view.sprite.pages[0] for view in views)}"
    stored_session, stored = st.session_state[_STORED]
    _render(
        key=KEY,
        height="content",
        data=[
            {
                "session": shown,
                "marks": _as_numbers(marks, dataset),
                "saved": stored if stored_session == shown else 0,
                "problem": st.session_state.get(_PROBLEM, ""),
                "views": [view.as_data() for view in views],
                "ink": views[0].sprite.ink,
                "colours": [css_colour(colour) for colour in PETROFF],
                "mediaPath": media_path(),
            }
        ],
        on_marks_change=lambda: _store(dataset, session),
    )


def _session(dataset: Dataset) -> str:
    return f"{dataset.content} {st.session_state.get(_REVISION, 0)}"


def show_anew() -> None:
    """Let the grid take the marks as they are stored, after something else than the grid has changed them."""
    st.session_state[_REVISION] = st.session_state.get(_REVISION, 0) + 1


def _store(dataset: Dataset, session: str) -> None:
    """Store what the browser tells, before the rerun that it causes; what another window marked meanwhile stays."""
    told = (st.session_state.get(KEY) or {}).get("marks") or {}
    known_session, before = st.session_state[_KNOWN]
    if known_session != session or not str(told.get("session", "")).startswith(session):
        return
    after = _from_numbers(told, dataset)
    try:
        access.check_full("Marking")
        now = change_marks(state.home(), dataset.content, before, after)
    except (UserError, OSError) as error:
        st.session_state[_PROBLEM] = f"Not stored: {error}"
        return
    st.session_state[_PROBLEM] = ""
    st.session_state[_STORED] = told["session"], told["sent"]
    st.session_state[_KNOWN] = session, now
    if now.class_of != after.class_of or list(now.classes) != list(after.classes):
        show_anew()


def _as_numbers(marks: Marks, dataset: Dataset) -> dict[str, Any]:
    """Return marks as the browser has them: names, and pairs of an item and the place of its class."""
    numbers = {label: number for number, label in enumerate(marks.classes)}
    class_of = marks.class_of
    items = [
        [item, numbers[class_of[name]]] for item, name in enumerate(dataset.images.ids) if name in class_of
    ]
    return {"classes": list(marks.classes), "items": items}


def _from_numbers(told: Mapping[str, Any], dataset: Dataset) -> Marks:
    """Return the marks that the browser tells; what is no item or no class is left out."""
    names = [str(name).strip()[:MAX_NAME] for name in told["classes"]]
    classes: dict[str, list[str]] = {name: [] for name in names if name}
    for item, number in told["items"]:
        if 0 <= number < len(names) and names[number] and 0 <= item < len(dataset.images):
            classes[names[number]].append(str(dataset.images.ids[item]))
    return Marks({name: tuple(ids) for name, ids in classes.items()}, dataset.content)
