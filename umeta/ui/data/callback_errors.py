"""What went wrong in a callback, which cannot draw: it is said when the page is drawn."""

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from umeta.stage import UserError
from umeta.ui.frame.text import plain

_PROBLEM = "umeta.problem"
_REMARK = "umeta.remark"


@contextmanager
def problems() -> Iterator[None]:
    """Keep an error that a person can mend until the page is drawn."""
    try:
        yield
    except UserError as error:
        st.session_state[_PROBLEM] = str(error)


def remark(text: str) -> None:
    """Keep what a person should know until the page is drawn."""
    st.session_state[_REMARK] = text


def draw_problem() -> None:
    """Draw what was kept, once."""
    if text := st.session_state.pop(_REMARK, ""):
        st.warning(plain(text), icon=":material/warning:")
    if problem := st.session_state.pop(_PROBLEM, ""):
        st.error(plain(problem), icon=":material/error:")
