"""The same number, way and shot from each kind of source, side by side."""

import numpy as np
import streamlit as st
from jaxtyping import Int

from umeta.stage import UserError
from umeta.tasks import TaskBatch
from umeta.tasks.augmented import all_different
from umeta.tasks.report import against_classes
from umeta.ui.frame import state
from umeta.ui.tasks.controls import Asked
from umeta.ui.tasks.deck import TEXTS, Deck, deck_of
from umeta.ui.tasks.image_rows import Captions, TaskImages, draw_rows
from umeta.ui.tasks.solvers import answers, nearest_neighbour

KINDS = ("partition A", "random", "augmented", "oracle")
TITLES = {
    "partition A": "Clustered",
    "random": "Random",
    "augmented": "Augmented",
    "oracle": "Oracle",
}
SIDE = 36


def side_by_side(asked: Asked) -> None:
    """Draw a task of each kind, each with what can be said of it."""
    for pair in (KINDS[:2], KINDS[2:]):
        for column, kind in zip(st.columns(2, gap="medium"), pair, strict=True):
            with column:
                _one(asked, kind)


def _one(asked: Asked, kind: str) -> None:
    st.markdown(f"#### {TITLES[kind]}")
    if kind == "oracle" and not asked.revealed:
        st.info(
            "Tasks of true classes are shown once these are revealed above.", icon=":material/visibility_off:"
        )
        return
    try:
        deck = deck_of(asked, kind)
        batch = deck.draw(asked.task)
    except UserError as error:
        st.info(str(error), icon=":material/info:")
        return
    st.markdown(f"{TEXTS[kind]} {_nearest(deck, batch)}")
    captions = matches(batch, state.dataset().classes.values) if asked.revealed else None
    draw_rows(state.dataset(), deck, batch, revealed=asked.revealed, captions=captions, side=SIDE)
    if asked.revealed:
        st.markdown(truth_in_words(deck, batch))


def _nearest(deck: Deck, batch: TaskBatch) -> str:
    if not deck.partitions:
        return "The embedding holds no random views, so its nearest neighbour cannot answer."
    rows = answers(nearest_neighbour(), batch, TaskImages.of(state.dataset(), batch))
    right = int((rows == np.arange(len(rows))[:, None]).sum())
    return f"The nearest neighbour gets **{right} of {rows.size}** right."


def matches(batch: TaskBatch, classes: Int[np.ndarray, " n_items"]) -> Captions:
    """Return a sign for each query of a task: ✓ where an image of its row's support is of its true class."""
    support, query = classes[batch.support[0]], classes[batch.query[0]]
    same = (query[:, :, None] == support[:, None, :]).any(axis=2)
    return [["✓" if one else "✗" for one in row] for row in same.tolist()]


def truth_in_words(deck: Deck, batch: TaskBatch) -> str:
    """Say what true classes tell of a task."""
    truth = against_classes(batch, state.dataset().classes.values)
    rows = "different classes" if truth.different[0] else "not all of different classes"
    words = f"The rows are {rows}; {truth.matching[0]:.0%} of support–query pairs truly match (✓)."
    if deck.partitions:
        return words
    _, sizes = np.unique(state.dataset().classes.values[state.items()], return_counts=True)
    chance = all_different(sizes, deck.shape.n_way)
    return (
        f"{words} Of {deck.shape.n_way} random images all are of different classes {chance:.1%} of the time."
    )
