"""Drawings kept as a data set of one's own: a folder of images with one folder for each class."""

import hashlib
import io
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import streamlit as st
from jaxtyping import UInt8
from PIL import Image

from umeta.cache import Home, write_atomically
from umeta.storage_errors import storage_error
from umeta.ui.frame import access, links, opened_paths, state
from umeta.ui.frame.errors import explained
from umeta.ui.frame.page_settings import KEPT
from umeta.ui.frame.text import plain
from umeta.ui.frame.titles import clean_title
from umeta.wording import counted

LEFT_OUT = "none of them"
MAX_NAME = 40
READING = {"size": 28, "fit": "pad"}


def offer_to_keep(
    own: Mapping[int, UInt8[np.ndarray, "1 28 28"]], n_way: int, characters: str, home: Home
) -> None:
    """Draw the form that keeps what a person drew or photographed.

    Args:
        own: It, by slot: 0 the query, k the example of class k.
        n_way: Classes on the page.
        characters: Tells these characters from others of the same set.
        home: Where it is kept.
    """
    with st.expander("Keep them as a data set", icon=":material/save:"):
        title = clean_title(
            st.text_input("Called", "My drawings", key="kept name", persist_state=KEPT, max_chars=MAX_NAME)
        )
        query_class = st.selectbox(
            "The query is of",
            [LEFT_OUT, *(f"class {k}" for k in range(1, n_way + 1))],
            key="kept query",
            persist_state=KEPT,
        )
        by_class = {slot: [drawing] for slot, drawing in own.items() if slot}
        if 0 in own and query_class != LEFT_OUT:
            by_class.setdefault(int(query_class.removeprefix("class ")), []).append(own[0])
        st.caption(
            "Keep more drawings under the same name and they join it; “Other characters” are other classes."
        )
        if st.button("Keep", key="keep drawings", disabled=not by_class or not title):
            with explained():
                access.check_full("Keeping drawings")
                folder = keep(by_class, characters, home, title)
                n_kept, n_classes = _counts(folder)
                st.success(
                    f"**{plain(title)}** holds {counted(n_kept, 'drawing')} of {counted(n_classes, 'class')}."
                )
                name = f"folder:{folder}"
                opened_paths.remember(home, name, title=title, reading=READING)
                query = links.query({links.DATASET: name, links.SIZE: READING["size"]})
                st.page_link(
                    state.page("explore"), label="Explore it", icon=":material/map:", query_params=query
                )


def keep(
    by_class: Mapping[int, list[UInt8[np.ndarray, "1 28 28"]]], characters: str, home: Home, title: str
) -> Path:
    """Write drawings, by class, into the folder of a title and return it; the same drawing is kept once.

    Raises:
        UserError: the folder cannot be written.
    """
    readable = "".join(sign if sign.isalnum() else "-" for sign in title)
    folder = home.root / "drawn" / f"{readable}-{hashlib.sha256(title.encode()).hexdigest()[:6]}"
    try:
        for k, drawings in by_class.items():
            place = folder / f"characters {characters}, class {k}"
            place.mkdir(parents=True, exist_ok=True)
            for drawing in drawings:
                png = io.BytesIO()
                Image.fromarray(drawing[0]).save(png, "PNG")
                write_atomically(
                    place / f"{hashlib.sha256(drawing.tobytes()).hexdigest()[:16]}.png", png.getvalue()
                )
    except OSError as error:
        raise storage_error(folder, error) from error
    return folder


def _counts(folder: Path) -> tuple[int, int]:
    files = list(folder.glob("*/*.png"))
    return len(files), len({file.parent for file in files})
