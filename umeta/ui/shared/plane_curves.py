"""The curves of the task plane over k and over P, on the pages that speak of them."""

from collections.abc import Sequence

import streamlit as st

from umeta.figures.plane_curves import curves
from umeta.plane.points import Point
from umeta.ui.shared.charts import draw_chart

_CODE = """\
from umeta.figures.plane_curves import curves
from umeta.plane.points import load_plane

curves(load_plane().of({study!r}), {of!r}).figure
"""


def draw_plane_curves(points: Sequence[Point], key: str = "plane") -> bool:
    """Draw what practice reaches over k and over P, and return whether there is anything to draw."""
    charts = {of: chart for of in ("k", "P") if (chart := curves(points, of)) is not None}
    if not charts:
        return False
    for column, (of, chart) in zip(st.columns(len(charts), gap="large"), charts.items(), strict=True):
        with column:
            st.markdown("**Number of clusters k**" if of == "k" else "**Number of partitions P**")
            code = _CODE.format(study=points[0].study, of=of)
            draw_chart(chart, key=f"{key} over {of}", code=code, picture="svg")
    st.caption(
        "ProtoNets, trained shortly on k-means clusters, 5-way 1-shot; bars reach from the lowest to the highest of "
        "three trainings. Where they overlap, the number hardly matters."
    )
    return True
