"""Embeddings from elsewhere: a file gives each item's vector by the item's id."""

import logging
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import torch
from jaxtyping import Float32, Int64
from pydantic import Field, field_validator

from umeta.data import ImageSet
from umeta.data.files.vector_checks import some_of
from umeta.data.files.vector_file import Choice
from umeta.data.naming import name_some
from umeta.encoders.embedding_file import EmbeddingTable, Stamps, content_of, read_table, stamps_of
from umeta.encoders.encoder import State
from umeta.stage import Method, OnStep, UserError, ignore_step
from umeta.whole_paths import whole_path

log = logging.getLogger(__name__)

UNKNOWN = "fitted on unknown items"


class FileEncoder(Method):
    """The embedding in the file of `import:PATH`, whose rows are matched to the items by their ids."""

    code_version: ClassVar[int] = 2
    trains: ClassVar[bool] = False
    embeds_new_images: ClassVar[bool] = False

    name: str = Field(pattern=r"^import:.+")
    dim: None = None
    columns: str | None = None
    """The column of vectors, or the columns of the dimensions, e.g. `e*`; None takes the only candidates."""
    ids: str | None = None
    """The column of the items' ids; None takes `id` or the like."""

    @field_validator("name")
    @classmethod
    def _whole_path(cls, name: str) -> str:
        return f"import:{whole_path(name.partition(':')[2], 'encoder')}"

    @property
    def path(self) -> Path:
        """Where the file is."""
        return Path(self.argument)

    @property
    def note(self) -> str:
        """What must be said wherever its results are shown; empty if the file says what it was fitted on."""
        try:
            table = self.read()
        except UserError:
            return ""  # embedding with it says what is wrong
        labels = f"{name_some(table.unused_labels)} in the file not used" if table.unused_labels else ""
        return "; ".join(filter(None, (UNKNOWN if table.fitted_on is None else "", labels)))

    def made_from(self) -> dict[str, Any]:
        """Return what identifies the embedding: the content of its files, wherever they are, and the columns."""
        chosen = {key: value for key, value in (("columns", self.columns), ("ids", self.ids)) if value}
        content = content_of(self._stamps())
        return {"name": "import", "content": content, **chosen, "code_version": self.code_version}

    def fit(self, images: ImageSet, *, device: torch.device, on_step: OnStep = ignore_step) -> State:
        """Find the rows of the meta_train images."""
        table = self.read()
        if table.fitted_on is None:
            log.warning("encoder=%s: %s; give every row's `split` in the file.", self.name, UNKNOWN)
        return {"rows_of_meta_train": self._rows(table, images)}

    def encode(
        self, state: State, images: ImageSet, *, device: torch.device, on_step: OnStep = ignore_step
    ) -> Float32[np.ndarray, "n_items dim"]:
        """Return the rows of the images.

        Raises:
            UserError: an image has no row, or the embedding was fitted on images that are not in meta_train here.
        """
        table = self.read()
        rows = self._rows(table, images)
        if table.fitted_on is not None:
            outside = rows[table.fitted_on[rows] & ~np.isin(rows, state["rows_of_meta_train"])]
            if len(outside):
                fitted = int(table.fitted_on[rows].sum())
                raise UserError(
                    f"encoder={self.name}: {len(outside):,} of the {fitted:,} items of {images.name} that it was "
                    f"fitted on are not in meta_train under this split, e.g. "
                    f"{some_of([table.ids[int(row)] for row in outside])}. Choose the dataset.split and "
                    "dataset.split_seed that it was made with, or embed the images with "
                    "an encoder fitted on this split's meta_train alone."
                )
        return np.ascontiguousarray(table.vectors[rows])

    def _rows(self, table: EmbeddingTable, images: ImageSet) -> Int64[np.ndarray, " n_items"]:
        row_of = {name: row for row, name in enumerate(table.ids)}
        missing = [name for name in images.ids if name not in row_of]
        if missing:
            other = (
                f", or choose the column of ids, e.g. encoder.ids={table.other_ids[0]}"
                if table.other_ids
                else ""
            )
            raise UserError(
                f"encoder={self.name}: {len(missing):,} of {len(images):,} items of {images.name} have no row, e.g. "
                f"{some_of(missing)}; the file's {len(table.ids):,} ids are like {some_of(table.ids)}. Name each row "
                f"by its item's id{other}."
            )
        return np.array([row_of[name] for name in images.ids], np.int64)

    def _stamps(self) -> Stamps:
        if not self.path.is_file():
            raise UserError(
                f"encoder={self.name}: there is no file {self.path}. Give the path of an existing one."
            )
        return stamps_of(self.path)

    def read(self) -> EmbeddingTable:
        """Read the file; a file that has not changed since is read once.

        Raises:
            UserError: it is missing or damaged, or its rows, ids or numbers are not sound.
        """
        return read_table(self.path, self._stamps(), Choice("encoder", self.columns, self.ids))
