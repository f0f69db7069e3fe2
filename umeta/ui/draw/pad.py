"""The pad on which a person draws the query and examples, as a Streamlit component."""

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import streamlit as st
from jaxtyping import UInt8
from streamlit.components.v2 import component

from umeta.data.drawn_strokes import Stroke
from umeta.figures.palette import PETROFF
from umeta.ui.shared.grid import css_colour

_HERE = Path(__file__).parent
KEY = "pad"
QUERY = 0
"""The slot of the query; slot k is the example of class k, from 1."""
_render = component(
    "umeta.pad",
    html='<div class="pad"><div class="slots"></div><canvas class="paper" role="img" tabindex="-1"></canvas>'
    '<div class="foot"><p class="what" aria-live="polite"></p><button type="button" class="undo">Undo</button>'
    '<button type="button" class="clear">Clear</button></div></div>',
    css=(_HERE / "pad.css").read_text("utf-8"),
    js=(_HERE / "pad.js").read_text("utf-8"),
)


def draw_pad(
    samples: UInt8[np.ndarray, "n_way 1 28 28"],
    start: Mapping[int, list[Stroke]],
    *,
    session: str,
    on_strokes: Callable[[], None],
) -> None:
    """Draw the pad with a slot for the query and one for each class.

    Args:
        samples: What stands in the slot of a class until a person draws there.
        start: Strokes by slot that a new session begins with.
        session: What identifies it: another one begins anew.
        on_strokes: Called before the rerun that a finished stroke causes.
    """
    _render(
        key=KEY,
        height="content",
        data=[
            {
                "session": session,
                "strokes": {
                    str(slot): [np.asarray(s).tolist() for s in strokes] for slot, strokes in start.items()
                },
                "examples": [["".join(map(str, row // 28)) for row in sample[0]] for sample in samples],
                "colours": [css_colour(colour) for colour in PETROFF[: len(samples)]],
            }
        ],
        on_drawn_change=on_strokes,
    )


def drawn_strokes(n_way: int, session: str) -> dict[int, list[Stroke]] | None:
    """Return what the browser last told of a session, by slot; None if it told nothing yet."""
    told = st.session_state.get(KEY, {}).get("drawn")
    if told is None or told["session"] != session:
        return None
    slots = {slot: told["strokes"].get(str(slot)) or [] for slot in range(n_way + 1)}
    return {slot: [np.array(points, float) for points in strokes] for slot, strokes in slots.items()}
