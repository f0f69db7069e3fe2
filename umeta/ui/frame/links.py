"""What a link asks for and is not here: said beside the control, as the page falls back to what it shows by itself."""

from collections.abc import Collection

import streamlit as st


def announce_unknown(key: str, options: Collection[str]) -> None:
    """Say so if the link has another value for a control than it offers; call it before the control is drawn."""
    asked = st.query_params.get(key)
    if asked is not None and asked not in options:
        say(f"{key}={asked!r} is not here. There are: {', '.join(options)}.")


def say(words: str) -> None:
    """Say beside a control what the link cannot have there; gone at the next rerun, when the link has changed."""
    st.warning(words, icon=":material/link_off:")
