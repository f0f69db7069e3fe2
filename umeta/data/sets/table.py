"""Images that a table names or holds: `table:PATH`, a CSV, a parquet file or a folder of parquet files."""

from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from pydantic import Field

from umeta.cache import Arrays, Home
from umeta.data.files.square_fit import ImageShape
from umeta.data.files.table_file import TableFile
from umeta.data.files.unfinished_products import arrays_in_parts
from umeta.data.naming import left_out_doubles
from umeta.data.sets.folder_images import read_pictures
from umeta.data.sets.own_images import OwnImages
from umeta.data.sets.own_items import OwnItems
from umeta.data.sets.own_rows import attribute_rows, items_of, noted, parts_of
from umeta.data.sets.table_columns import class_texts, other_attributes, split_texts
from umeta.data.sets.table_images import TableImages, first_of_each, image_column, images_of
from umeta.stage import OnStep

MAX_IMAGE_BYTES = 1 << 26


class ImageTable(OwnImages):
    """The images of `table:PATH`, a row each: paths beside the table, or bytes in it, with classes if it has them.

    Its other columns are attributes of the images.
    """

    code_version: ClassVar[int] = 2
    kind: ClassVar[str] = "table"

    name: str = Field(pattern=r"^table:.+")
    image_column: str | None = None
    """The column of paths or bytes of images, where it is not clear."""
    class_column: str | None = None
    """The column of classes; None takes `label`, `class` or the like."""

    def read(self, path: Path, home: Home, *, on_step: OnStep) -> OwnItems:
        """Read the images, from the cache if this table and its images were read before.

        Raises:
            UserError: it is no table, or has no column of images, or none of them can be read.
        """
        table = TableFile.of(path)
        table.n_rows()
        column = image_column(table, self.image_column)
        images = images_of(table, column, max_bytes=MAX_IMAGE_BYTES, remedy="Make it anew, or leave it out.")
        made_from: dict[str, Any] = {
            "dataset": "table",
            "code_version": self.code_version,
            "files": images.fingerprint(),
            **self.model_dump(mode="json", include={"image_column", "class_column", "size", "channels"}),
            "fit": self.fit,
        }
        read = lambda work: self._read(table, images, work, on_step)  # noqa: E731
        return items_of(arrays_in_parts(home, "images", made_from, read, on_step=on_step))

    def _read(self, table: TableFile, images: TableImages, work: Path, on_step: OnStep) -> Arrays:
        classes, class_column, class_notes = class_texts(table, self.class_column, [images.column])
        splits, split_column = split_texts(table, [images.column])
        parts, part_notes = parts_of(splits) if splits is not None else (None, [])
        others = [name for name in table.names if name not in (images.column, class_column, split_column)]
        attributes, attribute_notes = other_attributes(table, others)
        rows = {
            "ids": np.array(images.files, np.str_),
            "classes": np.array(classes, np.str_),
            **({} if parts is None else {"parts": parts}),
            **attribute_rows(attributes),
        }
        kept = first_of_each(images.files)
        names = [images.files[int(row)] for row in kept]
        rows = {name: row[kept] for name, row in rows.items()}
        shape = ImageShape(self.size, self.channels, self.fit)
        arrays = read_pictures(images, names, rows, shape, work, on_step)
        notes = [*table.notes, *class_notes, *part_notes, *attribute_notes, *arrays["notes"].tolist()]
        doubles = np.setdiff1d(np.arange(len(images.files)), kept)
        notes += left_out_doubles([images.files[int(row)] for row in doubles])
        return noted(arrays, notes, attributes)
