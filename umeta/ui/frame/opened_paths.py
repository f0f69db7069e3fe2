"""What a person opened of their own: sets of images, files of vectors, encoders. Nothing else of theirs is read.

Each is one small file under the home, so that a link works without asking again and no two sessions overwrite each
other's. Its name is that of the method, `folder:PATH`; its title is what a person calls it, and may be changed.
"""

import json
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from filelock import FileLock

from umeta.cache import Home, write_atomically
from umeta.stage import UserError, content_hash
from umeta.storage_errors import storage_error
from umeta.ui.frame import access
from umeta.ui.frame.opened_entry import KINDS, Entry
from umeta.ui.frame.titles import MAX_TITLE, clean_title

log = logging.getLogger(__name__)


def whole(name: str) -> str:
    """Return `folder:PATH`, `import:PATH` and the like with the path written out in full.

    Raises:
        UserError: it can be no path.
    """
    stem, _, path = name.partition(":")
    try:
        return f"{stem}:{Path(path).expanduser().resolve()}"
    except (OSError, RuntimeError, ValueError) as error:
        raise UserError(f"{path!r} can be no path: {error}. Give the whole path.") from None


def entries(home: Home, *kinds: str) -> list[Entry]:
    """Return what was opened, of some kinds or of all, in the order in which it was.

    A file that cannot be read counts as never opened, so that the person is asked again.
    """
    _convert_old_list(home)
    return [entry for entry in _stored(home) if entry.kind in (kinds or KINDS)]


def opened(home: Home, *kinds: str) -> list[str]:
    """Return the names of what was opened."""
    return [entry.name for entry in entries(home, *kinds)]


def entry_of(home: Home, name: str) -> Entry | None:
    """Return what was opened under a name, None if nothing was."""
    return _read(_file(home, name))


def remember(home: Home, name: str, *, title: str = "", reading: Mapping[str, Any] | None = None) -> None:
    """Keep a name as opened; the title of one that was opened before stays.

    Args:
        title: What it is called at first: the last part of its path if nothing is given.
        reading: The options its images are read with from now on.

    Raises:
        UserError: visitors may not open paths.
    """
    access.check_full("Opening a path")
    with _locked(home):
        entry = entry_of(home, name) or _new(name, title)
        if reading is not None:
            entry = replace(entry, reading=dict(reading))
        _write(home, entry)


def rename(home: Home, name: str, title: str) -> None:
    """Give what was opened another title.

    Raises:
        UserError: the title is empty, too long, or another's, or visitors may not rename.
    """
    access.check_full("Renaming")
    title = clean_title(title)
    if not title or len(title) > MAX_TITLE:
        raise UserError(f"The new name has {len(title)} characters; 1 to {MAX_TITLE} are possible.")
    with _locked(home):
        entry = entry_of(home, name)
        taken = [other.name for other in _stored(home) if other.title == title and other.name != name]
        if taken:
            raise UserError(f"{taken[0].partition(':')[2]} is called {title} already. Choose another name.")
        if entry:
            _write(home, replace(entry, title=title))


def forget(home: Home, name: str) -> None:
    """Take a name off what was opened; nothing that lies at its path is touched.

    Raises:
        UserError: visitors may not.
    """
    access.check_full("Removing")
    with _locked(home):
        _file(home, name).unlink(missing_ok=True)


def _new(name: str, title: str) -> Entry:
    path = Path(name.partition(":")[2])
    title = (clean_title(title) or clean_title(path.stem) or str(path))[:MAX_TITLE]
    when = datetime.now(UTC).isoformat(timespec="microseconds")
    return Entry(name=name, title=title, opened=when)


def _stored(home: Home) -> list[Entry]:
    files = _folder(home).glob("*.json") if _folder(home).is_dir() else ()
    stored = [entry for file in files if (entry := _read(file))]
    return sorted(stored, key=lambda entry: (entry.opened, entry.name))


def _read(file: Path) -> Entry | None:
    try:
        return Entry.from_record(json.loads(file.read_text("utf-8")))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        log.warning("%s is not a readable record of what was opened: %s", file, error)
        return None


def _write(home: Home, entry: Entry) -> None:
    write_atomically(_file(home, entry.name), json.dumps(entry.record(), indent=1).encode())


def _convert_old_list(home: Home) -> None:
    """Give each name of the one list that earlier versions kept a file of its own; the list is set aside."""
    old = home.root / "opened.json"
    if not old.exists():
        return
    with _locked(home):
        try:
            names = json.loads(old.read_text("utf-8"))
        except FileNotFoundError:
            return  # another process was faster
        except (OSError, ValueError) as error:
            log.warning("%s is damaged: %s. It is set aside.", old, error)
            names = []
        for name in names if isinstance(names, list) else []:
            if isinstance(name, str) and name.partition(":")[0] in KINDS and not _file(home, name).exists():
                _write(home, _new(name, ""))
        old.replace(_folder(home) / "converted list.txt")


def _folder(home: Home) -> Path:
    return home.root / "opened"


def _file(home: Home, name: str) -> Path:
    return _folder(home) / f"{content_hash(name)}.json"


@contextmanager
def _locked(home: Home) -> Iterator[None]:
    try:
        _folder(home).mkdir(parents=True, exist_ok=True)
        lock = FileLock(_folder(home) / ".lock")
        with lock:
            yield
    except OSError as error:
        raise storage_error(_folder(home), error) from error
