"""The button at the right of the navigation that copies the page's link: all that is chosen on a page is in it."""

from pathlib import Path

import streamlit as st
from streamlit.components.v2 import component

from umeta.browser.map.scripts import CLIPBOARD
from umeta.ui.frame.styles import style_beside

_HERE = Path(__file__).parent
_KEY = "copy link"
_render = component(
    "umeta.copy_link",
    html="""<button type="button" class="copy" title="Copy a link to this page as it is">
      <svg viewBox="0 0 24 24" aria-hidden="true"><path d="M10 14a4 4 0 0 0 5.7 0l3.6-3.6a4 4 0 0 0-5.7-5.7L12 6.3
      M14 10a4 4 0 0 0-5.7 0l-3.6 3.6a4 4 0 0 0 5.7 5.7l1.6-1.6"/></svg><span aria-live="polite">Copy link</span>
    </button>""",
    css=(_HERE / "copy_button.css").read_text("utf-8"),
    js=CLIPBOARD + (_HERE / "copy_link.js").read_text("utf-8"),
)


def draw_copy_link() -> None:
    """Draw the button over the navigation bar, where it takes no room from the page."""
    st.html(style_beside(__file__))
    _render(key=_KEY, height="content")
