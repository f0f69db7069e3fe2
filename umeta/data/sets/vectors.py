"""Vectors without images: `vectors:PATH`. Each item is a point, drawn as a small picture of its numbers."""

from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from pydantic import Field

from umeta.cache import Arrays, Home
from umeta.data.dataset import DatasetCard
from umeta.data.files.array_file import ArrayFile, texts
from umeta.data.files.file_tree import FileTree
from umeta.data.files.vector_columns import LABEL_COLUMNS
from umeta.data.files.vector_file import Choice, Vectors, read_vectors
from umeta.data.sets.own_images import OwnImages
from umeta.data.sets.own_items import OwnItems
from umeta.data.sets.own_rows import arrays_of, items_of, parts_of
from umeta.data.sets.point_tiles import MAX_SIDE, point_tiles, side_of
from umeta.data.sets.table_columns import class_texts, other_attributes, row_ids
from umeta.stage import OnStep, Step, UserError

DRAWN = (
    "There are no images: each picture is a drawing of the item's vector, a square for each number. The "
    "encoder here is vectors, the vectors themselves, unless another is chosen; a learner sees the drawings."
)


class VectorSet(OwnImages):
    """The vectors of `vectors:PATH`, a `.npz`, `.npy`, `.parquet` or `.csv`, each of them an item.

    The vectors go with the pictures, and the encoder `vectors`, the default on such a set, returns them.
    """

    code_version: ClassVar[int] = 2
    kind: ClassVar[str] = "file"
    has_vectors: ClassVar[bool] = True

    name: str = Field(pattern=r"^vectors:.+")
    size: int | None = Field(default=None, ge=8, le=MAX_SIDE)
    """Pixels of a side of the drawings; None for as many as the numbers need, 28 at least."""
    columns: str | None = None
    """The columns or the array of the vectors, where it is not clear."""
    ids: str | None = None
    """The column or array of ids."""
    class_column: str | None = None
    """The column or array of classes."""

    @property
    def card(self) -> DatasetCard:
        """What can be said before the vectors are read."""
        return DatasetCard(
            title=Path(self.argument).stem or self.argument,
            what="Vectors of one's own, without images; each is drawn as squares from black to white.",
            source=self.argument,
            licence="not recorded: whoever gave the vectors decides",
            split="",
        )

    def read(self, path: Path, home: Home, *, on_step: OnStep) -> OwnItems:
        """Read the vectors and draw them, from the cache if this very file was read before.

        Raises:
            UserError: it cannot be read, is not sound, or it is not clear what of it is meant.
        """
        if path.is_dir():
            raise UserError(f"{path} is a folder. Give a file of vectors.")
        made_from: dict[str, Any] = {
            "dataset": "vectors",
            "code_version": self.code_version,
            "file": FileTree(path).fingerprint(),
            **self.model_dump(mode="json", include={"size", "columns", "ids", "class_column"}),
        }
        return items_of(home.arrays("images", made_from, lambda: self._read(path, on_step)))

    def _read(self, path: Path, on_step: OnStep) -> Arrays:
        on_step(Step("dataset", 0, 1, note=f"reading {path.name}"))
        rows = read_vectors(path, Choice("dataset", self.columns, self.ids))
        n_rows = len(rows.vectors)
        attributes, notes = {}, [DRAWN]
        if rows.table is not None:
            classes, column, class_notes = class_texts(rows.table, self.class_column, [])
            others = [name for name in rows.unused if name not in (column, "split")]
            attributes, left = other_attributes(rows.table, others)
            notes += [*rows.table.notes, *class_notes, *left]
        else:
            classes, class_notes = _array_classes(path, rows, self.class_column)
            notes += class_notes
        parts, part_notes = parts_of(rows.splits) if rows.splits is not None else (None, [])
        tiles = point_tiles(rows.vectors, side_of(rows.vectors.shape[1], self.size))
        arrays = {
            "images": tiles,
            "vectors": rows.vectors,
            "ids": row_ids(n_rows) if rows.ids is None else np.array(rows.ids, np.str_),
            "classes": np.array(classes, np.str_),
            **({} if parts is None else {"parts": parts}),
        }
        on_step(Step("dataset", 1, 1, note=f"reading {path.name}"))
        return arrays_of(arrays, [*notes, *part_notes], attributes)


def _array_classes(path: Path, rows: Vectors, chosen: str | None) -> tuple[list[str], list[str]]:
    """Return the classes that stand in an array beside the vectors, and notes."""
    unknown = [""] * len(rows.vectors)
    name = chosen or next((name for name in LABEL_COLUMNS if name in rows.unused), None)
    if name is None:
        return unknown, []
    if name not in rows.unused:
        raise UserError(
            f"dataset.class_column={name}: {path} has no such array, but {', '.join(rows.unused) or 'none'}."
        )
    classes = texts(ArrayFile.of(path).read(name), path, f"`{name}`")
    if len(classes) != len(unknown):
        raise UserError(f"{path}: {len(classes):,} classes for {len(unknown):,} vectors; give one each.")
    return ["" if text == "-1" else text for text in classes], [f"Classes are of the array {name}."]
