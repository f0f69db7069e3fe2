"""What a data set holds, as every card shows it: some images, the split, what was left out."""

from collections.abc import Callable

import numpy as np
import streamlit as st

from umeta.data import SPLITS, Dataset
from umeta.ui.frame.text import plain
from umeta.ui.shared.grid import Tile, image_grid
from umeta.wording import counted

MAX_EXAMPLES = 24
"""Images on a card."""


def draw_contents(dataset: Dataset) -> None:
    """Draw examples, the split as a table, and what was left out or odd."""
    pictures, numbers = st.columns([1.2, 1], gap="medium")
    with pictures:
        image_grid(dataset.images.images, example_tiles(dataset), side=42)
    with numbers:
        st.table(split_table(dataset), border="horizontal")
    is_own = ":" in dataset.images.name  # other sets' sentences are Markdown of ours
    as_text: Callable[[str], str] = plain if is_own else str
    st.markdown(f"**Split** {as_text(dataset.card.split)}")
    notes = [as_text(note) for note in dataset.card.notes]
    if len(notes) < 2:
        st.markdown(f"**Left out or odd** {notes[0] if notes else 'Nothing was left out.'}")
    else:
        st.markdown("**Left out or odd**\n" + "\n".join(f"- {note}" for note in notes))


def draw_found(dataset: Dataset) -> None:
    """Draw what was found in a person's own images, their labels first."""
    st.markdown(labels_sentence(dataset))
    draw_contents(dataset)


def labels_sentence(dataset: Dataset) -> str:
    """Return how many images there are, and of how many classes, if any is known."""
    images = counted(len(dataset.images), "image")
    if not dataset.is_labelled:
        return (
            f"**{images}, no labels: fine.** The map, partitions, tasks and training need none; "
            "mark some yourself where you want to judge by classes."
        )
    unknown = int((dataset.classes.values < 0).sum())
    of_unknown = f", {unknown:,} of them of unknown class" if unknown else ""
    classes = len(np.unique(dataset.classes.values[dataset.classes.values >= 0]))
    return f"**{images} in {counted(classes, 'class')}{of_unknown}.**"


def example_tiles(dataset: Dataset) -> list[Tile]:
    """Return the first image of each of some classes, spread evenly over all; the first images if classes are few."""
    classes, first_items = np.unique(dataset.classes.values, return_index=True)
    first_items, classes = first_items[classes >= 0], classes[classes >= 0]
    if len(classes) < MAX_EXAMPLES:
        return [Tile(item=item) for item in range(min(MAX_EXAMPLES, len(dataset.images)))]
    places = np.linspace(0, len(classes) - 1, MAX_EXAMPLES).astype(int)
    names = dataset.classes.names
    return [Tile(item=int(first_items[k]), alt=str(names[int(classes[k])])) for k in places]


def split_table(dataset: Dataset) -> dict[str, list[str]]:
    """Return the number of images and, where any is known, of classes in each split, as columns."""
    table = {"split": list(SPLITS), "images": [f"{len(dataset.items(split)):,}" for split in SPLITS]}
    if dataset.is_labelled:
        table["classes"] = [f"{dataset.n_classes(split):,}" for split in SPLITS]
    return table
