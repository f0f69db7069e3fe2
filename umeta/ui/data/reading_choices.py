"""How a person's own images are read: the choices that the page offers before they are used."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import streamlit as st

from umeta.data import DATASETS
from umeta.ui.data.path_kinds import WORDS, kinds_of
from umeta.ui.frame.page_settings import KEPT

SIZES = (28, 42, 64, 84, 128, 224)
FITS = {
    "crop": "crop: the central square",
    "pad": "pad: all of it, with a margin",
    "squash": "squash: all of it, out of proportion",
}
SPLITS = {
    "own": "its own parts, if it has any",
    "classes": "by class",
    "items": "by image",
}


def draw_kind(path: Path) -> str:
    """Return the kind of a path; a person is asked where it can be images or vectors."""
    kinds = kinds_of(path)
    if len(kinds) == 1:
        return kinds[0]
    kind = st.segmented_control(
        "What is in it?",
        kinds,
        default=kinds[0],
        format_func=WORDS.__getitem__,
        key="own kind",
        persist_state=KEPT,
        required=True,
    )
    return kind or kinds[0]


def draw_reading(name: str, remembered: Mapping[str, Any]) -> dict[str, Any]:
    """Draw how the images are made alike and split, where the kind lets a person choose, and return the choices."""
    fields = DATASETS.method_class(name).model_fields
    splits: tuple[str, ...] = DATASETS.parse(name).splits
    chosen: dict[str, Any] = {}
    columns = iter(st.columns([1.2, 0.8, 1.4]))
    if not name.startswith("vectors:"):
        chosen["fit"] = _choice(
            "Images that are not square", FITS, "fit", remembered.get("fit"), next(columns)
        )
        usual = fields["size"].default
        sides = {
            str(side): f"{side} × {side}" for side in sorted({*SIZES, remembered.get("size", usual)} - {None})
        }
        sides = sides if usual else {"": "as they are"} | sides
        size = _choice(
            "Reduced to pixels", sides, "size", str(remembered.get("size", usual) or ""), next(columns)
        )
        chosen |= {"size": int(size)} if size else {}
    if len(splits) > 1:
        words = {split: SPLITS.get(split, split) for split in splits}
        chosen["split"] = _choice(
            "Split into training and test", words, "split", remembered.get("split"), next(columns)
        )
    return chosen


def _choice(label: str, words: Mapping[str, str], key: str, chosen: str | None, column: Any) -> str:
    options = list(words)
    index = options.index(chosen) if chosen in options else 0
    return column.selectbox(
        label, options, index=index, format_func=words.__getitem__, key=f"own {key}", persist_state=KEPT
    )
