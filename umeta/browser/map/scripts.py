"""The map's script and style, each as one text."""

from pathlib import Path

_HERE = Path(__file__).parent
# In this order; they share one scope, and import nothing from each other: Streamlit takes one script.
_PARTS = (
    "clipboard colour files points camera contours stamps sheets mosaic overlay panel gestures sharing "
    "inks looking travelling pointing selecting index"
)
MAP_SCRIPT = "\n".join((_HERE / f"{name}.js").read_text("utf-8") for name in _PARTS.split())
"""Defines `EmbeddingMap`."""
MAP_CSS = (_HERE / "map.css").read_text("utf-8")
CLIPBOARD = (_HERE / "clipboard.js").read_text("utf-8")
"""Defines `copyText`."""
