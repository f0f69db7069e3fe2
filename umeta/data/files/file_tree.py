"""The files of a zip or of a folder, read alike and never unpacked."""

import hashlib
import lzma
import struct
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from os import stat_result
from pathlib import Path

from umeta.data.files.folder_files import list_folder
from umeta.data.files.zip_files import list_zip, open_zip, read_member
from umeta.stage import UserError, content_hash

Read = Callable[[str], bytes]

TICK_SECONDS = 0.05
"""Two changes of a file may have one time if no more than this is between them."""
_BROKEN = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, NotImplementedError, RuntimeError, OSError,
    ValueError,
)  # fmt: skip


class Unreadable(UserError):
    """A zip, a folder or a file in it cannot be read; `reason` says why in a few words."""

    def __init__(self, message: str, reason: str):
        super().__init__(message)
        self.reason = reason


@dataclass(frozen=True)
class OpenTree:
    """The files of an opened zip or folder."""

    names: list[str]
    """Their sorted names, with `/` between folders."""
    read: Read
    """Returns the bytes of a file, by its name."""
    begin: Callable[[str, int], bytes]
    """Returns the first bytes of a file, as many as are asked for."""
    notes: list[str]
    """What of the zip or folder is not among them, and which linked folders were followed."""


@dataclass(frozen=True)
class FileTree:
    """A zip or a folder of many small files."""

    path: Path
    max_bytes: int = 1 << 26
    """A file that says it is larger is refused before it is read."""
    remedy: str = "Get it again."
    """How the error messages end."""

    def fingerprint(self) -> str:
        """A hash that changes with any file: of a zip's bytes; of a folder's names, sizes, times and inodes.

        A file that is replaced by another of its size, with the old time of change put back, is noticed by its inode
        or the time of its status. Where a file changed within the last tick of the clock, that tick is waited for.

        Raises:
            UserError: the zip or folder cannot be read.
        """
        with self._explained():
            if self.path.is_file():
                status = self.path.stat()
                _wait_for_tick([status])
                return _hash_of_file(self.path, _identity(status))
            listing = list_folder(self.path)
            statuses = {name: status for name, status in listing.files.items() if status}
            _wait_for_tick(list(statuses.values()))
            identities = [[name, *_identity(status)] for name, status in sorted(statuses.items())]
            return content_hash([identities, listing.left_out, sorted(listing.followed)], 64)

    @contextmanager
    def opened(self) -> Iterator[OpenTree]:
        """Yield the files. Hidden ones, and what systems put into folders, are not among them.

        Raises:
            UserError: the zip or folder is damaged or cannot be read, there or in reading a file.
        """
        if self.path.is_file():
            with self._explained():
                archive = open_zip(self.path)
            with archive:
                with self._explained():
                    listing, members = list_zip(archive, self.path)
                read = lambda name: self._read_member(archive, members[name], name)  # noqa: E731
                begin = lambda name, n: self._begin_member(archive, members[name], name, n)  # noqa: E731
                yield OpenTree(sorted(listing.files), read, begin, listing.notes())
        else:
            with self._explained():
                listing = list_folder(self.path)
            place = lambda name: Path(listing.paths.get(name) or self.path / name)  # noqa: E731
            read = lambda name: self._read_file(place(name), name)  # noqa: E731
            begin = lambda name, n: self._begin_file(place(name), name, n)  # noqa: E731
            yield OpenTree(sorted(listing.files), read, begin, listing.notes())

    def _read_member(self, archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str) -> bytes:
        with self._explained(name):
            self._check_size(name, member.file_size)
            return read_member(archive, member)

    def _begin_member(self, archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str, n: int) -> bytes:
        with self._explained(name), archive.open(member) as stream:
            return stream.read(n)

    def _read_file(self, file: Path, name: str) -> bytes:
        with self._explained(name):
            self._check_size(name, file.stat().st_size)
            return file.read_bytes()

    def _begin_file(self, file: Path, name: str, n: int) -> bytes:
        with self._explained(name), file.open("rb") as stream:
            return stream.read(n)

    def _check_size(self, name: str, size: int) -> None:
        if size > self.max_bytes:
            reason = f"is {size / 1e6:,.0f} MB; at most {self.max_bytes / 1e6:,.0f} MB is expected"
            raise Unreadable(f"{self.path}: {name} {reason}. {self.remedy}", reason)

    @contextmanager
    def _explained(self, name: str = "") -> Iterator[None]:
        try:
            yield
        except UserError:
            raise
        except _BROKEN as error:
            at = f" at {name}" if name else ""
            kind = "zip" if self.path.is_file() else "folder"
            size = f" ({self.path.stat().st_size:,} bytes)" if self.path.is_file() else ""
            raise Unreadable(
                f"{self.path}{size} is damaged or not a readable {kind}{at}: {error}. {self.remedy}",
                f"({error.strerror or error})" if isinstance(error, OSError) else f"is damaged ({error})",
            ) from error


def _identity(status: stat_result) -> tuple[int, ...]:
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino


def _wait_for_tick(statuses: list[stat_result]) -> None:
    """Wait until a further change of the youngest file must have another time than its last one."""
    age = time.time() - max((status.st_ctime for status in statuses), default=0.0)
    if 0 <= age < TICK_SECONDS:
        time.sleep(TICK_SECONDS - age)


@lru_cache(maxsize=64)
def _hash_of_file(path: Path, identity: tuple[int, ...]) -> str:
    """Return the SHA-256 of a file of this identity, read once in a process."""
    del identity  # it is part of the key
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
