"""Why two pictures of a task are in one row, or in two: the pairs of a picture, each with all that is known of it."""

from collections.abc import Mapping, Sequence

import numpy as np
import streamlit as st

from umeta.data import Attribute, Dataset
from umeta.partitions.pair_evidence import PairEvidence, pair_evidence
from umeta.tasks import TaskBatch
from umeta.ui.frame import state
from umeta.ui.frame.text import plain
from umeta.ui.shared.grid import Tile, image_grid
from umeta.ui.tasks.controls import TaskRequest
from umeta.ui.tasks.numbered_tasks import NumberedTasks
from umeta.ui.tasks.opinions import N_OPINIONS, opinion_method, opinions

MAX_PAIRS = 10
SIDE = 42


def draw_pairs(
    dataset: Dataset, tasks: NumberedTasks, batch: TaskBatch, request: TaskRequest, row: int, place: int
) -> None:
    """Draw the pairs of a picture: of a query with the support of each row, of a support image with its queries."""
    n_shot = batch.support.shape[2]
    is_query = place >= n_shot
    item = int(np.concatenate([batch.support[0], batch.query[0]], axis=1)[row, place])
    partners = (
        query_partners(batch, row) if is_query else [(row, int(other)) for other in batch.query[0, row]]
    )
    partners = partners[:MAX_PAIRS]
    others = np.array([other for _, other in partners])
    st.markdown(f"#### Its pairs with the {'support of each row' if is_query else 'queries of its row'}")
    asked = opinions(request, make=False)
    button = st.empty()
    can_ask = not asked and opinion_method(request) is not None
    if can_ask and button.button(
        f"Cluster {N_OPINIONS} times, to see how sure each pair is", icon=":material/how_to_vote:"
    ):
        button.empty()
        asked = opinions(request, make=True)
    clusters = tasks.partitions[int(batch.origin[0])].clusters
    evidence = pair_evidence(item, others, np.flatnonzero(clusters >= 0), state.embedding().vectors, asked)
    attributes = {"class": dataset.classes, **dataset.attributes} if request.revealed else {}
    for number, (own_row, other) in enumerate(partners):
        left, right = st.columns([1, 8], vertical_alignment="center")
        with left:
            image_grid(dataset.images.images, [Tile(item=other)], side=SIDE)
        shared = shared_attributes(item, other, attributes) if request.revealed else None
        right.markdown(pair_text(own_row, evidence, number, shared, is_own=own_row == row))


def query_partners(batch: TaskBatch, row: int) -> list[tuple[int, int]]:
    """Return the row and the item of every support image, those of the query's own row first."""
    rows = [row, *(other for other in range(batch.support.shape[1]) if other != row)]
    return [(other, int(item)) for other in rows for item in batch.support[0, other]]


def pair_text(
    row: int, evidence: PairEvidence, number: int, shared: Sequence[str] | None, *, is_own: bool
) -> str:
    """Return what is known of one pair; `shared` are the attributes that both have, None while they are hidden."""
    parts = []
    if evidence.judged[number]:
        parts.append(f"together in **{evidence.together[number]} of {evidence.judged[number]}** partitions")
    parts.append(f"number **{evidence.rank[number]:,}** of its {evidence.n_neighbours:,} nearest images")
    if shared is not None:
        parts.append(f"both {', '.join(shared)}" if shared else "no known attribute shared")
    return f"**Row {row + 1}{', its own' if is_own else ''}**: {'; '.join(parts)}."


def shared_attributes(item: int, other: int, attributes: Mapping[str, Attribute]) -> list[str]:
    """Return the attributes of which two items are known to have the same value, with that value."""
    return [
        f"{plain(name)} **{plain(attribute.names[attribute.values[item]])}**"
        for name, attribute in attributes.items()
        if attribute.values[item] >= 0 and attribute.values[item] == attribute.values[other]
    ]
