"""Arrays in `.npy` and `.npz` files. Their headers are read and checked before any memory is taken for them."""

import io
import math
import warnings
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np
from numpy.lib import format as npy

from umeta.data.files.unfolded_size import check_unfolding
from umeta.data.naming import name_some
from umeta.stage import Cancelled, UserError

Stream = IO[bytes] | io.BufferedIOBase

_HEADER_BYTES = 1 << 14  # numpy refuses headers of more than 10,000 signs
_PYTHON_OBJECTS = (
    "it holds Python objects, which are never loaded; save ids as strings and vectors as numbers"
)


@dataclass(frozen=True)
class ArrayHeader:
    """What a file says of one of its arrays."""

    shape: tuple[int, ...]
    dtype: np.dtype
    is_fortran: bool
    """Whether the first axis is the one whose numbers stand side by side."""
    length: int
    """Bytes of the header itself, before the data."""

    @property
    def n_bytes(self) -> int:
        """Bytes of the data."""
        return math.prod(self.shape) * self.dtype.itemsize

    def __str__(self) -> str:
        return f"{self.dtype} {self.shape}"


@dataclass(frozen=True)
class ArrayFile:
    """The arrays of a `.npz`, by their names, or the one of a `.npy`, whose name is empty."""

    path: Path
    headers: Mapping[str, ArrayHeader]

    @classmethod
    def of(cls, path: Path) -> "ArrayFile":
        """Read the headers.

        Raises:
            UserError: the file cannot be read, or an array in it is no plain array of numbers or text, or takes too
                much memory, or is not as long as its header says.
        """
        with explained(path):
            if path.suffix.lower() == ".npy":
                size = path.stat().st_size
                with path.open("rb") as stream:
                    return cls(path, {"": _header(path, "the array", stream, size, size)})
            with zipfile.ZipFile(path) as archive:
                headers = {}
                for entry in _array_entries(path, archive):
                    name = entry.filename.removesuffix(".npy")
                    with archive.open(entry) as stream:
                        stored, size = entry.compress_size, entry.file_size
                        headers[name] = _header(path, f"the array {name}", stream, size, stored)
                return cls(path, headers)

    def read(self, name: str = "") -> np.ndarray:
        """Return one array.

        Raises:
            UserError: it is damaged.
        """
        with explained(self.path), self._opened(name) as stream:
            return npy.read_array(stream, allow_pickle=False)

    def blocks(self, name: str = "", n_rows: int = 1024) -> Iterator[np.ndarray]:
        """Yield the rows of one array, some at a time, so that it is never whole in memory unless it is Fortran's.

        Raises:
            UserError: it is damaged.
        """
        header = self.headers[name]
        if header.is_fortran:
            whole = self.read(name)
            yield from (whole[start : start + n_rows] for start in range(0, len(whole), n_rows))
            return
        n_bytes = math.prod(header.shape[1:]) * header.dtype.itemsize
        with explained(self.path), self._opened(name) as stream:
            stream.read(header.length)
            for start in range(0, header.shape[0], n_rows):
                count = min(n_rows, header.shape[0] - start)
                data = stream.read(count * n_bytes)
                yield np.frombuffer(data, header.dtype).reshape(count, *header.shape[1:])

    @contextmanager
    def _opened(self, name: str) -> Iterator[Stream]:
        if name == "" and self.path.suffix.lower() == ".npy":
            with self.path.open("rb") as stream:
                yield stream
        else:
            with zipfile.ZipFile(self.path) as archive, archive.open(f"{name}.npy") as stream:
                yield stream

    def named(self) -> str:
        """Return the names of the arrays with their types and shapes, for a message."""
        return name_some([f"{name} ({header})" for name, header in self.headers.items()], max_names=8)


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn whatever reading a damaged file raises into one line.

    Raises:
        UserError: with the file, its size and the reason.
    """
    try:
        yield
    except (UserError, Cancelled):
        raise
    except Exception as error:  # on hostile files readers raise nearly anything
        reason = str(error).strip().splitlines()[0][:200] if str(error).strip() else type(error).__name__
        size = f" ({path.stat().st_size:,} bytes)" if path.is_file() else ""
        raise UserError(f"{path}{size} cannot be read: {reason}. Save it again.") from None


def texts(values: np.ndarray, path: Path, what: str) -> list[str]:
    """Return names as text, whether they were saved as text, bytes or whole numbers.

    Raises:
        UserError: they are something else, not one row of names, or bytes that are no UTF-8.
    """
    if values.ndim != 1 or values.dtype.kind not in "USiu":
        raise UserError(
            f"{path}: {what} of shape {values.shape} and type {values.dtype}; one row of text or of whole numbers is "
            "expected."
        )
    if values.dtype.kind != "S":
        return [str(value) for value in values.tolist()]
    try:
        return [value.decode() for value in values.tolist()]
    except UnicodeDecodeError as error:
        raise UserError(f"{path}: {what} are bytes that are no UTF-8 ({error}). Save them as text.") from None


def _array_entries(path: Path, archive: zipfile.ZipFile) -> Sequence[zipfile.ZipInfo]:
    entries = [entry for entry in archive.infolist() if entry.filename.endswith(".npy")]
    names = [entry.filename for entry in entries]
    if len(set(names)) < len(names):
        double = sorted({name for name in names if names.count(name) > 1})
        raise UserError(f"{path} holds {name_some(double)} more than once. Save each array once.")
    return entries


def _header(path: Path, what: str, stream: Stream, size: int, stored: int) -> ArrayHeader:
    """Read and check a header; `size` is what the file says its array's bytes are, `stored` what they take in it."""
    start = io.BytesIO(stream.read(_HEADER_BYTES))
    version = npy.read_magic(start)
    readers = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}
    if version not in readers:
        raise UserError(f"{path}: {what} has fields with names. Save one plain array.")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # files of Python 2 are read as well as others
        shape, is_fortran, dtype = readers[version](start)
    header = ArrayHeader(shape, dtype, is_fortran, start.tell())
    if dtype.hasobject:
        raise UserError(f"{path} cannot be read: {_PYTHON_OBJECTS}.")
    if dtype.names or dtype.subdtype or dtype.kind not in "biufUS" or dtype.itemsize == 0:
        raise UserError(f"{path}: {what} is of type {str(dtype)[:80]}; numbers or text are expected.")
    if min(shape, default=0) < 0:
        raise UserError(f"{path}: {what} has the shape {shape}, which none can have. Save it again.")
    check_unfolding(path, f"{what}, {header},"[:160], header.n_bytes, stored)
    if header.n_bytes + header.length != size:
        more = "less" if size < header.n_bytes + header.length else "more"
        raise UserError(
            f"{path}: {what} is {header} by its header, {header.n_bytes + header.length:,} bytes, and the file holds "
            f"{more}: {size:,}. Save it again, one array in each file."
        )
    return header
