"""The points of the task plane and the maps of its embeddings, in memory until their files change."""

from collections.abc import Mapping
from pathlib import Path

import streamlit as st

from umeta.plane.embedding_maps import FILE as MAPS_FILE
from umeta.plane.embedding_maps import Maps, load_maps
from umeta.plane.points import FILE, Plane, load_plane

STUDIES: Mapping[str, str] = {"plane": "Handwriting (Omniglot)", "plane_grocery": "Photographs (groceries)"}
"""The studies behind the plane, as pages call them."""


def loaded_plane() -> Plane:
    """Return the plane that came with umeta.

    Raises:
        UserError: its file is damaged.
    """
    return _load(str(FILE), _stamp(FILE))


def loaded_maps() -> Maps:
    """Return the maps that came with umeta.

    Raises:
        UserError: their file is damaged.
    """
    return _load_maps(str(MAPS_FILE), _stamp(MAPS_FILE))


def _stamp(file: Path) -> int:
    return file.stat().st_mtime_ns if file.exists() else 0


@st.cache_resource(max_entries=2, show_spinner=False)
def _load(file: str, stamp: int) -> Plane:
    return load_plane(Path(file))


@st.cache_resource(max_entries=2, show_spinner=False)
def _load_maps(file: str, stamp: int) -> Maps:
    return load_maps(Path(file))
