"""The card for images of a person's own: the ways in, what was given, and what was opened before."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import streamlit as st

from umeta.cache import Home
from umeta.ui.data import uploads
from umeta.ui.data.callback_errors import draw_problem, problems, remark
from umeta.ui.data.drop_zone import draw_drop_zone
from umeta.ui.data.folder_browser import draw_folder_browser
from umeta.ui.data.given_images import draw_candidate, take
from umeta.ui.data.own_sets import draw_own_sets
from umeta.ui.data.path_kinds import kinds_of
from umeta.ui.frame import access, opened_paths
from umeta.ui.frame.page_settings import KEPT
from umeta.ui.frame.titles import clean_title

WAYS = ("Drop here", "Browse folders", "Type a path")


def draw_own(home: Home) -> None:
    """Draw the ways in, what was given, and what was opened before."""
    with st.container(border=True):
        st.subheader("Your own images", anchor="own")
        st.markdown(
            "**No labels are needed**: a flat folder or zip is a full data set. Where there is a folder for each "
            "class, the classes only make the splits and the test tasks. Tables with images, arrays and finished "
            "vectors work too. Nothing leaves the computer that umeta runs on."
        )
        if not access.is_full():
            st.info(f"None can be brought here: {access.explanation()}", icon=":material/lock:")
            return
        way = st.segmented_control(
            "Where are they?",
            WAYS,
            default=WAYS[0],
            key="own way",
            persist_state=KEPT,
            required=True,
            label_visibility="collapsed",
        )
        if way == WAYS[0]:
            _draw_upload(home)
        elif way == WAYS[1]:
            draw_folder_browser(home, take)
        else:
            _draw_path_field()
        draw_problem()
        draw_candidate(home)
        draw_own_sets(home)


def _draw_upload(home: Home) -> None:
    def hand_over(token: str, sent: Any) -> None:
        upload = uploads.close_upload(token)
        if not upload or not sent:
            return
        with problems():
            path = uploads.sent_path(upload)
            kind = "onnx" if path.suffix.lower() == ".onnx" else kinds_of(path)[0]
            title = _title_of(path.stem if path != upload.folder else "Dropped images", home)
            opened_paths.remember(home, opened_paths.whole(f"{kind}:{path}"), title=title)
            take(str(path))
            _tell_left_out(sent["left_out"])

    draw_drop_zone(home, hand_over)


def _draw_path_field() -> None:
    st.text_input(
        "Path of a folder, zip, table or file of arrays",
        key="own path",
        persist_state=KEPT,
        placeholder="/home/me/photos",
        on_change=lambda: take(st.session_state["own path"].strip()),
    )


def _title_of(name: str, home: Home) -> str:
    """Return what an upload is called: its name, with the time if something is called so already."""
    taken = {entry.title for entry in opened_paths.entries(home)}
    return f"{name} ({datetime.now():%Y-%m-%d %H:%M})" if clean_title(name) in taken else name


def _tell_left_out(left_out: Mapping[str, Any]) -> None:
    """Say which files the browser did not send."""
    names, n_more = [str(name) for name in left_out["names"]], left_out["count"] - len(left_out["names"])
    if names:
        more = f" and {n_more:,} more" if n_more else ""
        remark(f"Not sent, as no image, table or array ends like it: {', '.join(names)}{more}.")
