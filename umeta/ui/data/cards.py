"""The cards of the Data page."""

from pathlib import Path

import numpy as np
import streamlit as st

from umeta.cache import Home
from umeta.data import DATASETS, SPLITS, Dataset, download_dataset
from umeta.data.registry import DatasetAtHand
from umeta.stage import UserError
from umeta.ui.frame import links, opened_paths, state
from umeta.ui.frame.memory import remember, working
from umeta.ui.shared.grid import Tile, image_grid

SAMPLES = 24


def draw_card(one: DatasetAtHand, home: Home) -> None:
    """Draw one data set: its pictures and counts if it is here, what it needs if not."""
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.subheader(one.title, anchor=one.name, width="content")
            if one.available:
                st.badge("ready", icon=":material/check:", color="green")
            else:
                st.badge("not here yet", icon=":material/download:", color="orange")
        st.markdown(one.what)
        if one.available:
            _draw_available(one, home)
        else:
            _draw_missing(one, home)


def _draw_available(one: DatasetAtHand, home: Home) -> None:
    names = list(one.splits)
    split = None
    if len(names) > 1:
        split = st.segmented_control("Split", names, default=names[0], key=f"split {one.name}")
    try:
        dataset = load(one.name, split or names[0], home)
    except UserError as error:
        st.error(str(error), icon=":material/error:")
        return
    _draw_contents(dataset)
    st.markdown(f"**Licence** {one.licence} · **Source** {one.source}")
    if one.where:
        st.markdown("**Files** " + ", ".join(f"`{path}`" for path in one.where))
    _draw_links({"dataset": one.name} | ({f"split_{one.name}": split} if split else {}))


def draw_own(home: Home) -> None:
    """Draw the card for images of a person's own: a path, checked at once, and the button that chooses it."""
    chosen = state.selection().dataset
    in_use = chosen.partition(":")[2] if chosen.startswith("folder:") else ""
    with st.container(border=True):
        st.subheader("Your own images", anchor="own")
        st.markdown(
            "A folder, or a zip of one, on the computer that umeta runs on, with a folder of images for each class. "
            "Nothing leaves that computer; the classes only make the splits and the test tasks."
        )
        given = st.text_input(
            "Path of a folder or a zip", value=in_use, key="own path", placeholder="/home/me/photos"
        ).strip()
        if not given:
            return
        try:
            name = opened_paths.whole(f"folder:{given}")
            split = state.selection().split if name == chosen else "classes"
            dataset = load(name, split, home)
        except UserError as error:
            st.error(str(error), icon=":material/error:")
            return
        _draw_contents(dataset)
        if name == chosen:
            st.badge("in use", icon=":material/check:", color="green")
            _draw_links({"dataset": name, "split_folder": split})
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
        image_grid(dataset.images.images, samples(dataset), side=42)
    with numbers:
        st.table(counts(dataset), border="horizontal")
    st.markdown(f"**Split** {dataset.card.split}")
    st.markdown("**Left out or odd** " + (" ".join(dataset.card.notes) or "Nothing was left out."))


def _draw_links(query: dict[str, str]) -> None:
    with st.container(horizontal=True):
        st.page_link(
            state.page("explore"), label="Explore it", icon=":material/bubble_chart:", query_params=query
        )
        st.page_link(
            state.page("train"), label="Train on it", icon=":material/play_circle:", query_params=query
        )


def _draw_missing(one: DatasetAtHand, home: Home) -> None:
    st.info(one.missing, icon=":material/info:")
    st.markdown(f"**By hand** Put the files into `{home.downloads / one.name}`, then reload this page.")
    st.markdown(f"**Licence** {one.licence} · **Source** {one.source}")
    if one.download_mb is None:
        return
    if st.button(
        f"Download ({one.download_mb:.0f} MB)", icon=":material/download:", key=f"download {one.name}"
    ):
        try:
            with working(f"Downloading {one.title}") as on_step:
                download_dataset(one.name, home, on_step=on_step)
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


def samples(dataset: Dataset) -> list[Tile]:
    """Return one image of each of some classes, evenly taken."""
    classes, first = np.unique(dataset.classes.values, return_index=True)
    if len(classes) < SAMPLES:
        return [Tile(item=item) for item in range(min(SAMPLES, len(dataset.images)))]
    chosen = first[np.linspace(0, len(classes) - 1, SAMPLES).astype(int)]
    return [
        Tile(item=int(item), alt=str(dataset.classes.names[int(dataset.classes.values[item])]))
        for item in chosen
    ]


def counts(dataset: Dataset) -> dict[str, list[str]]:
    """Return images and classes of each split as columns."""
    return {
        "split": list(SPLITS),
        "images": [f"{len(dataset.items(split)):,}" for split in SPLITS],
        "classes": [f"{dataset.n_classes(split):,}" for split in SPLITS],
    }


def where_to_put(home: Home) -> str:
    """Say where files are looked for."""
    return " · ".join(
        f"`{path}`{'' if Path(path).exists() else ' (not there yet)'}" for path in home.data_folders
    )
