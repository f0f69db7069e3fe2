"""The presenter view of a page: large, without sidebar and controls, one thing at a time, by keys or a clicker.

    if presented():
        draw_in_turn({"the maps": draw_maps, "the report": draw_report})

Page Down and Page Up, as clickers send them, and the arrow keys turn; Escape leaves.
"""

from collections.abc import Callable, Mapping
from pathlib import Path

import streamlit as st
from streamlit.components.v2 import component

from umeta.ui.frame import links
from umeta.ui.frame.styles import style_beside

_hear_keys = component("umeta.turn_keys", js=Path(__file__).with_name("turn_keys.js").read_text("utf-8"))


def presented() -> bool:
    """Return whether the page is shown to a hall."""
    return links.PRESENT.read().lower() == "true"


def draw_presenter(page: str) -> None:
    """Give a page the look of the presenter view where the link asks for it, else the button that asks for it.

    Args:
        page: Its name.
    """
    if page not in links.PRESENTED or (page == "learn" and not links.LESSON.read()):
        return  # of Learn, a lesson is presented, not the list
    if presented():
        st.html(style_beside(__file__))
        return
    st.button(
        "Present",
        icon=":material/slideshow:",
        key="present page",
        on_click=links.PRESENT.write,
        args=("true",),
        help="Large and one thing at a time, for a projector. Page Down and Page Up turn, Escape leaves.",
    )


def draw_in_turn(things: Mapping[str, Callable[[], object]]) -> None:
    """Draw the one of a page's things that is its turn, and the ways to the others."""
    linked = links.SLIDE.read()
    place = min(max(int(float(linked)) - 1, 0), len(things) - 1) if linked else 0
    list(things.values())[place]()
    draw_turns(place, len(things), lambda to: links.SLIDE.write(to + 1))


def draw_turns(place: int, n_places: int, go: Callable[[int], None]) -> None:
    """Draw Back and Next, where one is, and in the presenter view the way out; keys press these buttons.

    Args:
        place: Where one is, from 0.
        n_places: How many places there are.
        go: Called with another place before the page is drawn anew.
    """
    with st.container(key="turns", horizontal=True, vertical_alignment="center"):
        st.button(
            "Back",
            icon=":material/chevron_left:",
            key="back",
            disabled=place == 0,
            on_click=go,
            args=(place - 1,),
        )
        st.markdown(f"{place + 1} of {n_places}", width="content")
        st.button(
            "Next",
            icon=":material/chevron_right:",
            icon_position="right",
            key="next",
            type="primary",
            disabled=place == n_places - 1,
            on_click=go,
            args=(place + 1,),
        )
        if presented() and st.button("Leave", icon=":material/close:", key="leave"):
            links.PRESENT.remove()
            st.rerun()
        _hear_keys(key="turn keys", height="content")
