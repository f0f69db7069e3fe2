"""What is folded away is drawn for those who open it: a table and a piece of code are three megabytes of script."""

from collections.abc import Callable

import streamlit as st

from umeta.ui.frame.text import plain


@st.fragment
def draw_folded(title: str, draw: Callable[[], object], *, icon: str, key: str) -> None:
    """Draw a title that opens; what is under it is drawn, and its scripts are fetched, once it is open.

    Args:
        title: What can be opened.
        draw: Draws what is under it.
        icon: Beside the title.
        key: Unique on the page; in the session, whether it is open.
    """
    with st.expander(plain(title), icon=icon, key=key, on_change="rerun") as fold:
        if fold.open:
            draw()
