"""Why a picture is in the task: a click on one of its pictures shows what the embedding says of it."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import streamlit as st
from streamlit.components.v2 import component

from umeta.data import Attribute, Dataset
from umeta.partitions.membership import Membership, membership
from umeta.tasks import TaskBatch
from umeta.tasks.guess_code import task_code
from umeta.ui.frame import links, state
from umeta.ui.frame.text import plain
from umeta.ui.shared.grid import Tile, image_grid
from umeta.ui.tasks.controls import TaskRequest
from umeta.ui.tasks.numbered_tasks import NumberedTasks
from umeta.ui.tasks.pair_reasons import draw_pairs

KEY = "picture clicks"
_clicks = component(
    "umeta.picture_clicks", js=(Path(__file__).parent / "picture_clicks.js").read_text("utf-8")
)


def listen_to_clicks(batch: TaskBatch) -> None:
    """Put the picture that is clicked into the link; only rows drawn with `clickable=True` hear clicks."""

    def put_into_link() -> None:
        links.PICTURE.write(f"{task_code(batch)}-{st.session_state[KEY]['picture']}")

    _clicks(key=KEY, height="content", on_picture_change=put_into_link)


def clicked_picture(text: str, batch: TaskBatch) -> int | None:
    """Return the number of the picture that a link names, row by row; None if it names none of this task."""
    code, _, number = text.partition("-")
    _, n_way, n_shot = batch.support.shape
    n_pictures = n_way * (n_shot + batch.query.shape[2])
    if code != task_code(batch) or not (number.isdecimal() and len(number) < 5 and int(number) < n_pictures):
        return None
    return int(number)


def draw_reason(dataset: Dataset, tasks: NumberedTasks, batch: TaskBatch, request: TaskRequest) -> None:
    """Draw, over the page, why the picture that was clicked is in its row; or how to ask, under the rows."""
    st.caption("Click a picture to see why it is in its row.")
    number = clicked_picture(links.PICTURE.read(), batch)
    if number is None:
        return
    row, place = divmod(number, batch.support.shape[2] + batch.query.shape[2])
    item = int(np.concatenate([batch.support[0], batch.query[0]], axis=1)[row, place])
    title = f"Why is item {item} in row {row + 1}?"

    def draw_all() -> None:
        clusters = tasks.partitions[int(batch.origin[0])].clusters
        _draw_facts(item, dataset, tasks, clusters, revealed=request.revealed)
        draw_pairs(dataset, tasks, batch, request, row, place)

    st.dialog(title, width="medium", on_dismiss=links.PICTURE.remove)(draw_all)()


def _draw_facts(
    item: int, dataset: Dataset, tasks: NumberedTasks, clusters: np.ndarray, *, revealed: bool
) -> None:
    reason = membership(item, clusters, state.embedding().vectors)
    image_grid(dataset.images.images, [Tile(item=item)], side=84)
    if tasks.true_classes:
        st.markdown("Rows are true classes: it is there because a person said so.")
    st.markdown(reason_text(reason, "class" if tasks.true_classes else "cluster"))
    if revealed:
        st.markdown(attributes_text(item, clusters, {"class": dataset.classes, **dataset.attributes}))
    if len(reason.nearest_members):
        st.caption("The members nearest to it, the nearest first:")
        image_grid(dataset.images.images, [Tile(item=int(member)) for member in reason.nearest_members])


def reason_text(reason: Membership, noun: str) -> str:
    """Return what the embedding says of an item and its cluster or class, in a few sentences."""
    if reason.n_members == 1:
        return f"It is the only image of {noun} {reason.cluster}."
    sentences = [
        f"Of its {reason.n_nearest} nearest images, **{reason.n_nearest_inside}** "
        f"{'is' if reason.n_nearest_inside == 1 else 'are'} in {noun} {reason.cluster} too.",
        f"It lies nearer to the middle of that {noun} than {reason.share_farther:.0%} of the other "
        f"{reason.n_members - 1}.",
    ]
    if reason.next_cluster is not None:
        ratio = reason.next_distance / max(reason.distance, 1e-12)
        if ratio >= 1:
            sentences.append(f"The next {noun}, {reason.next_cluster}, is {ratio:.1f} times as far.")
        else:
            sentences.append(
                f"The middle of {noun} {reason.next_cluster} is **nearer**: {ratio:.0%} of the distance to its own."
            )
    return " ".join(sentences)


def attributes_text(item: int, clusters: np.ndarray, attributes: Mapping[str, Attribute]) -> str:
    """Return how many of the other members share each attribute of an item; what is unknown is left out."""
    others = np.setdiff1d(np.flatnonzero(clusters == clusters[item]), [item])
    shared = []
    for name, attribute in attributes.items():
        value = int(attribute.values[item])
        if value < 0 or len(others) == 0:
            continue
        n_alike = int((attribute.values[others] == value).sum())
        shared.append(
            f"{plain(name)} **{plain(attribute.names[value])}**: {n_alike} of {len(others)} others too"
        )
    return f"By what is known of it: {'; '.join(shared)}." if shared else ""
