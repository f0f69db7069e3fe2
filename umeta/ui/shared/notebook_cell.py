"""What is on screen as Python text: a notebook cell that draws the same figure with the umeta library."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from umeta.ui.frame import state
from umeta.ui.shared.fold import draw_folded

IMPORTS = """\
from umeta.cache import Home
from umeta.data import DATASETS
from umeta.device import pick_device
from umeta.encoders import ENCODERS
from umeta.partitions import PARTITIONS
from umeta.runs import products
"""
"""What cells import that begin with an embedding and its partitions."""
_DATASET = """\
home = Home.from_environment()
dataset = DATASETS.parse({dataset}).load(home)
"""
_EMBEDDING = """\
encoder, device = ENCODERS.parse({encoder}), pick_device("auto")
embedding = products.embed(dataset, encoder, home, device=device)
"""

TITLE = "Show the code of this picture"
_NEEDS = (
    "It draws what is on screen. It needs the umeta package and the same data; what is kept on this machine is found "
    "again, not remade."
)


@st.dialog("As a notebook cell", width="large")
def show_cell(text: str) -> None:
    """Show a cell, with a button that copies it."""
    _draw_cell(text)


def draw_code(text: str, *, key: str) -> None:
    """Draw the cell of the chart or map of a key under it, folded."""
    draw_folded(TITLE, lambda: _draw_cell(text), icon=":material/code:", key=f"code of {key}")


def _draw_cell(text: str) -> None:
    st.markdown(_NEEDS)
    st.code(text, language="python", wrap_lines=True)


def dataset_text() -> str:
    """Return the lines that load the selected data set."""
    return _DATASET.format(dataset=config_text(state.selection().dataset_method()))


def embedding_text() -> str:
    """Return the lines that load the selected data set and embed it by the selected encoder."""
    return dataset_text() + _EMBEDDING.format(encoder=config_text(state.selection().encoder_method()))


def partitions_text(method: Any) -> str:
    """Return the expression for the partitions of that embedding by a strategy."""
    return f"products.partition(dataset, embedding, PARTITIONS.parse({config_text(method)}), home)"


def turned_text(corners: Sequence[float]) -> str:
    """Return the lines that turn `positions` in space as a map is seen; corners are x0, y0, x1, y1, yaw and pitch."""
    if len(corners) == 4:
        return ""
    angles = f"{corners[4]:g}, {corners[5]:g}"
    return f"from umeta.projections import seen_from\n\npositions = seen_from(positions, {angles})\n"


def zoom_text(corners: Sequence[float]) -> str:
    """Return the lines that show of `figure` what is on screen; corners are x0, y0, x1, y1, then any angles."""
    x0, y0, x1, y1 = corners[:4]
    return f"figure.update_xaxes(range=[{x0:g}, {x1:g}])\nfigure.update_yaxes(range=[{y0:g}, {y1:g}])\n"


def config_text(method: Any) -> dict[str, Any]:
    """Return a config as its registry reads it: the name, and what differs from the defaults."""
    return {"name": method.name, **method.model_dump(mode="json", exclude_defaults=True)}
