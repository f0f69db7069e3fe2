"""The place on which a person drops files, a folder or a zip, and the buttons that choose them.

Streamlit's own uploader keeps everything in memory, redraws its whole list for each of thousands of files, and loses
the folders of what is dropped, which are its classes. This one sends file by file onto the disk and keeps them.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.components.v2 import component

from umeta.cache import Home
from umeta.data.files.picture_files import SUFFIXES
from umeta.ui.data.upload_route import URL_PREFIX
from umeta.ui.data.uploads import ALONE, open_upload, upload_of

_HERE = Path(__file__).parent
KEY = "drop zone"
_TOKEN = "umeta.upload"
_render = component(
    "umeta.drop_zone",
    html='<div class="drop"></div>',
    css=(_HERE / "drop_zone.css").read_text("utf-8"),
    js=(_HERE / "drop_zone.js").read_text("utf-8"),
)


def draw_drop_zone(home: Home, on_sent: Callable[[str, Any], None]) -> None:
    """Draw the drop zone; when all is sent, `on_sent(token, what was left out)` is called before the rerun."""
    token = st.session_state.get(_TOKEN, "")
    if not upload_of(token):
        token = st.session_state[_TOKEN] = open_upload(home, max_upload_bytes())
    upload = upload_of(token)

    def hand_over() -> None:
        on_sent(token, st.session_state[KEY].get("sent"))

    _render(
        key=KEY,
        height="content",
        data=[
            {
                "url": f"{URL_PREFIX}/{token}",  # beside the page: a proxy may have put a path before both
                "endings": [*SUFFIXES, *ALONE],
                "limit": upload.max_bytes if upload else 0,
            }
        ],
        on_sent_change=hand_over,
    )


def max_upload_bytes() -> int:
    """Return how much one upload may hold: the server's option `maxUploadSize`, in MB there."""
    return int(st.get_option("server.maxUploadSize")) * 1_000_000
