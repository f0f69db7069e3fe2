"""The files of a zip or of a folder, read alike and never unpacked."""

import hashlib
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from umeta.stage import UserError, content_hash

Read = Callable[[str], bytes]

_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError)


@dataclass(frozen=True)
class FileTree:
    """A zip or a folder of many small files."""

    path: Path
    max_bytes: int = 1 << 26
    """A file that says it is larger is refused before it is read."""
    remedy: str = "Get it again."
    """How the error messages end."""

    def fingerprint(self) -> str:
        """A hash that changes with any file: of a zip's bytes; of a folder's names, sizes and times.

        Raises:
            UserError: the zip or folder cannot be read.
        """
        with self._explained():
            if self.path.is_file():
                with self.path.open("rb") as stream:
                    return hashlib.file_digest(stream, "sha256").hexdigest()
            stats = ((file, file.stat()) for file in self._files())
            return content_hash(
                [[file.as_posix(), stat.st_size, stat.st_mtime_ns] for file, stat in stats], 64
            )

    @contextmanager
    def opened(self) -> Iterator[tuple[list[str], Read]]:
        """Yield the sorted names of the files, with `/` between folders, and what reads one of them.

        Hidden files and the `__MACOSX` folder, which some systems put into zips, are not listed.

        Raises:
            UserError: the zip or folder is damaged or cannot be read, there or in reading a file.
        """
        if self.path.is_file():
            with self._explained():
                archive = zipfile.ZipFile(self.path)
            with archive:
                names = [entry.filename for entry in archive.infolist() if not entry.is_dir()]
                yield _plain(names), lambda name: self._read_entry(archive, name)
        else:
            with self._explained():
                names = [file.relative_to(self.path).as_posix() for file in self._files()]
            yield _plain(names), self._read_file

    def _files(self) -> list[Path]:
        return sorted(file for file in self.path.rglob("*") if file.is_file())

    def _read_entry(self, archive: zipfile.ZipFile, name: str) -> bytes:
        with self._explained(name):
            self._check_size(name, archive.getinfo(name).file_size)
            return archive.read(name)

    def _read_file(self, name: str) -> bytes:
        with self._explained(name):
            self._check_size(name, (self.path / name).stat().st_size)
            return (self.path / name).read_bytes()

    def _check_size(self, name: str, size: int) -> None:
        if size > self.max_bytes:
            raise UserError(
                f"{self.path}: {name} is {size / 1e6:,.0f} MB; at most {self.max_bytes / 1e6:,.0f} MB is "
                f"expected. {self.remedy}"
            )

    @contextmanager
    def _explained(self, name: str = "") -> Iterator[None]:
        try:
            yield
        except _BROKEN as error:
            at = f" at {name}" if name else ""
            kind = "zip" if self.path.is_file() else "folder"
            size = f" ({self.path.stat().st_size:,} bytes)" if self.path.is_file() else ""
            raise UserError(
                f"{self.path}{size} is damaged or not a readable {kind}{at}: {error}. {self.remedy}"
            ) from error


def _plain(names: list[str]) -> list[str]:
    hidden = lambda name: any(part.startswith((".", "__MACOSX")) for part in name.split("/"))  # noqa: E731
    return sorted(name for name in names if not hidden(name))
