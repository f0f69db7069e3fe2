"""What a person has set on a page is there again when they come back to it.

A control that is bound to the link keeps its value by itself; every other one is given `persist_state=KEPT`.
"""

from typing import Literal

import streamlit as st

from umeta.ui.frame import links

KEPT: Literal["session"] = "session"
"""For how long a control keeps what was set, also while another page is open."""
_PAGE, _SECTIONS = "umeta.page", "umeta.sections"


def keep_sections_apart(page: str) -> None:
    """Give a page its own open section when it is opened again; a link to a section comes first.

    Links have one name for the section of any page, so that the control of one page would take over the other's.
    """
    before, key = st.session_state.get(_PAGE), links.SECTION.key
    st.session_state[_PAGE] = page
    if before in (None, page):
        return
    sections = st.session_state.setdefault(_SECTIONS, {})
    left = st.session_state.get(key)
    if left is not None:
        sections[before] = left
    linked = links.SECTION.read()
    if linked and linked != left:
        return
    links.SECTION.write(sections.get(page, ""))
    st.session_state.pop(key, None)
    if page in sections:
        st.session_state[key] = sections[page]
