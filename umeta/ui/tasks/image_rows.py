"""A task's images as rows of a grid, whatever the task is made of."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Int, UInt8

from umeta.data import Dataset
from umeta.figures.palette import PETROFF, TINTS, Colour
from umeta.tasks import TaskBatch
from umeta.ui.shared.grid import GridRow, Tile, image_rows
from umeta.ui.shared.tile_captions import caption_cell, class_name
from umeta.ui.tasks.deck import Deck

Captions = Sequence[Sequence[str]]
"""Words under each query, row by row."""


@dataclass(frozen=True, eq=False)
class TaskImages:
    """The pictures of one task: of an augmented one they are views that only it shows."""

    images: UInt8[np.ndarray, "n_images channels height width"]
    support: Int[np.ndarray, "n_way n_shot"]
    """Places in `images`."""
    query: Int[np.ndarray, "n_way n_query"]

    @classmethod
    def of(cls, dataset: Dataset, batch: TaskBatch) -> "TaskImages":
        """Return the pictures of the first task of a batch."""
        images = dataset.images.images
        views = batch[:1].views
        if views is None:
            return cls(images, batch.support[0], batch.query[0])
        import torch

        from umeta.tasks.views import with_views

        pixels = [torch.from_numpy(np.array(images[items[:1]])) for items in (batch.support, batch.query)]
        seen = torch.cat(with_views(pixels[0], pixels[1], views), dim=2)[0]  # (n_way, K + Q, ...)
        n_shot = batch.support.shape[2]
        places = np.arange(seen.shape[0] * seen.shape[1]).reshape(seen.shape[:2])
        return cls(seen.flatten(0, 1).numpy(), places[:, :n_shot], places[:, n_shot:])


def draw_rows(
    dataset: Dataset,
    deck: Deck,
    batch: TaskBatch,
    *,
    revealed: bool,
    captions: Captions | None = None,
    side: int = 56,
) -> None:
    """Draw the first task of a batch, one row per class.

    Args:
        dataset: The images.
        deck: What the task is of.
        batch: The task.
        revealed: Whether true classes are named.
        captions: Words under the queries instead of their classes.
        side: Width of a tile in pixels.
    """
    pictures = TaskImages.of(dataset, batch)
    rows = task_rows(dataset, deck, batch, pictures, revealed=revealed, captions=captions)
    tiles = [tile for row in rows for part in row.parts for tile in part]
    image_rows(pictures.images, rows, ("Support", "Query"), side=side, cell=caption_cell(tiles))


def task_rows(
    dataset: Dataset,
    deck: Deck,
    batch: TaskBatch,
    pictures: TaskImages,
    *,
    revealed: bool,
    captions: Captions | None = None,
) -> list[GridRow]:
    """Return the rows of the first task of a batch, one per class of the task."""
    rows = []
    for row, colour in enumerate(row_colours(deck.shape.n_way)):
        parts = []
        for part, items, places in (
            ("support", batch.support[0, row], pictures.support[row]),
            ("query", batch.query[0, row], pictures.query[row]),
        ):
            words = captions[row] if captions is not None and part == "query" else None
            named = revealed and captions is None
            parts.append(
                [
                    Tile(
                        item=int(place),
                        caption=words[k] if words else class_name(dataset, int(item)) if named else "",
                        alt=_alt(dataset, deck, int(item), f"{part} of row {row + 1}", revealed=revealed)
                        + (f": {words[k].replace('/', ', ')}" if words else ""),
                    )
                    for k, (item, place) in enumerate(zip(items, places, strict=True))
                ]
            )
        items = np.concatenate([batch.support[0, row], batch.query[0, row]])
        note, badges = _about(deck, batch, row)
        if revealed and deck.partitions:
            n = len({class_name(dataset, int(item)) for item in items})
            badges += (f"{n} true {'class' if n == 1 else 'classes'}",)
        rows.append(GridRow(parts=parts, heading=f"Row {row + 1}", note=note, colour=colour, badges=badges))
    return rows


def row_colours(n_way: int) -> list[Colour]:
    """Return a colour for each row of a task; beyond eight rows they come round again."""
    return [PETROFF[TINTS[row % len(TINTS)]] for row in range(n_way)]


def _about(deck: Deck, batch: TaskBatch, row: int) -> tuple[str, tuple[str, ...]]:
    """Say what a row was drawn from."""
    number = int(batch.clusters[0, row])
    if not deck.partitions:
        return f"item {number}", ("and views of it",)
    what = "class" if deck.true_classes else "cluster"
    return f"{what} {number}", (f"of {deck.cluster_size(batch, row)} images",)


def _alt(dataset: Dataset, deck: Deck, item: int, where: str, *, revealed: bool) -> str:
    view = "" if deck.partitions or where.startswith("support of") else ", a random view"
    name = f", {class_name(dataset, item)}" if revealed else ""
    return f"item {item}{view}, {where}{name}"
