"""The cards of the Data page: one for each data set, one for a person's own images."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

from umeta.cache import Home
from umeta.data import DATASETS, SPLITS, Dataset, download_dataset
from umeta.data.registry import DatasetAtHand
from umeta.stage import UserError
from umeta.ui.frame import links, opened_paths, state
from umeta.ui.frame.memory import remember, working
from umeta.ui.shared.grid import Tile, image_grid

MAX_EXAMPLES = 24
"""Images on a card."""


def draw_card(entry: DatasetAtHand, home: Home) -> None:
    """Draw one data set: its pictures and counts if it is here, what it needs if not."""
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.subheader(entry.title, anchor=entry.name, width="content")
            if entry.available:
                st.badge("ready", icon=":material/check:", color="green")
            else:
                st.badge("not here yet", icon=":material/download:", color="orange")
        st.markdown(entry.what)
        if entry.available:
            _draw_available(entry, home)
        else:
            _draw_missing(entry, home)


def _draw_available(entry: DatasetAtHand, home: Home) -> None:
    names = list(entry.splits)
    split = None
    if len(names) > 1:
        split = st.segmented_control("Split", names, default=names[0], key=f"split {entry.name}")
    try:
        dataset = load(entry.name, split or names[0], home)
    except UserError as error:
        st.error(str(error), icon=":material/error:")
        return
    _draw_contents(dataset)
    st.markdown(f"**Licence** {entry.licence} · **Source** {entry.source}")
    if entry.where:
        st.markdown("**Files** " + ", ".join(f"`{path}`" for path in entry.where))
    _draw_links({links.DATASET: entry.name} | ({links.SPLIT.of(entry.name): split} if split else {}))


def draw_own(home: Home) -> None:
    """Draw the card for images of a person's own: a path, checked at once, and the button that chooses it."""
    selected = state.selection().dataset
    selected_path = selected.partition(":")[2] if selected.startswith("folder:") else ""
    with st.container(border=True):
        st.subheader("Your own images", anchor="own")
        st.markdown(
            "A folder, or a zip of one, on the computer that umeta runs on, with a folder of images for each class. "
            "Nothing leaves that computer; the classes only make the splits and the test tasks."
        )
        path = st.text_input(
            "Path of a folder or a zip", value=selected_path, key="own path", placeholder="/home/me/photos"
        ).strip()
        if not path:
            return
        try:
            name = opened_paths.whole(f"folder:{path}")
            split = state.selection().split if name == selected else "classes"
            dataset = load(name, split, home)
        except UserError as error:
            st.error(str(error), icon=":material/error:")
            return
        _draw_contents(dataset)
        if name == selected:
            st.badge("in use", icon=":material/check:", color="green")
            _draw_links({links.DATASET: name, links.SPLIT.of("folder"): split})
        else:
            st.button(
                "Use these images",
                type="primary",
                key="use own",
                on_click=opened_paths.use,
                args=(home, links.DATASET, name),
            )


def _draw_contents(dataset: Dataset) -> None:
    pictures, numbers = st.columns([1.2, 1], gap="medium")
    with pictures:
        image_grid(dataset.images.images, example_tiles(dataset), side=42)
    with numbers:
        st.table(split_table(dataset), border="horizontal")
    st.markdown(f"**Split** {dataset.card.split}")
    st.markdown("**Left out or odd** " + (" ".join(dataset.card.notes) or "Nothing was left out."))


def _draw_links(values: Mapping[links.Parameter[Any], str]) -> None:
    """Link to the pages that go on with a data set."""
    query = links.query(values)
    with st.container(horizontal=True):
        st.page_link(
            state.page("explore"), label="Explore it", icon=":material/bubble_chart:", query_params=query
        )
        st.page_link(
            state.page("train"), label="Train on it", icon=":material/play_circle:", query_params=query
        )


def _draw_missing(entry: DatasetAtHand, home: Home) -> None:
    st.info(entry.missing, icon=":material/info:")
    st.markdown(f"**By hand** Put the files into `{home.downloads / entry.name}`, then reload this page.")
    st.markdown(f"**Licence** {entry.licence} · **Source** {entry.source}")
    if entry.download_mb is None:
        return
    if st.button(
        f"Download ({entry.download_mb:.0f} MB)", icon=":material/download:", key=f"download {entry.name}"
    ):
        try:
            with working(f"Downloading {entry.title}") as on_step:
                download_dataset(entry.name, home, on_step=on_step)
        except UserError as error:
            st.error(str(error), icon=":material/error:")
        else:
            st.rerun()


def load(name: str, split: str, home: Home) -> Dataset:
    """Return a data set, kept in memory."""
    method = DATASETS.parse({"name": name, "split": split})
    return remember(
        "dataset", method, label=f"Reading {name}", make=lambda step: method.load(home, on_step=step)
    )


def example_tiles(dataset: Dataset) -> list[Tile]:
    """Return the first image of each of some classes, spread evenly over all; the first images if classes are few."""
    classes, first_items = np.unique(dataset.classes.values, return_index=True)
    first_items = first_items[classes >= 0]
    classes = classes[classes >= 0]
    if len(classes) < MAX_EXAMPLES:
        return [Tile(item=item) for item in range(min(MAX_EXAMPLES, len(dataset.images)))]
    places = np.linspace(0, len(classes) - 1, MAX_EXAMPLES).astype(int)
    return [
        Tile(item=int(item), alt=str(dataset.classes.names[int(dataset.classes.values[item])]))
        for item in first_items[places]
    ]


def split_table(dataset: Dataset) -> dict[str, list[str]]:
    """Return the number of images and of classes in each split, as columns."""
    return {
        "split": list(SPLITS),
        "images": [f"{len(dataset.items(split)):,}" for split in SPLITS],
        "classes": [f"{dataset.n_classes(split):,}" for split in SPLITS],
    }


def data_folders(home: Home) -> str:
    """Return the folders that files are looked for in, as Markdown."""
    return " · ".join(
        f"`{path}`{'' if Path(path).exists() else ' (not there yet)'}" for path in home.data_folders
    )
