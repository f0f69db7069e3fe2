"""Hovering over a mark of the plane deals one of its tasks, in the browser alone: no rerun, no wait."""

import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import streamlit as st
from PIL import Image
from streamlit.components.v2 import component

from umeta.browser.published import publish
from umeta.browser.tile_sheet import is_ink, montage
from umeta.data import DATASETS
from umeta.plane.points import Point
from umeta.stage import content_hash
from umeta.ui.frame import state
from umeta.ui.frame.memory import remember
from umeta.ui.plane.example_task import wrong_in
from umeta.ui.shared import media
from umeta.ui.shared.map.media import MEDIA_URL_SCRIPT, media_path

KEY = "hovered task"
N_TASKS = 3
"""Of each construction, dealt in turn; one of images above `MAX_SIDE` pixels: the browser loads them all."""
MAX_SIDE = 40
COLUMNS = 64
"""Images in a row of the sheet."""
_HERE = Path(__file__).parent
_render = component(
    "umeta.hovered_task",
    html='<div class="dealt" aria-hidden="true"><b></b><canvas></canvas><p></p></div>',
    css=(_HERE / "hovered_task.css").read_text("utf-8"),
    js=f"{MEDIA_URL_SCRIPT.read_text('utf-8')}\n{(_HERE / 'hovered_task.js').read_text('utf-8')}",
)


def deal_on_hover(points: Sequence[Point], chart: str) -> None:
    """Deal tasks of the marks of a chart; nothing happens where the images of these tasks are not here.

    Args:
        points: What the marks are, in the order of the chart's numbers.
        chart: The chart's key.
    """
    method = DATASETS.parse(dict(points[0].sections["dataset"]))
    if method.whereabouts(state.home()).missing:
        return
    sent = remember(
        "hovered tasks",
        media.folder(),
        method,
        content_hash([[point.name, point.tasks] for point in points]),
        label="Preparing tasks",
        make=lambda _: _sent(points),
    )
    st.html(f"<style>.st-key-{KEY.replace(' ', '-')} {{ position: absolute }}</style>")
    _render(
        key=KEY,
        height="content",
        data=[{**sent, "chart": chart.replace(" ", "-"), "mediaPath": media_path()}],
    )


def _sent(points: Sequence[Point]) -> dict[str, object]:
    """Publish a sheet of the tasks' images, and return where in it each task's are, and which of them are wrong."""
    dataset = state.load(DATASETS.parse(dict(points[0].sections["dataset"])))
    images = dataset.images.images
    step = max(1, images.shape[-1] // MAX_SIDE)
    tasks = [
        np.array(point.tasks[: N_TASKS if step == 1 else 1]) for point in points
    ]  # (n_tasks, n_way, n_items)
    items = np.unique(np.concatenate([of_point.ravel() for of_point in tasks]))
    small = images[items][..., ::step, ::step]
    sheet, png = montage(small, range(len(items)), COLUMNS), io.BytesIO()
    Image.fromarray(sheet).save(png, "PNG")
    return {
        "sheet": publish(media.folder(), png.getvalue(), ".png"),
        "columns": COLUMNS,
        "side": small.shape[-1],
        "ink": is_ink(small),
        "tasks": [np.searchsorted(items, of_point).tolist() for of_point in tasks],
        "wrong": [[wrong_in(dataset, task).tolist() for task in of_point] for of_point in tasks],
    }
