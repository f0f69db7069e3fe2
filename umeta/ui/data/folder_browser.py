"""The choice of a folder of the computer that umeta runs on, by looking through those that are allowed."""

from collections.abc import Callable
from pathlib import Path

import streamlit as st

from umeta.cache import Home
from umeta.stage import UserError
from umeta.ui.data.folder_listing import Listing, list_folder, roots
from umeta.ui.frame.page_settings import KEPT
from umeta.ui.frame.text import plain
from umeta.wording import counted

HERE = "umeta.folder"
MAX_SHOWN = 60
"""Folders and files that are shown; a word finds the others."""


def draw_folder_browser(home: Home, choose: Callable[[str], None]) -> None:
    """Draw the folder that is looked at and what lies in it; `choose` is called with the path that a person takes."""
    allowed = roots(home)
    if not allowed:
        st.info("UMETA_ROOTS names no folder that is there. Type a path instead.", icon=":material/info:")
        return
    root = st.selectbox(
        "Folders of the computer that umeta runs on",
        allowed,
        format_func=str,
        key="browse root",
        persist_state=KEPT,
        on_change=_go_to_root,
    )
    here = st.session_state.get(HERE) or root
    try:
        listing = list_folder(here, allowed)
    except UserError as error:
        st.error(plain(error), icon=":material/error:")
        st.button("Back to the start", key="browse back", on_click=_go, args=(root,))
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        counts = _counts(listing.n_images, len(listing.folders), listing.is_cut)
        st.markdown(f"**{plain(listing.path)}** · {counts}", width="content")
        st.button(
            "Choose this folder",
            key="browse choose",
            on_click=choose,
            args=(str(listing.path),),
            disabled=not (listing.n_images or listing.folders),
        )
    word = st.text_input("Find by name", key="browse word", persist_state=KEPT) if _is_long(listing) else ""
    with st.container(horizontal=True, gap="small", key="browse entries"):
        if listing.path not in allowed:
            st.button(
                "Up",
                icon=":material/arrow_upward:",
                key="browse up",
                on_click=_go,
                args=(listing.path.parent,),
            )
        _draw_entries(listing, word.casefold(), choose)


def _draw_entries(listing: Listing, word: str, choose: Callable[[str], None]) -> None:
    counted = [
        (folder.path, _counts(folder.n_images, folder.n_folders, folder.is_cut)) for folder in listing.folders
    ]
    entries = [
        *((path, f"{plain(path.name)} · {counts}", "folder") for path, counts in counted),
        *((path, plain(path.name), "draft") for path in listing.files),
    ]
    matching = [entry for entry in entries if word in entry[0].name.casefold()]
    for path, label, icon in matching[:MAX_SHOWN]:
        st.button(
            label,
            icon=f":material/{icon}:",
            key=f"browse {path}",
            on_click=_go if icon == "folder" else choose,
            args=(path if icon == "folder" else str(path),),
        )
    if len(matching) > MAX_SHOWN:
        st.caption(f"… and {len(matching) - MAX_SHOWN:,} more")


def _is_long(listing: Listing) -> bool:
    return len(listing.folders) + len(listing.files) > MAX_SHOWN // 2


def _counts(n_images: int, n_folders: int, is_cut: bool) -> str:
    more = "more than " if is_cut else ""
    folders = f", {counted(n_folders, 'folder')}" if n_folders else ""
    return f"{more}{counted(n_images, 'image')}{folders}"


def _go(path: Path) -> None:
    st.session_state[HERE] = path


def _go_to_root() -> None:
    _go(st.session_state["browse root"])
    st.session_state.pop("browse word", None)
