"""What lies in a folder of the server, for a person who chooses one: its folders, each with its number of images."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from umeta.cache import Home
from umeta.data.files.picture_files import is_image_file
from umeta.stage import UserError
from umeta.ui.data.uploads import ALONE

ROOTS = "UMETA_ROOTS"
"""Names the folders that may be looked through, with the system's separator of paths between them."""
MAX_ENTRIES = 5000
"""So many entries of one folder are counted at most."""


@dataclass(frozen=True, kw_only=True)
class Listing:
    """A folder: its folders and files that can be a set, and how many images lie in it."""

    path: Path
    n_images: int
    folders: tuple["Subfolder", ...]
    files: tuple[Path, ...]
    is_cut: bool
    """Whether there was more than is counted."""


@dataclass(frozen=True)
class Subfolder:
    """A folder of a listing, and what lies directly in it."""

    path: Path
    n_images: int
    n_folders: int
    is_cut: bool


def roots(home: Home, environment: Mapping[str, str] = os.environ) -> tuple[Path, ...]:
    """Return the folders that may be looked through: those of `UMETA_ROOTS`, else the usual ones that are there."""
    given = environment.get(ROOTS, "")
    if given:
        named = [Path(text).expanduser() for text in given.split(os.pathsep) if text.strip()]
    else:
        named = [Path.cwd(), *home.data_folders, *_personal_folder()]
    return tuple(dict.fromkeys(path.resolve() for path in named if path.is_dir()))


def list_folder(path: Path, allowed: tuple[Path, ...]) -> Listing:
    """Return what lies in a folder; hidden entries, and links that lead outside what is allowed, are left out.

    Raises:
        UserError: the folder lies outside what is allowed, or cannot be read.
    """
    real = path.resolve()
    if not _is_inside(real, allowed):
        raise UserError(f"{path} lies in none of {', '.join(map(str, allowed))}. Choose one of these.")
    entries, is_cut = _entries(real)
    folders = [Path(entry.path) for entry in entries if _is_folder(entry)]
    files = [Path(entry.path) for entry in entries if not _is_folder(entry)]
    return Listing(
        path=real,
        n_images=sum(is_image_file(file.name) for file in files),
        folders=tuple(_subfolder(folder) for folder in folders if _is_inside(folder.resolve(), allowed)),
        files=tuple(
            file for file in files if file.suffix.lower() in ALONE and _is_inside(file.resolve(), allowed)
        ),
        is_cut=is_cut,
    )


def _subfolder(path: Path) -> Subfolder:
    try:
        entries, is_cut = _entries(path)
    except UserError:
        return Subfolder(path, 0, 0, False)
    n_folders = sum(_is_folder(entry) for entry in entries)
    return Subfolder(path, sum(is_image_file(entry.name) for entry in entries), n_folders, is_cut)


def _entries(path: Path) -> tuple[list[os.DirEntry[str]], bool]:
    seen: list[os.DirEntry[str]] = []
    try:
        with os.scandir(path) as scan:
            for entry in scan:
                if len(seen) == MAX_ENTRIES:
                    return sorted(seen, key=lambda entry: entry.name.casefold()), True
                if not entry.name.startswith("."):
                    seen.append(entry)
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror or error}. Choose another folder.") from None
    return sorted(seen, key=lambda entry: entry.name.casefold()), False


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _is_inside(path: Path, allowed: tuple[Path, ...]) -> bool:
    return any(path == root or root in path.parents for root in allowed)


def _personal_folder() -> list[Path]:
    try:
        return [Path.home()]
    except RuntimeError:  # no home is known
        return []
