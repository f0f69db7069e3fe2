"""What practice reaches over the number of clusters, and over the number of partitions."""

from collections.abc import Sequence

import streamlit as st

from umeta.plane.points import Point
from umeta.ui.shared.plane_curves import draw_plane_curves


def draw_curves(points: Sequence[Point]) -> None:
    """Draw both curves."""
    if not draw_plane_curves(points):
        st.info(
            "Too few numbers of clusters and of partitions are made yet.", icon=":material/hourglass_empty:"
        )
