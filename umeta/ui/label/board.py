"""The page: why and how, the grid of images, the verdict, the files."""

import streamlit as st

from umeta.data import Dataset
from umeta.ui.frame import state
from umeta.ui.frame.text import plain
from umeta.ui.label.files import draw_files
from umeta.ui.label.groups import View, views_of
from umeta.ui.label.marking import current_marks, draw_marking
from umeta.ui.label.verdict import draw_verdict

KEYS = (
    "Keys: **1** to **9** choose a class · arrows move, Enter marks · **a** marks all shown · **n** and **p** go on "
    "and back · **u** takes the last change back."
)


def draw_label() -> None:
    """Draw the page for the sidebar's images."""
    dataset = state.unmarked_dataset()
    if not dataset.content or dataset.is_labelled:
        st.info(
            f"**{plain(dataset.card.title)}** has true classes, by which methods are judged. Marks are for images of "
            "your own that have none.",
            icon=":material/label:",
        )
        st.page_link(
            state.page("data"), label="Bring your own images, in Data", icon=":material/photo_library:"
        )
        return
    n_items = len(dataset.items("meta_test"))
    st.caption(
        f"Here are the {n_items:,} images of meta_test, which no training sees, so whatever is trained stays as it is. "
        f"{KEYS}"
    )
    views = views_of(dataset)
    if len(views) == 1:
        st.caption(
            "Clusters are offered too once the sidebar's encoder is trained on these images, in Explore."
        )
    _draw_marking(dataset, views)


@st.fragment
def _draw_marking(dataset: Dataset, views: list[View]) -> None:
    """Draw what changes with every mark; a mark draws this part of the page anew, no more."""
    grid, marks = st.container(), current_marks(dataset)
    draw_verdict(dataset, marks)
    draw_files(dataset, marks)
    with grid:
        draw_marking(dataset, views)
