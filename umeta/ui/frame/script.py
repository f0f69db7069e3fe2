"""The frame of every page: page config, the shared selectors in the sidebar and the URL, navigation.

Streamlit runs this file, not app.py, on every rerun. A file's stem in pages/ is its URL path: otherwise a first deep
link on a cold server would open under a "Page not found" dialog.
"""

import gc
import sys
from pathlib import Path

import streamlit as st

from umeta.ui.frame import links
from umeta.ui.frame.charts_ahead import load_charts_ahead
from umeta.ui.frame.copy_link import draw_copy_link
from umeta.ui.frame.errors import explained
from umeta.ui.frame.page_settings import keep_sections_apart
from umeta.ui.frame.presenter import draw_presenter
from umeta.ui.frame.sidebar import draw_sidebar
from umeta.ui.frame.styles import style_beside

PAGES = Path(__file__).parents[3] / "pages"
ICON = Path(__file__).parent / "icon.png"  # a file of ours: a named icon would be fetched from the network


@st.cache_resource(max_entries=1, show_spinner=False)
def _spare_the_collector(modules: int) -> None:
    """Keep what imported modules hold out of the garbage collector's sight, anew once there are more of them.

    Streamlit collects in full after every script and nothing else runs meanwhile: 0.2 s with torch's objects.
    """
    gc.freeze()


_spare_the_collector(len(sys.modules))
st.set_page_config(page_title="umeta", page_icon=str(ICON), layout="wide")
LINK_COLOUR = f"light-dark({st.get_option('theme.light.linkColor')}, {st.get_option('theme.dark.linkColor')})"
links.leave_out_misfits()
st.html(f"<style>:root {{ --umeta-link-colour: {LINK_COLOUR} }}</style>{style_beside(__file__)}")


def _page(name: str, title: str, icon: str) -> st.Page:
    return st.Page(PAGES / f"{name}.py", title=title, icon=f":material/{icon}:", url_path=name)


pages = [
    st.Page(PAGES / "start.py", title="Start", icon=":material/home:", url_path="home", default=True),
    _page("data", "Data", "photo_library"),
    _page("explore", "Explore", "bubble_chart"),
    _page("partitions", "Partitions", "workspaces"),
    _page("tasks", "Tasks", "grid_view"),
    _page("label", "Label", "label"),
    _page("train", "Train", "play_circle"),
    _page("results", "Results", "bar_chart"),
    _page("plane", "Plane", "scatter_plot"),
    _page("learn", "Learn", "school"),
    _page("draw", "Draw", "draw"),
]
system = st.Page(
    PAGES / "system.py", title="System", icon=":material/memory:", url_path="system", visibility="hidden"
)
# The default page lives at "/" alone: this one answers "/start", which people and links ask for as well.
also_start = st.Page(PAGES / "start.py", title="Start", url_path="start", visibility="hidden")
page = st.navigation([*pages, system, also_start], position="top")
# Start, Learn and Draw explain themselves without the selectors, which wait folded away.
explains_itself = page in (pages[0], *pages[-2:], also_start)
st.set_page_config(initial_sidebar_state="collapsed" if explains_itself else "auto")
st.session_state["umeta.pages"] = {other.url_path or "start": other for other in [*pages, system]}
keep_sections_apart(page.url_path)
draw_copy_link()
draw_presenter(page.url_path)
with explained():
    draw_sidebar(system)
page.run()
load_charts_ahead(page.url_path or "start")
