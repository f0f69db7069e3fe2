"""Expensive products on disk, found by the hash of what made them.

A product is a folder `products/<kind>/<hash>/` with one `.npy` per array (opened with mmap), or one
`.safetensors` of weights, and `made_from.json`: what made it, and a checksum of each file. It is written
beside its place and moved there in one rename, so a reader sees all of it or nothing.
"""

import errno
import json
import logging
import os
import secrets
import shutil
import tempfile
import threading
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from umeta.file_locks import at_work_on
from umeta.large_arrays import save_rows
from umeta.stage import UserError, content_hash
from umeta.storage_errors import storage_error

log = logging.getLogger(__name__)

Arrays = dict[str, np.ndarray]

PARTS = ".parts"
"""How the name of a folder ends that holds the parts of an unfinished product, beside that product."""


@dataclass(frozen=True)
class Home:
    """Where everything is kept: products of the cache, runs, downloads; and where else data sets may lie."""

    root: Path
    data_folders: tuple[Path, ...]

    @classmethod
    def from_environment(cls) -> "Home":
        """Return the home that `UMETA_HOME` (default `~/.cache/umeta`) and `UMETA_DATA` name.

        Raises:
            UserError: one of them can be no path, or nobody knows where the person's home folder is.
        """
        root = _folder("UMETA_HOME", "~/.cache/umeta")
        folders = [_folder("UMETA_DATA", "")] if os.environ.get("UMETA_DATA") else []
        return cls(root, (*folders, root / "data"))

    @property
    def downloads(self) -> Path:
        """The folder that downloaded data sets are put into."""
        return self.root / "data"

    @property
    def products(self) -> Path:
        """The folder of cached products."""
        return self.root / "products"

    @property
    def runs(self) -> Path:
        """The folder of run directories."""
        return self.root / "runs"

    def find_data(self, relative: str) -> Path | None:
        """Return the first existing file or folder `relative` of the data folders."""
        return next((folder / relative for folder in self.data_folders if (folder / relative).exists()), None)

    def arrays(self, kind: str, made_from: Mapping[str, Any], make: Callable[[], Arrays]) -> Arrays:
        """Return the product's arrays, read-only and memory-mapped; they are made and stored if not there."""
        return self._product(kind, made_from, make, _write_arrays, _read_arrays)

    def weights(self, kind: str, made_from: Mapping[str, Any], make: Callable[[], Arrays]) -> Arrays:
        """Return the product's weights (one safetensors file); they are made and stored if not there."""
        return self._product(kind, made_from, make, _write_weights, _read_weights)

    def has(self, kind: str, made_from: Mapping[str, Any]) -> bool:
        """Return whether a product is stored already."""
        return (self.folder(kind, made_from) / "made_from.json").exists()

    def folder(self, kind: str, made_from: Mapping[str, Any]) -> Path:
        """Return the folder of a product, whether it is there or not."""
        return self.products / kind / content_hash(dict(made_from))

    def _product(self, kind, made_from, make, write, read) -> Arrays:
        folder = self.folder(kind, made_from)
        if folder.exists():
            try:
                _check(folder)
                with suppress(OSError):  # another person's home
                    os.utime(folder / "made_from.json")  # when it was last used
                return read(folder)
            except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as problem:
                _set_aside(folder, problem)
        product = make()
        with publishing(folder) as temporary:
            write(temporary, product)
            sums = {file.name: _checksum(file) for file in sorted(temporary.iterdir())}
            record = {"kind": kind, "made_from": dict(made_from), "checksums": sums}
            (temporary / "made_from.json").write_text(json.dumps(record, indent=1, sort_keys=True))
        return read(folder)


