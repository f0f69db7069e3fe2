"""The list of a person's own sets: each is used, renamed or removed here."""

import streamlit as st

from umeta.cache import Home
from umeta.data import DATASETS
from umeta.ui.data.callback_errors import problems
from umeta.ui.data.uploads import delete_upload, upload_folder_of
from umeta.ui.frame import links, opened_paths, opening, state
from umeta.ui.frame.opened_entry import KINDS, Entry
from umeta.ui.frame.text import plain
from umeta.ui.frame.titles import MAX_TITLE


def draw_own_sets(home: Home) -> None:
    """Draw a line for each of a person's own sets and encoders that was opened here."""
    entries = opened_paths.entries(home)
    if not entries:
        return
    st.markdown("##### Opened so far")
    with st.container(key="own sets", gap="small"):
        for entry in entries:
            _draw_entry(entry, home)


def _draw_entry(entry: Entry, home: Home) -> None:
    parameter = links.DATASET if entry.kind in DATASETS.takes_argument else links.ENCODER
    selection = state.selection()
    in_use = entry.name in (selection.dataset, selection.encoder)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**{plain(entry.title)}**  \n{plain(_whereabouts(entry, home))}", width="stretch")
        if in_use:
            st.badge("in use", icon=":material/bookmark_check:", color="blue")
        elif entry.is_there:
            st.button(
                "Use", key=f"use {entry.name}", on_click=opening.use, args=(home, parameter, entry.name)
            )
        else:
            st.badge("not there any more", icon=":material/link_off:", color="orange")
        with st.popover("Change"):
            _draw_change(entry, home)


def _draw_change(entry: Entry, home: Home) -> None:
    """Draw the field that renames an entry, and the button that removes it, with what that does."""
    st.text_input("Name", value=entry.title, key=f"title {entry.name}", max_chars=MAX_TITLE)
    st.button("Rename", key=f"rename {entry.name}", on_click=_rename, args=(entry, home))
    is_upload = upload_folder_of(home, entry.path) is not None
    what = (
        "It was uploaded: removing it **deletes its files** from the computer that umeta runs on."
        if is_upload and entry.is_there
        else "Removing it takes it off this list. Its files stay as they are."
    )
    st.markdown(f"{what} Results of runs stay.")
    st.button(
        "Delete its files and remove it" if is_upload and entry.is_there else "Remove it from the list",
        key=f"remove {entry.name}",
        on_click=_remove,
        args=(entry, home),
    )


def _whereabouts(entry: Entry, home: Home) -> str:
    when = entry.opened[:16].replace("T", " ")
    if upload_folder_of(home, entry.path):
        return f"{KINDS[entry.kind]}, uploaded {when} (UTC)"
    return f"{KINDS[entry.kind]}, opened {when} (UTC): {entry.path}"


def _rename(entry: Entry, home: Home) -> None:
    with problems():
        opened_paths.rename(home, entry.name, st.session_state[f"title {entry.name}"])


def _remove(entry: Entry, home: Home) -> None:
    """Forget a set or encoder, choose others in the sidebar if it was in use, and delete what was uploaded for it."""
    with problems():
        if upload_folder_of(home, entry.path):
            delete_upload(home, entry.path)
        opened_paths.forget(home, entry.name)
        for parameter in (links.DATASET, links.ENCODER):
            opening.leave(parameter, entry.name)
