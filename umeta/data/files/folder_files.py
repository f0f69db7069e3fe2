"""The files of a folder and of all folders in it, linked ones too, and what of it is left out."""

import os
import stat
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from umeta.data.naming import left_out, name_some
from umeta.stage import UserError
from umeta.wording import counted

MAX_FILES = 1_000_000
"""A folder of more files is no data set: somebody named the root of a disk."""
_OF_A_SYSTEM = ("__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini", "@eaDir")


@dataclass
class Listing:
    """What was found: the files by name, with `/` between folders, and the names of what is left out, by the reason."""

    files: dict[str, os.stat_result | None] = field(default_factory=dict)
    paths: dict[str, str] = field(default_factory=dict)
    """Where a file is, if its name on disk is no text in UTF-8."""
    left_out: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    followed: list[str] = field(default_factory=list)
    """The linked folders that were read."""

    def notes(self) -> list[str]:
        """Return a note for each reason, and one for linked folders."""
        notes = [note for why, names in self.left_out.items() for note in left_out(why, names)]
        if self.followed:
            links = counted(len(self.followed), "linked folder")
            notes.append(f"{links} followed: {name_some(sorted(self.followed))}.")
        return notes


def why_hidden(name: str) -> str:
    """Return why a name is not listed: it is hidden or a system put it there; an empty string if neither."""
    parts = name.split("/")
    if any(part in _OF_A_SYSTEM or part.startswith("._") for part in parts):
        return "put there by a system"
    return "hidden" if any(part.startswith(".") for part in parts) else ""


def list_folder(root: Path) -> Listing:
    """List the files of a folder and of all folders in it.

    Every folder is read once, also where several links lead to it or it holds a link to itself. Folders that are
    linked are read after all that are not, so that a folder has its own name where it lies in `root`.

    Raises:
        OSError: the folder itself cannot be opened.
        UserError: it holds too many files.
    """
    listing = Listing()
    os.scandir(root).close()  # an error of the folder itself is the caller's
    seen: set[tuple[int, int]] = set()
    linked: list[tuple[str, str]] = []
    waiting = [(str(root), "")]
    while waiting or linked:
        path, name = waiting.pop() if waiting else linked.pop(0)
        try:
            status = Path(path).stat()
            is_new = (status.st_dev, status.st_ino) not in seen
            seen.add((status.st_dev, status.st_ino))
            if not is_new:
                listing.left_out["linked to a folder that is read already"].append(name)
                continue
            with os.scandir(path) as entries:
                inside = sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            listing.left_out["cannot be opened"].append(f"{name}/ ({error.strerror})")
            continue
        folders = _sort(inside, name, listing)
        waiting += [(entry.path, inner) for entry, inner in reversed(folders) if not entry.is_symlink()]
        links = [(entry.path, inner) for entry, inner in folders if entry.is_symlink()]
        linked += links
        listing.followed += [inner for _, inner in links]
    again = set(listing.left_out.get("linked to a folder that is read already", ()))
    listing.followed = [name for name in listing.followed if name not in again]
    return listing


def _sort(entries: list[os.DirEntry[str]], name: str, listing: Listing) -> list[tuple[os.DirEntry[str], str]]:
    """Put the files among the entries of a folder into the listing, and return the folders with their names."""
    folders = []
    for entry in entries:
        readable = os.fsencode(entry.name).decode("utf-8", "backslashreplace")
        inner = f"{name}/{readable}" if name else readable
        try:
            if why := why_hidden(readable):
                listing.left_out[why].append(inner + "/" * entry.is_dir())
                continue
            status = entry.stat()
        except OSError as error:
            why = "linked to nothing" if entry.is_symlink() else "cannot be opened"
            listing.left_out[why].append(f"{inner} ({error.strerror})")
            continue
        if stat.S_ISDIR(status.st_mode):
            folders.append((entry, inner))
        elif not stat.S_ISREG(status.st_mode):
            listing.left_out["neither a file nor a folder"].append(inner)
        else:
            listing.files[inner] = status
            if not entry.path.endswith(inner):  # its name or that of a folder around it
                listing.paths[inner] = entry.path
            if len(listing.files) > MAX_FILES:
                raise UserError(f"{entry.path} and {MAX_FILES:,} files more: name a folder that holds fewer.")
    return folders
