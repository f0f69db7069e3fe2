"""What takes long is made only when a person asks for it, kept on disk, and shown at once ever after."""

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from umeta.cache import Arrays
from umeta.stage import OnStep
from umeta.ui.frame import state
from umeta.ui.frame.memory import remember


def on_demand(
    kind: str, made_from: Mapping[str, Any], label: str, make: Callable[[OnStep], Arrays]
) -> Arrays | None:
    """Return a product of the embedding; while it is not made, draw a button for it and return None.

    Args:
        kind: The name of the product; also the key of the button.
        made_from: What identifies it, apart from the embedding.
        label: What the progress bar says.
        make: Makes it.
    """
    key = {**state.embedding().key, **made_from}
    place, asked = st.empty(), False
    if not state.home().has(kind, key):
        with place.container():
            asked = st.button("Compute", key=f"compute {kind}", type="primary", icon=":material/play_arrow:")
            if not asked:
                st.caption("Not computed yet. It will show how far it is, can be stopped, and is kept.")
                return None
    place.empty()
    return remember(
        kind,
        key,
        label=label,
        make=lambda on_step: state.home().arrays(kind, key, lambda: make(on_step)),
        asked=asked,
    )
