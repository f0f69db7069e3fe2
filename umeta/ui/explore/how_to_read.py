"""What the map shows, how far it can be believed, and what it cannot tell."""

import numpy as np
import streamlit as st

from umeta.projections import PROJECTIONS, describe_preservation
from umeta.projections.pca import explained_share
from umeta.stage import UserError
from umeta.ui.explore.map_content import MapContent
from umeta.ui.frame import state
from umeta.ui.frame.memory import remember
from umeta.ui.frame.text import plain
from umeta.ui.shared.map_layout import MapLayout

_NUMBER_WORDS = {2: "two", 3: "three"}


def draw_how_to_read(content: MapContent) -> None:
    """Draw the explanation of the map, with its score where there are enough images for one."""
    vectors, layout = state.embedding().of(content.items), content.layout
    colours = ""
    if content.nameless:
        colours = (
            " With so many groups a colour only tells neighbours apart: point at a dot to light up its own."
        )
        if layout.projection != "pca-3d":
            colours += " The lines hold 90, 70, 50, 30 and 10% of the images."
    st.markdown(
        f"**How to read it.** Each dot is one image; dots lie close where "
        f"**{plain(state.selection().encoder)}** finds images alike. Clusters were made from all "
        f"{vectors.shape[1]} numbers of each vector, not from this picture.{colours}"
    )
    if layout.moving:
        st.markdown("**How far to believe it** is said here once the map is laid out.")
        return
    positions = layout.positions()
    try:
        score = layout.score(vectors)
    except UserError:
        return  # too few images for a score
    belief = describe_preservation(PROJECTIONS[layout.projection].title, score)
    st.markdown(f"**How far to believe it.** {belief}{_share_text(layout, vectors, positions)}")


def _share_text(layout: MapLayout, vectors: np.ndarray, positions: np.ndarray) -> str:
    """Return how much of the vectors a map by PCA holds; "" of other maps."""
    if not layout.projection.startswith("pca"):
        return ""
    share = remember(
        "explained share",
        *layout.parts,
        label="Judging the map",
        make=lambda _: explained_share(vectors, positions),
    )
    return (
        f" Its {_NUMBER_WORDS[positions.shape[1]]} directions hold {share:.0%} of how the vectors differ; "
        "**t-SNE**, under Map, keeps more neighbours."
    )
