"""The images that a table names or holds: one column of paths beside the table, or of the bytes of image files."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np

from umeta.data.files.file_tree import FileTree, OpenTree
from umeta.data.files.picture_files import is_image_file
from umeta.data.files.table_file import TableFile
from umeta.data.files.vector_columns import ID_COLUMNS
from umeta.data.files.vector_table import text_column
from umeta.data.sets.table_bytes import RowBytes
from umeta.data.sets.table_columns import row_ids
from umeta.stage import UserError, content_hash

_NAMES = (
    "image",
    "img",
    "picture",
    "photo",
    "image_path",
    "img_path",
    "file",
    "file_name",
    "filename",
    "path",
)
_SAMPLE = 50


def image_column(table: TableFile, chosen: str | None) -> str:
    """Return the column of images: bytes, as Hugging Face data sets hold them, or the names of image files.

    Raises:
        UserError: there is none, or several may be it, or there is none of the name that a person gave.
    """
    if chosen is not None:
        if chosen not in table.names:
            raise UserError(
                f"dataset.image_column={chosen}: {table.path} has no such column, but {table.described()}."
            )
        return chosen
    kinds = table.kinds()
    of_bytes = [name for name, kind in kinds.items() if kind == "bytes" or _holds_bytes(kind)]
    of_paths = [] if of_bytes else [name for name in kinds if _holds_names(table, name)]
    candidates = of_bytes or of_paths
    named = [name for name in candidates if name.lower() in _NAMES]
    if len(candidates) == 1 or len(named) == 1:
        return candidates[0] if len(candidates) == 1 else named[0]
    found = (
        f"several columns that may be images ({', '.join(candidates[:5])})"
        if candidates
        else "no column of images"
    )
    raise UserError(
        f"{table.path} has {found}; its columns are {table.described()}. Name the one that holds the paths of image "
        "files or their bytes by dataset.image_column. Vectors without images are dataset=vectors:PATH."
    )


@dataclass(frozen=True)
class TableImages(FileTree):
    """The images of a table, read like the files of a folder."""

    table: TableFile = field(kw_only=True)
    column: str = field(kw_only=True)
    files: Sequence[str] = field(kw_only=True)
    """For each row the path of its image, relative to the table's folder; or its own name where the table holds it."""
    in_table: bool = field(kw_only=True)

    @contextmanager
    def opened(self) -> Iterator[OpenTree]:
        """Yield the images by their names, one for each row of the table."""
        place = {name: row for row, name in enumerate(self.files)}
        rows = RowBytes(self.table, self.column, self.max_bytes)
        read = lambda name: rows.read(place[name]) if self.in_table else self._read_beside(name)  # noqa: E731
        yield OpenTree(list(self.files), read, lambda name, n: read(name)[:n], [])

    def fingerprint(self) -> str:
        """A hash that changes with the table, and with any image beside it.

        Raises:
            UserError: the table cannot be read.
        """
        own = FileTree(self.path).fingerprint()
        if self.in_table:
            return own
        stats = [_identity(self._root / name) for name in self.files if is_inside(name)]
        return content_hash([own, list(self.files), stats], 64)

    @property
    def _root(self) -> Path:
        return self.path if self.path.is_dir() else self.path.parent

    def _read_beside(self, name: str) -> bytes:
        """Return the bytes of an image file; it must lie in the folder of the table."""
        if "://" in name:
            raise UserError("is an address, and nothing is downloaded")
        if not is_inside(name):
            raise UserError("lies outside the folder of the table")
        file = self._root / name
        if not file.is_file():
            raise UserError("is not there")
        self._check_size(name, file.stat().st_size)
        return file.read_bytes()


def images_of(table: TableFile, column: str, *, max_bytes: int, remedy: str) -> TableImages:
    """Return the images that a column holds or names.

    Raises:
        UserError: the column holds neither bytes nor text.
    """
    kind = table.kinds()[column]
    in_table = kind == "bytes" or _holds_bytes(kind)
    if in_table:
        names = _row_names(table, column)
    elif kind == "text":
        names = [name.replace("\\", "/").removeprefix("./") for name in text_column(table, column, empty="")]
    else:
        raise UserError(
            f"dataset.image_column={column}: it holds {kind}; paths of images or their bytes are expected."
        )
    return TableImages(
        table.path, max_bytes, remedy, table=table, column=column, files=names, in_table=in_table
    )


def is_inside(name: str) -> bool:
    """Return whether a relative path stays in its folder."""
    path = PurePosixPath(name)
    return (
        bool(name)
        and "\0" not in name
        and not path.is_absolute()
        and ".." not in path.parts
        and ":" not in name[:2]
    )


def _row_names(table: TableFile, column: str) -> list[str]:
    """Return a name for each row: an id of the table, the path beside the bytes, or the number of the row."""
    candidates = [name for name in ID_COLUMNS if name in table.names and name != column]
    for name in candidates:
        if table.kinds()[name] in ("text", "whole numbers"):
            texts = text_column(table, name, empty="")
            if len({*texts}) == len(texts) and "" not in texts:
                return texts
    paths: list[Any] = []
    if _holds_bytes(table.kinds()[column]) and "path" in table.kinds()[column]:
        for batch in table.batches([column], keep=False):
            paths += batch.column(0).field("path").to_pylist()
        if all(paths) and len({*paths}) == len(paths):
            return [str(path) for path in paths]
    return row_ids(table.n_rows()).tolist()


def _holds_bytes(kind: str) -> bool:
    return kind.startswith("fields ") and "bytes" in kind.split()


def _holds_names(table: TableFile, name: str) -> bool:
    """Return whether the first texts of a column end like the names of image files."""
    if table.kinds()[name] != "text":
        return False
    first = next(table.batches([name], keep=False), None)
    texts = [] if first is None else [text for text in first.column(0).to_pylist()[:_SAMPLE] if text]
    return bool(texts) and all(is_image_file(text) for text in texts)


def _identity(file: Path) -> list[int]:
    try:
        stat = file.stat()
    except (OSError, ValueError):
        return []
    return [stat.st_size, stat.st_mtime_ns, stat.st_ino]


def first_of_each(names: Sequence[str]) -> np.ndarray:
    """Return the rows whose name stands in no row before."""
    return np.unique(np.array(names, np.str_), return_index=True)[1]
