"""Photographs of handwriting that take the place of drawings."""

from collections.abc import Mapping

import numpy as np
import streamlit as st
from jaxtyping import UInt8

from umeta.stage import UserError
from umeta.ui.frame.text import plain

FORMATS = ("png", "jpg", "jpeg", "webp", "bmp")


def pick_photographs(n_way: int) -> Mapping[int, UInt8[np.ndarray, "1 28 28"]]:
    """Draw the field for photographs, and return them by slot: 0 the query, k the example of class k."""
    with st.expander("Photographs of handwriting", icon=":material/photo_camera:"):
        files = st.file_uploader(
            "One character in each: the first is the query, the next are the examples of classes 1, 2, …",
            FORMATS,
            accept_multiple_files=True,
            key="photographs",
        )
        found: dict[int, UInt8[np.ndarray, "1 28 28"]] = {}
        for slot, file in enumerate(files[: n_way + 1]):
            try:
                found[slot] = _read(file.getvalue())
            except UserError as error:
                st.error(f"**{plain(file.name)}**: {plain(error)}", icon=":material/error:")
        if len(files) > n_way + 1:
            st.warning(f"{len(files)} photographs for {n_way + 1} places: the last are not used.")
        st.caption(
            "A photograph stands in the place of what is drawn there until it is removed from the list. Links hold "
            "strokes, not photographs."
        )
    return found


@st.cache_data(max_entries=64, show_spinner=False)
def _read(data: bytes) -> UInt8[np.ndarray, "1 28 28"]:
    from umeta.data.photographed_ink import photographed_ink  # imports scipy, which drawings do without

    return photographed_ink(data)
