"""The cards of the Data page: the set in use first, then one for each other data set."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal

import streamlit as st

from umeta.cache import Home
from umeta.data import DATASETS, download_dataset
from umeta.data.registry import DatasetAtHand
from umeta.stage import UserError
from umeta.ui.data.contents import draw_contents, draw_found
from umeta.ui.frame import access, links, opened_paths, state
from umeta.ui.frame.errors import Stopped
from umeta.ui.frame.memory import working
from umeta.ui.frame.page_settings import KEPT
from umeta.ui.frame.text import code, plain

BADGES: Mapping[str, tuple[str, Literal["blue", "green", "orange"]]] = {
    "in use": ("bookmark_check", "blue"),
    "ready": ("check", "green"),
    "not here yet": ("download", "orange"),
}


def draw_in_use(home: Home, entry: DatasetAtHand | None) -> Callable[[], None]:
    """Draw the head of the set that the sidebar has chosen, and return what draws the rest of its card.

    The rest may have to be read first, and a person need not wait for it to go on with images of their own.

    Args:
        entry: The set, if it is not one of a person's own.
    """
    name = state.selection().dataset
    own = opened_paths.entry_of(home, name)
    with st.container(border=True):
        title = entry.title if entry else plain(own.title if own else name)
        _draw_head(title, entry.name if entry else "in-use", "in use")
        place = st.container()

    def draw_rest() -> None:
        with place:
            _draw_built_in(entry, home) if entry else _draw_own_in_use()

    return draw_rest


def draw_card(entry: DatasetAtHand, home: Home) -> None:
    """Draw one data set: its pictures and counts if it is here, what it needs if not."""
    with st.container(border=True):
        _draw_head(entry.title, entry.name, "ready" if entry.available else "not here yet")
        _draw_built_in(entry, home)


def _draw_head(title: str, anchor: str, status: str) -> None:
    """Draw the title and the badge that says whether a set is in use or here."""
    icon, colour = BADGES[status]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(title, anchor=anchor, width="content")
        st.badge(status, icon=f":material/{icon}:", color=colour)


def _draw_built_in(entry: DatasetAtHand, home: Home) -> None:
    st.markdown(entry.what)
    if entry.available:
        _draw_available(entry, home)
    else:
        _draw_missing(entry, home)


def _draw_own_in_use() -> None:
    try:
        dataset = state.dataset()
    except Stopped:
        return
    except UserError as error:
        st.error(plain(error), icon=":material/error:")
        return
    draw_found(dataset)
    st.markdown(plain(dataset.card.what))
    st.markdown(f"**Files** {plain(dataset.card.source)}")
    _draw_links({})


def _draw_available(entry: DatasetAtHand, home: Home) -> None:
    names = list(entry.splits)
    split = None
    if len(names) > 1:
        split = st.segmented_control(
            "Split", names, default=names[0], key=f"split {entry.name}", persist_state=KEPT
        )
    try:
        dataset = state.load(DATASETS.parse({"name": entry.name, "split": split or names[0]}))
    except Stopped:
        return
    except UserError as error:
        st.error(plain(error), icon=":material/error:")
        return
    draw_contents(dataset)
    st.markdown(f"**Licence** {entry.licence} · **Source** {entry.source}")
    if entry.where:
        st.markdown("**Files** " + ", ".join(code(path) for path in entry.where))
    _draw_links({links.DATASET: entry.name} | ({links.SPLIT.of(entry.name): split} if split else {}))


def _draw_links(values: Mapping[links.Parameter[Any], str]) -> None:
    """Link to the pages that go on with a data set; without values, with the one in use."""
    query = links.query(values) if values else None
    with st.container(horizontal=True):
        st.page_link(
            state.page("explore"), label="Explore it", icon=":material/bubble_chart:", query_params=query
        )
        st.page_link(
            state.page("train"), label="Train on it", icon=":material/play_circle:", query_params=query
        )


def _draw_missing(entry: DatasetAtHand, home: Home) -> None:
    st.info(plain(entry.missing), icon=":material/info:")
    st.markdown(f"**By hand** Put the files into {code(home.downloads / entry.name)}, then reload this page.")
    st.markdown(f"**Licence** {entry.licence} · **Source** {entry.source}")
    if entry.download_mb is None:
        return
    if st.button(
        f"Download ({entry.download_mb:.0f} MB)", icon=":material/download:", key=f"download {entry.name}"
    ):
        try:
            access.check_full("Downloading")
            with working(f"Downloading {entry.title}") as on_step:
                download_dataset(entry.name, home, on_step=on_step)
        except UserError as error:
            st.error(plain(error), icon=":material/error:")
        else:
            st.rerun()


def data_folders(home: Home) -> str:
    """Return the folders that files are looked for in, as Markdown."""
    return " · ".join(
        f"{code(path)}{'' if Path(path).exists() else ' (not there yet)'}" for path in home.data_folders
    )
