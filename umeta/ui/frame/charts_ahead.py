"""The script that draws charts is loaded before a chart is asked for, on pages that people come from.

Plotly is 4.7 MB, which a browser takes half a second and more to load and evaluate. Streamlit's page begins with it
when the first chart arrives. Loaded ahead, Plane opens from Start in 1.1 seconds in place of 2.3 (`umeta bench plane`).
"""

import json
from pathlib import Path

import streamlit as st
from streamlit.components.v2 import component

PAGES = ("start", "data", "train")
"""Without charts at once. Where a map follows the pointer, as on Explore, nothing else is loaded."""
_KEY = "charts ahead"


def plotly_script() -> str:
    """Return the name of the script in which Streamlit's page has Plotly; "" where it is not found."""
    found = list((Path(st.__file__).parent / "static/static/js").glob("PlotlyChart.*.js"))
    return found[0].name if len(found) == 1 else ""


# The name is part of the script: sent as data it would take pandas to Start.
_load = component(
    "umeta.charts_ahead",
    js=f"const NAME = {json.dumps(plotly_script())};\n"
    + Path(__file__).with_suffix(".js").read_text("utf-8"),
)


def load_charts_ahead(page: str) -> None:
    """Let the browser load the script once a page is there and at rest.

    Args:
        page: Its name.
    """
    if page in PAGES:
        st.html(f"<style>.st-key-{_KEY.replace(' ', '-')} {{ position: absolute }}</style>")
        _load(key=_KEY)
