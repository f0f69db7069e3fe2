"""The marks that are being made in the app, a file under the home for each set of images, safe against two writers."""

from pathlib import Path

from filelock import FileLock

from umeta.cache import Home, write_atomically
from umeta.data.marks import Marks, changed_by
from umeta.data.marks_file import marks_as_json, parse_marks
from umeta.stage import UserError

LOCK_SECONDS = 20.0
"""How long a writer waits for another; each takes milliseconds."""


def marks_file(home: Home, content: str) -> Path:
    """Return the file of the marks of the images with a hash; it need not be there."""
    if not content.isalnum():
        raise ValueError(f"content={content!r} is no hash.")
    return home.root / "marks" / f"{content}.json"


def stored_marks(home: Home, content: str) -> Marks:
    """Return the marks of the images with a hash; none where nothing was marked.

    Raises:
        UserError: the file is damaged.
    """
    file = marks_file(home, content)
    try:
        marks = parse_marks(file.read_bytes(), str(file))
    except FileNotFoundError:
        return Marks({}, content)
    return Marks(marks.classes, content)


def change_marks(home: Home, content: str, before: Marks, after: Marks) -> Marks:
    """Make the changes that a person made on the stored marks, and return what stands there now.

    Raises:
        UserError: the stored file is damaged.
        StorageError: the disk is full or not writable.
    """
    file = marks_file(home, content)
    file.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(file.with_suffix(".lock"), timeout=LOCK_SECONDS):
        marks = changed_by(before, after, stored_marks(home, content))
        write_atomically(file, marks_as_json(marks).encode())
    return marks


def kept_for_good(home: Home, marks: Marks) -> Path:
    """Write marks as they are now into a file that never changes, for a run that is judged by them; return it."""
    if not marks.is_enough:
        raise UserError("a task needs two classes of two images; mark more.")
    file = home.root / "marks" / marks.content / f"{marks.digest}.json"
    if not file.exists():
        write_atomically(file, marks_as_json(marks).encode())
    return file