def _folder(variable: str, default: str) -> Path:
    """Return the folder that a variable of the environment names."""
    given = os.environ.get(variable) or default
    try:
        if given.startswith("~/") and os.environ.get("HOME") == "":  # which Python takes for the root
            raise RuntimeError("HOME is empty")
        return Path(given).expanduser().resolve()
    except (RuntimeError, OSError, ValueError) as error:  # the home of nobody, a loop of links, a null byte
        raise UserError(
            f"the folder {given} cannot be found ({error}). Set {variable} to the whole path of a folder."
        ) from None


@contextmanager
def publishing(target: Path) -> Iterator[Path]:
    """Yield a temporary folder beside `target` that becomes `target` in one rename when the block ends well.

    If another process published the same target first, its folder stands: both were made from the same.

    Raises:
        StorageError: the disk is full or not writable; the temporary folder is removed, all else untouched.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    except OSError as error:
        raise storage_error(target, error) from error
    try:
        with at_work_on(temporary):
            yield temporary
            temporary.chmod(0o755)
            try:
                temporary.rename(target)
            except OSError as error:
                if error.errno not in (errno.EEXIST, errno.ENOTEMPTY):
                    raise
    except OSError as error:
        raise storage_error(target, error) from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def write_atomically(path: Path, data: bytes) -> None:
    """Write a file beside `path` and move it there in one rename, so that no reader ever sees half of it.

    Raises:
        StorageError: the disk is full or not writable; what stood at `path` still stands.
    """
    # threads of one process, and processes of one number on two machines, may write the same file at one time
    own = f"{os.getpid()}-{threading.get_native_id()}-{secrets.token_hex(4)}"
    temporary = path.with_name(f".{path.name[:40]}.{own}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_bytes(data)
        temporary.replace(path)
    except OSError as error:
        raise storage_error(path, error) from error
    finally:
        with suppress(OSError):  # gone, if all went well
            temporary.unlink()


def _set_aside(folder: Path, problem: Exception) -> None:
    try:
        aside = Path(tempfile.mkdtemp(prefix=f"{folder.name}.corrupt-", dir=folder.parent))
        folder.rename(aside)  # onto the empty folder
    except FileNotFoundError:
        return  # another process was faster
    except OSError as error:
        raise storage_error(folder, error) from error
    log.warning("%s: %s. It is set aside as %s and made again.", folder, problem, aside.name)


def _checksum(file: Path) -> int:
    value = 0
    with file.open("rb") as stream:
        while block := stream.read(1 << 22):
            value = zlib.crc32(block, value)
    return value


def _check(folder: Path) -> None:
    record = json.loads((folder / "made_from.json").read_text())
    if content_hash(record["made_from"]) != folder.name:
        raise ValueError("made_from.json is of another product, or damaged")
    for name, expected in record["checksums"].items():
        checksum = _checksum(folder / name)
        if checksum != expected:
            raise ValueError(f"{name} is corrupt (checksum {checksum:08x}, expected {expected:08x})")


def _write_arrays(folder: Path, arrays: Arrays) -> None:
    for name, array in arrays.items():
        target = folder / f"{name}.npy"
        file = getattr(array, "filename", None)
        if file is not None and _is_part(Path(file), folder):
            Path(file).rename(target)
        else:
            save_rows(target, array)


def _is_part(file: Path, product: Path) -> bool:
    """Return whether a whole array was written beside the product, to be moved there."""
    return file.parent.parent == product.parent and file.parent.suffix == PARTS


def _read_arrays(folder: Path) -> Arrays:
    return {
        file.stem: np.load(file, mmap_mode="r", allow_pickle=False) for file in sorted(folder.glob("*.npy"))
    }


def _write_weights(folder: Path, arrays: Arrays) -> None:
    from safetensors.numpy import save

    # not save_file, whose error on a full disk is no OSError
    data = save({name: np.ascontiguousarray(array) for name, array in arrays.items()})
    (folder / "weights.safetensors").write_bytes(data)


def _read_weights(folder: Path) -> Arrays:
    from safetensors.numpy import load_file

    return load_file(folder / "weights.safetensors")
