"""The one act by which true classes come on screen, the same on every page."""

import streamlit as st

from umeta.ui.frame import links, state

SEEN = "umeta.revealed"
"""Set in the session once labels were shown: what is launched afterwards says so in its result."""


def reveal_toggle() -> bool:
    """Draw the toggle, and remember in the session that labels were revealed."""
    revealed = st.toggle(
        "Reveal true classes",
        key=links.REVEAL.key,
        bind="query-params",
        help="Shows what people say the images are. No clustering and no training sees it; a run that you launch after "
        "looking is marked “labels revealed”.",
    )
    if revealed or state.selection().partition == "oracle":
        st.session_state[SEEN] = True
    return revealed


def not_seen_badge() -> None:
    """Mark what was computed from true classes."""
    st.badge("true classes: not seen in training", icon=":material/visibility:", color="violet")
