"""The page Draw: a query drawn by hand, one example of each class, and what three methods make of it at once."""

import numpy as np
import streamlit as st
from jaxtyping import UInt8

from umeta.data.drawn_strokes import Stroke, ink_of
from umeta.data.glyphs.drawing import draw_glyphs
from umeta.stage import UserError
from umeta.ui.draw.answers import answers
from umeta.ui.draw.answers_view import draw_answers
from umeta.ui.draw.keeping import offer_to_keep
from umeta.ui.draw.pad import QUERY, draw_pad, drawn_strokes
from umeta.ui.draw.photographs import pick_photographs
from umeta.ui.draw.place_on_map import draw_place
from umeta.ui.draw.stroke_code import from_text, to_text
from umeta.ui.frame import links, state

WAYS = (3, 10)
CLASSES_PER_ALPHABET = 3


def draw_board() -> None:
    """Draw the controls, the pad and the answers."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        n_way = st.slider(
            "Classes", *WAYS, links.N_DRAWN.default, key=links.N_DRAWN.key, bind="query-params", width=260
        )
        number = int(links.CHARACTERS.read() or links.CHARACTERS.default)
        st.button(
            "Other characters",
            icon=":material/casino:",
            on_click=_other_characters,
            args=(number,),
            width="content",
        )
    _draw_pad_and_answers(n_way, number)


def _other_characters(number: int) -> None:
    links.CHARACTERS.write(number + 1)
    links.STROKES.remove()


@st.fragment
def _draw_pad_and_answers(n_way: int, number: int) -> None:
    samples, session = _samples(n_way, number), f"{n_way} {number}"
    linked = _linked_strokes(n_way)
    left, right = st.columns([1, 1.5], gap="large")
    with left:
        draw_pad(samples, linked, session=session, on_strokes=lambda: _put_into_link(n_way, session))
        photographs = pick_photographs(n_way)
    strokes = drawn_strokes(n_way, session) or linked
    own: dict[int, np.ndarray] = {slot: ink_of(lines) for slot, lines in strokes.items() if lines} | dict(
        photographs
    )
    with right:
        if QUERY in own:
            examples = np.stack([own[k + 1] if k + 1 in own else samples[k] for k in range(n_way)])
            draw_answers(answers(examples, own[QUERY]), examples, own[QUERY])
            draw_place(own[QUERY])
        else:
            st.markdown(
                f"**Draw one of the {n_way} characters on the pad.** Each is known from a single example, drawn by the "
                "computer; choose a class to draw an example of your own in its place."
            )
    if own:
        with left:
            offer_to_keep(own, n_way, f"{number} of {n_way}", state.home())


def _put_into_link(n_way: int, session: str) -> None:
    strokes = drawn_strokes(n_way, session)
    if strokes is not None:
        links.STROKES.write(to_text(strokes))


def _linked_strokes(n_way: int) -> dict[int, list[Stroke]]:
    """Return the strokes of the link in this page's slots; a warning is drawn where they are damaged."""
    try:
        strokes = from_text(links.STROKES.read())
    except UserError as error:
        links.say(str(error))
        return {}
    return {slot: own for slot, own in strokes.items() if slot <= n_way}


@st.cache_data(max_entries=64, show_spinner=False)
def _samples(n_way: int, number: int) -> UInt8[np.ndarray, "n_way 1 28 28"]:
    """Return one invented character for each class, three of each alphabet or fewer."""
    n_alphabets = -(-n_way // CLASSES_PER_ALPHABET)
    return draw_glyphs(n_alphabets=n_alphabets, n_classes=n_way, n_drawers=1, seed=number).images
