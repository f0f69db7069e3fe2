"""Files that a browser sends: each upload has a folder of its own under the home, and a limit.

Who may send is decided by a page: it opens an upload and hands its token to the browser. The token is all that the
server goes by, and it is forgotten with the server's process.
"""

import secrets
import shutil
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from umeta.cache import Home
from umeta.stage import UserError
from umeta.storage_errors import storage_error
from umeta.ui.data.upload_names import safe_place
from umeta.ui.frame import access

MAX_FILES = 200_000
MAX_OPEN = 256
"""Uploads that may be open at a time; the one that was opened first is closed for another."""
SPARE_BYTES = 500_000_000
"""What an upload leaves free on the disk."""
_PART = ".part"


@dataclass
class Upload:
    """One upload: where its files go and how much may still come."""

    folder: Path
    max_bytes: int
    n_bytes: int = 0
    n_files: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def receiving(self, name: str) -> Iterator[Callable[[bytes], None]]:
        """Yield what writes the next bytes of a file; the file stands in its place once the block ends well.

        Raises:
            UserError: the name is no name, or the files become too many or too large for the limit or the disk.
        """
        place = self.folder.joinpath(*safe_place(name).parts)
        part = place.with_name(f".{secrets.token_hex(4)}{_PART}")
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            with part.open("wb") as file:
                yield lambda block: self._write(file, block)
            with self.lock:
                again = place.exists()
                self.n_files += not again
                self.n_bytes -= place.stat().st_size if again else 0
                part.replace(place)
        except OSError as error:
            raise storage_error(place, error) from error
        finally:
            if part.exists():
                with self.lock:
                    self.n_bytes -= part.stat().st_size
                part.unlink()

    def _write(self, file, block: bytes) -> None:
        with self.lock:
            if self.n_bytes + len(block) > self.max_bytes or self.n_files >= MAX_FILES:
                raise UserError(
                    f"These files are more than {self.max_bytes / 1e6:,.0f} MB or {MAX_FILES:,} files. Send fewer, "
                    "raise server.maxUploadSize, or copy them to the computer that umeta runs on and choose their "
                    "folder."
                )
            self.n_bytes += len(block)
        file.write(block)


_open_uploads: OrderedDict[str, Upload] = OrderedDict()
_lock = threading.Lock()


def open_upload(home: Home, max_bytes: int) -> str:
    """Open an upload of at most so many bytes, and return its token; its folder is made with its first file.

    Raises:
        UserError: visitors may not send files.
    """
    access.check_full("Sending files")
    token = secrets.token_urlsafe(24)
    folder = uploads_folder(home) / f"{datetime.now():%Y-%m-%d %H.%M.%S} {secrets.token_hex(3)}"
    free = shutil.disk_usage(next(place for place in folder.parents if place.exists())).free
    with _lock:
        _open_uploads[token] = Upload(folder, max(0, min(max_bytes, free - SPARE_BYTES)))
        while len(_open_uploads) > MAX_OPEN:
            _open_uploads.popitem(last=False)
    return token


def upload_of(token: str) -> Upload | None:
    """Return the open upload of a token."""
    return _open_uploads.get(token)


def close_upload(token: str) -> Upload | None:
    """Take no more files for a token, and return its upload."""
    with _lock:
        return _open_uploads.pop(token, None)


def sent_path(upload: Upload) -> Path:
    """Return what was sent: its one file or folder, or the folder of all where there are several.

    Raises:
        UserError: no file arrived.
    """
    there = (
        [path for path in upload.folder.iterdir() if path.suffix != _PART] if upload.folder.exists() else []
    )
    if not there:
        raise UserError("No file arrived. Send them again.")
    is_image_alone = len(there) == 1 and there[0].is_file() and there[0].suffix.lower() not in ALONE
    return upload.folder if is_image_alone or len(there) > 1 else there[0]


ALONE = (".zip", ".csv", ".tsv", ".parquet", ".npz", ".npy", ".onnx")
"""Endings of files that are a set or an encoder by themselves."""


def uploads_folder(home: Home) -> Path:
    """Return the folder that holds all uploads."""
    return home.root / "uploads"


def upload_folder_of(home: Home, path: Path) -> Path | None:
    """Return the folder of the upload that a path lies in, None for what a person has elsewhere."""
    root = uploads_folder(home).resolve()
    resolved = path.resolve()
    return root / resolved.relative_to(root).parts[0] if root in resolved.parents else None


def delete_upload(home: Home, path: Path) -> None:
    """Delete the files of the upload that a path lies in.

    Raises:
        UserError: the path lies in no upload, or the disk refused.
    """
    folder = upload_folder_of(home, path)
    if folder is None:
        raise UserError(f"{path} was not uploaded here: its files are left as they are.")
    try:
        if folder.exists():
            shutil.rmtree(folder)
    except OSError as error:
        raise UserError(f"{folder} could not be deleted: {error}. Delete it by hand.") from None
