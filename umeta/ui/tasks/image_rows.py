"""A task's images as rows of a grid, whatever the task is made of."""

from collections.abc import Sequence

import numpy as np

from umeta.browser.task_images import TaskImages
from umeta.data import Dataset
from umeta.figures.palette import PETROFF, Colour, row_colours
from umeta.tasks import TaskBatch
from umeta.ui.frame.presenter import presented
from umeta.ui.shared.grid import GridRow, Tile, image_rows
from umeta.ui.shared.tile_captions import caption_cell, class_name
from umeta.ui.tasks.numbered_tasks import NumberedTasks
from umeta.wording import counted

COME: Colour = PETROFF[2]
"""Frames images that the dial of noise has put into another cluster."""
Captions = Sequence[Sequence[str]]
"""The caption of each query, row by row."""


def draw_rows(
    dataset: Dataset,
    tasks: NumberedTasks,
    batch: TaskBatch,
    *,
    revealed: bool,
    captions: Captions | None = None,
    side: int = 56,
    clickable: bool = False,
) -> None:
    """Draw the first task of a batch, one row per class.

    Args:
        dataset: The images.
        tasks: What the task is one of.
        batch: The task.
        revealed: Whether true classes are named.
        captions: What stands under the queries instead of their classes.
        side: Width of a tile in pixels.
        clickable: Whether pictures act like buttons.
    """
    pictures = TaskImages.of(dataset, batch)
    rows = task_rows(dataset, tasks, batch, pictures, revealed=revealed, captions=captions)
    tiles = [tile for row in rows for part in row.parts for tile in part]
    cell = caption_cell(tiles)
    image_rows(pictures.images, rows, ("Support", "Query"), side=side, cell=cell, clickable=clickable)


def task_rows(
    dataset: Dataset,
    tasks: NumberedTasks,
    batch: TaskBatch,
    pictures: TaskImages,
    *,
    revealed: bool,
    captions: Captions | None = None,
) -> list[GridRow]:
    """Return the rows of the first task of a batch, one per class of the task."""
    rows = []
    for row, colour in enumerate(row_colours(tasks.shape.n_way)):
        parts = []
        for part, items, places in (
            ("support", batch.support[0, row], pictures.support[row]),
            ("query", batch.query[0, row], pictures.query[row]),
        ):
            own_captions = captions[row] if captions is not None and part == "query" else None
            alts = [_alt(dataset, tasks, int(item), part, row, revealed=revealed) for item in items]
            alts = [
                f"{alt}, come from another cluster" if tasks.has_come(batch, row, int(item)) else alt
                for alt, item in zip(alts, items, strict=True)
            ]
            if own_captions is not None:
                alts = [
                    f"{alt}: {caption.replace('/', ', ')}"
                    for alt, caption in zip(alts, own_captions, strict=True)
                ]
            elif revealed and captions is None:
                own_captions = ["" if presented() else class_name(dataset, int(item)) for item in items]
                if part == "query" and tasks.partitions:
                    own_captions = _with_signs(own_captions, dataset, batch, row)
            parts.append(
                [
                    Tile(
                        item=int(place),
                        caption=own_captions[k] if own_captions else "",
                        alt=alts[k],
                        colour=COME if tasks.has_come(batch, row, int(items[k])) else None,
                    )
                    for k, place in enumerate(places)
                ]
            )
        note, badges = _row_origin(tasks, batch, row)
        if revealed and tasks.partitions:
            badges += (_n_classes(dataset, batch, row),)
        rows.append(GridRow(parts=parts, heading=f"Row {row + 1}", note=note, colour=colour, badges=badges))
    return rows


def _with_signs(names: Sequence[str], dataset: Dataset, batch: TaskBatch, row: int) -> list[str]:
    """Put ✓ before a query's class that is the most frequent one of the row's support images, else ✗."""
    classes = dataset.classes.values
    support = classes[batch.support[0, row]]
    values, counts = np.unique(support[support >= 0], return_counts=True)
    if len(values) == 0:
        return list(names)
    right = classes[batch.query[0, row]] == values[np.argmax(counts)]
    return [f"{'✓' if is_right else '✗'} {name}".strip() for is_right, name in zip(right, names, strict=True)]


def _row_origin(tasks: NumberedTasks, batch: TaskBatch, row: int) -> tuple[str, tuple[str, ...]]:
    """Return what a row was drawn from, and what stands below that."""
    number = int(batch.clusters[0, row])
    if not tasks.partitions:
        return f"item {number}", ("and views of it",)
    noun = "class" if tasks.true_classes else "cluster"
    return f"{noun} {number}", (counted(tasks.cluster_size(batch, row), "image"),)


def _n_classes(dataset: Dataset, batch: TaskBatch, row: int) -> str:
    """Return how many true classes the images of a row are of."""
    items = np.concatenate([batch.support[0, row], batch.query[0, row]])
    classes = dataset.classes.values[items]
    n_classes = len(np.unique(classes[classes >= 0]))
    if n_classes == 0:
        return "no class known"
    return f"{counted(n_classes, 'true class')}"


def _alt(dataset: Dataset, tasks: NumberedTasks, item: int, part: str, row: int, *, revealed: bool) -> str:
    view = ", a random view" if part == "query" and not tasks.partitions else ""
    name = f", {class_name(dataset, item)}" if revealed else ""
    return f"item {item}{view}, {part} of row {row + 1}{name}"
