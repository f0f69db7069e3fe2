"""The field for an encoder or finished embeddings in a file of a person's own."""

from typing import Any

import streamlit as st

from umeta.cache import Home
from umeta.encoders import ENCODERS
from umeta.stage import UserError
from umeta.ui.frame import links, opened_paths, opening
from umeta.ui.frame.page_settings import KEPT
from umeta.ui.frame.text import plain


def draw_encoder_file(folder: Home) -> None:
    """Let a person give the path of a file; it is checked at once."""
    path = st.text_input(
        "Path of the file",
        key="embeddings path",
        persist_state=KEPT,
        placeholder="/home/me/embeddings.npz",
        help="On the computer that umeta runs on: a .npz, .npy or .parquet of embeddings, one row per image, named by "
        "its id; or an encoder as .onnx.",
    ).strip()
    if not path:
        return
    try:
        name = opened_paths.whole(f"{'onnx' if path.lower().endswith('.onnx') else 'import'}:{path}")
        with st.spinner("Reading the file …"):
            encoder = _checked(name)
    except UserError as error:
        st.error(plain(error), icon=":material/error:")
        return
    if encoder.note:
        why = ": the file has no `split`" if name.startswith("import:") else ""
        st.warning(f"The embedding is {plain(encoder.note)}{why}.", icon=":material/warning:")
    st.button(
        "Use this file",
        type="primary",
        key="use file",
        on_click=opening.use,
        args=(folder, links.ENCODER, name),
    )


def _checked(name: str) -> Any:
    encoder = ENCODERS.parse(name)
    if name.startswith("import:"):
        encoder.read()
    else:
        encoder.made_from()  # the file is there and can be read
    return encoder
