"""The same number, way and shot from each kind of source, side by side."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from umeta.browser.task_images import TaskImages
from umeta.data.known_classes import has_classes
from umeta.stage import UserError
from umeta.tasks import TaskBatch
from umeta.tasks.augmented import all_different
from umeta.tasks.task_truth import against_classes, queries_match
from umeta.ui.frame import state
from umeta.ui.frame.presenter import presented
from umeta.ui.frame.text import plain
from umeta.ui.shared.reveal import draw_why_hidden
from umeta.ui.tasks.controls import TaskRequest
from umeta.ui.tasks.image_rows import draw_rows
from umeta.ui.tasks.numbered_tasks import TEXTS, NumberedTasks, noise_text, tasks_for
from umeta.ui.tasks.solvers import answers, nearest_neighbour

TITLES = {
    "partition A": "Clustered",
    "random": "Random",
    "augmented": "Augmented",
    "oracle": "Oracle",
}
"""The sources, in the order in which they are drawn."""
PAIRS = (("partition A", "random"), ("augmented", "oracle"))
"""Those that stand beside each other."""
SIDE = 36


def draw_sources(request: TaskRequest) -> None:
    """Draw a task of each source, two beside each other, each with what can be said of it."""
    for pair in PAIRS:
        draw_pair(request, pair)


def draw_pair(request: TaskRequest, sources: Sequence[str]) -> None:
    """Draw a task of each of two sources beside each other."""
    for column, source in zip(st.columns(2, gap="medium"), sources, strict=True):
        with column:
            _draw_source(request, source)


def _draw_source(request: TaskRequest, source: str) -> None:
    st.markdown(f"#### {TITLES[source]}")
    if source == "oracle" and not (request.revealed and has_classes(state.dataset(), "meta_train")):
        draw_why_hidden("What tasks of true classes look like")
        return
    try:
        tasks = tasks_for(request, source)
        batch = tasks.draw(request.number)
    except UserError as error:
        st.info(plain(error), icon=":material/info:")
        return
    st.markdown(f"{TEXTS[source]}{noise_text(tasks, request)} {_nearest_sentence(tasks, batch)}")
    captions = _signs(batch) if request.revealed else None
    draw_rows(state.dataset(), tasks, batch, revealed=request.revealed, captions=captions, side=SIDE)
    if request.revealed:
        st.markdown(_truth_sentence(tasks, batch))


def _nearest_sentence(tasks: NumberedTasks, batch: TaskBatch) -> str:
    if not tasks.partitions:
        return (
            ""
            if presented()
            else "The embedding holds no random views, so its nearest neighbour cannot answer."
        )
    rows = answers(nearest_neighbour(), batch, TaskImages.of(state.dataset(), batch))
    n_right = int((rows == np.arange(len(rows))[:, None]).sum())
    return f"The nearest neighbour gets **{n_right} of {rows.size}** right."


def _signs(batch: TaskBatch) -> list[list[str]]:
    """Return ✓ for each query whose row's support holds an image of its true class, ✗ for others, ? if not known."""
    classes = state.dataset().classes.values
    signs = np.where(queries_match(batch, classes), "✓", np.where(classes[batch.query] >= 0, "✗", "?"))
    return signs[0].tolist()


def _truth_sentence(tasks: NumberedTasks, batch: TaskBatch) -> str:
    """Return what true classes tell of a task."""
    classes = state.dataset().classes.values
    truth = against_classes(batch, classes)
    if np.isnan(truth.matching[0]) or np.isnan(truth.different[0]):
        return "Too few true classes of these images are known to judge the task."
    rows = "different classes" if truth.different[0] else "not all of different classes"
    sentence = f"The rows are {rows}; {truth.matching[0]:.0%} of support–query pairs truly match (✓)."
    if tasks.partitions:
        return sentence
    known = classes[state.items()]
    _, sizes = np.unique(known[known >= 0], return_counts=True)
    chance = all_different(sizes, tasks.shape.n_way)
    return (
        f"{sentence} {tasks.shape.n_way} random images are all of different classes {chance:.1%} of the time."
    )
