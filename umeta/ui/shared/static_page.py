"""The button that saves what is on screen as a page that opens from disk, without server or network."""

from collections.abc import Callable, Sequence

import streamlit as st

from umeta.browser.standalone.page import Page, PagePart
from umeta.ui.shared import media


def draw_save_page(title: str, intro: str, parts: Callable[[], Sequence[PagePart]], *, name: str) -> None:
    """Draw the button.

    Args:
        title: The page's title.
        intro: The sentence under it.
        parts: Makes its maps, boards and grids; called beside the page, without its session.
        name: Of the folder in the zip file; also the button's key.
    """
    folder = media.folder()
    st.download_button(
        "Save as a page",
        lambda: Page(title, intro, parts(), (folder,)).zipped(name),
        f"{name}.zip",
        "application/zip",
        key=f"save {name}",
        icon=":material/folder_zip:",
        on_click="ignore",
        help="A folder, zipped: its index.html opens in a browser from disk, without umeta and without a network.",
    )
