"""The two constructions that are pinned: the verdict, a task of each, and where it lies on their maps."""

import numpy as np
import streamlit as st

from umeta.evaluation.intervals import over_seeds
from umeta.figures.plane import signed
from umeta.figures.task_on_map import task_on_map, way_to_support
from umeta.plane.embedding_maps import EmbeddingMap, map_name
from umeta.plane.points import Point
from umeta.plane.verdict import verdict
from umeta.ui.frame.text import plain
from umeta.ui.plane.example_task import draw_example, pick_example
from umeta.ui.plane.shown_points import ShownPoints
from umeta.ui.shared.charts import draw_chart
from umeta.ui.shared.plane_points import loaded_maps

_CODE = """\
from umeta.figures.task_on_map import task_on_map, way_to_support
from umeta.plane.embedding_maps import load_maps, map_name
from umeta.plane.points import load_plane

point = next(one for one in load_plane().of({study!r}) if one.name == {name!r})
embedding_map = load_maps()[map_name(point)]
support, query = point.task_parts({number})
task_on_map(embedding_map.positions, embedding_map.of(support), embedding_map.of(query)).figure
"""


def draw_pinned(shown: ShownPoints) -> None:
    """Draw which of the two teaches more, and a task of each beside the other."""
    pinned = shown.pinned()
    a, b = pinned["A"], pinned["B"]
    if a is not b:
        st.subheader(plain(verdict(a, b)), anchor=False)
    _draw_tasks(a, b, shown.study)


@st.fragment
def _draw_tasks(a: Point, b: Point, study: str) -> None:
    number = pick_example(a, b)
    for column, point in zip(st.columns(2, gap="medium"), (a, b), strict=True):
        with column:
            st.markdown(facts(point))
            draw_example(point, number)
    st.caption(
        "✓: of the class of its row's support image; ✗: of another. Training is told that all are alike."
    )
    draw_maps(a, b, number, study)


def draw_maps(a: Point, b: Point, number: int, study: str) -> None:
    """Draw where the task of each construction lies on the map of its embedding, where that is kept."""
    maps = loaded_maps()
    if not {map_name(a), map_name(b)} <= set(maps):
        return
    ways = []
    for column, letter, point in zip(st.columns(2, gap="medium"), "AB", (a, b), strict=True):
        places = _places(maps[map_name(point)], point, number)
        ways.append(way_to_support(*places))
        with column:
            of = point.encoder or point.sections["encoder"]["name"]
            st.markdown(f"**{letter}’s task on the map of {plain(of)}**")
            code = _CODE.format(study=study, name=point.name, number=number)
            draw_chart(task_on_map(*places), key=f"task on map {letter}", code=code)
    st.caption(
        f"t-SNE. Circles are support, squares are queries, each colour is a row. On average a query lies {ways[0]:.0%} "
        f"of the map's width from its row's support in A's task, {ways[1]:.0%} in B's."
    )


def _places(
    embedding_map: EmbeddingMap, point: Point, number: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return where the map's images, the task's support and its queries lie."""
    support, query = point.task_parts(number)
    return embedding_map.positions, embedding_map.of(support), embedding_map.of(query)


def facts(point: Point) -> str:
    """Return what a construction is made of and what it adds, in a few words."""
    gain = over_seeds(point.gains)
    half = f" ± {100 * gain.ci95:.1f}" if gain.ci95 == gain.ci95 else ""
    where = "the same embedding" if point.encoder else "PCA"
    return (
        f"**{plain(point.name)}**: {signed(point.gain)}{half} points beside {plain(point.baseline)} on {where} "
        f"({100 * point.accuracy:.1f} and {100 * point.baseline_accuracy:.1f}% right). {point.noise:.1%} of its "
        f"pairs are wrong; {point.diversity:,.0f} different ones; {point.different:.0%} of its tasks have rows of "
        f"different classes."
    )
