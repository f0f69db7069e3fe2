"""Errors that a person can mend."""

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from umeta.stage import UserError
from umeta.ui.frame.text import plain


class Stopped(UserError):
    """A person stopped what the page needs; where it would stand, there is a button to go on."""


@contextmanager
def explained() -> Iterator[None]:
    """Turn an error that a person can mend into one line on the page, and end the page there."""
    try:
        yield
    except Stopped:
        st.stop()
    except UserError as error:
        st.error(plain(error), icon=":material/error:")
        st.stop()
