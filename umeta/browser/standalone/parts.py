"""The parts of a page: a map, and a task as a board to solve it and as rows that answer it."""

import json
from collections.abc import Sequence
from html import escape

import numpy as np

from umeta.browser.grid import GridRow, Tile, rows_html
from umeta.browser.guess.board import board_data, query_order
from umeta.browser.map.message import map_message
from umeta.browser.map.points import MapPoints
from umeta.browser.map.view import MapRing, MapView
from umeta.browser.standalone.page import PagePart
from umeta.browser.task_images import TaskImages
from umeta.figures.chart import Chart
from umeta.figures.palette import row_colours
from umeta.tasks import TaskBatch
from umeta.tasks.guess_code import task_code

HEIGHT = "clamp(340px, 72vh, 900px)"


def map_part(
    points: MapPoints,
    view: MapView,
    *,
    heading: str,
    caption: str,
    alt: str,
    link: str | None = None,
    wide: bool = True,
) -> PagePart:
    """Return a map; those with the same `link` show each other's selection."""
    data = map_message(points, view, key=heading, alt=alt, height=HEIGHT, link=link, saves=True)
    return PagePart(heading, caption, "", {"kind": "map", "data": data}, points, wide)


def board_part(pictures: TaskImages, task: TaskBatch, number: int) -> PagePart:
    """Return the task of a number as a board to solve it."""
    data = board_data(pictures, query_order(number, pictures.query.size), task=task_code(task))
    caption = "Which row is each query of? The answers are told at the end."
    return PagePart(f"Task {number}", caption, "", {"kind": "board", "data": {**data, "reveal": True}})


def rows_part(pictures: TaskImages, task: TaskBatch) -> PagePart:
    """Return a task's images as rows, folded away: they tell which row each query is of."""
    rows = [
        GridRow(
            heading=f"Row {row + 1}",
            colour=colour,
            parts=[
                [
                    Tile(item=int(place), alt=f"item {item}, {name} of row {row + 1}")
                    for place, item in zip(places[row], items[0, row], strict=True)
                ]
                for name, places, items in (
                    ("support", pictures.support, task.support),
                    ("query", pictures.query, task.query),
                )
            ],
        )
        for row, colour in enumerate(row_colours(len(pictures.support)))
    ]
    grid = rows_html(pictures.images, rows, ("Support", "Query"))
    caption = "Support on the left, queries on the right."
    return PagePart("The rows", caption, f"<details><summary>Show the rows</summary>{grid}</details>")


def scene_part(
    heading: str, text: str, pictures: Sequence[Chart | str], *, folded: str = "", choices: Sequence[str] = ()
) -> PagePart:
    """Return words and pictures.

    Args:
        heading: What stands above them.
        text: Markdown, in which HTML is shown as it is written.
        pictures: Charts, and grids as HTML, in their order.
        folded: What is pressed to unfold them.
        choices: Answers to choose from, numbered below.
    """
    from markdown_it import MarkdownIt  # pages import this module to offer what few ask for

    words = MarkdownIt("js-default")
    charts = [picture for picture in pictures if isinstance(picture, Chart)]
    drawn = "".join(
        picture
        if isinstance(picture, str)
        else f'<div class="chart" role="img" aria-label="{escape(picture.alt)}"></div>'
        for picture in pictures
    )
    offered = "".join(f"<li>{words.renderInline(choice)}</li>" for choice in choices)
    html = words.render(text) + drawn + (f"<ol>{offered}</ol>" if choices else "")
    figures = [json.loads(str(chart.figure.to_json())) for chart in charts]
    mounted = {"kind": "charts", "data": figures} if charts else None
    return PagePart(heading, "", html, mounted, folded=folded)


def task_rings(task: TaskBatch) -> tuple[MapRing, ...]:
    """Return the rings of a task's items on a map: circles for support, squares for queries, a colour for each row."""
    return tuple(
        MapRing(items=tuple(np.asarray(items[0, row]).tolist()), colour=colour, shape=shape)
        for row, colour in enumerate(row_colours(task.support.shape[1]))
        for items, shape in ((task.query, "square"), (task.support, "circle"))
    )
