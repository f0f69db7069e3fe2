"""What the folders of a set of images mean: classes, parts of a split, or nothing at all."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from os.path import commonpath
from pathlib import PurePosixPath
from typing import Literal

import numpy as np
from jaxtyping import Int8

from umeta.data.naming import left_out, name_some, readable

ClassFolders = Literal["leaf", "path", "none"]

PARTS: Mapping[str, int] = {
    **dict.fromkeys(("train", "training", "trainset", "trn", "trainval"), 0),
    **dict.fromkeys(("val", "valid", "validation", "validate", "valset", "dev", "devel", "development"), 1),
    **dict.fromkeys(("test", "testing", "testset", "tst", "heldout", "holdout"), 2),
}
"""Usual names of a split's parts, by the place of the split in `SPLITS`."""
EITHER = ("eval", "evaluation")
"""Usual names of meta_test, or of meta_val beside a folder that is named for a test."""
FILLERS = {
    "meta",
    "set",
    "split",
    "data",
    "images",
    "image",
    "imgs",
    "img",
    "pictures",
    "photos",
    "jpg",
    "png",
}
"""Words that may stand beside these, as in `meta_train` and `test-images`."""
NO_PART = -1


@dataclass(frozen=True)
class FolderLayout:
    """Which pictures of a folder are taken, and what their folders say of them."""

    names: Sequence[str]
    """The files that are taken, as they are named in the folder or zip."""
    ids: Sequence[str]
    """Their paths within the folder that holds all of them."""
    classes: Sequence[str]
    """The class of each, empty where the folders are no classes."""
    parts: Int8[np.ndarray, " n_taken"] | None
    """The part of the folder's own split that each is in, an index into `SPLITS` or -1; None where it has none."""
    root: str
    """The folder that holds all of them, empty where it is the whole."""
    notes: tuple[str, ...]


def layout_of(pictures: Sequence[str], class_folders: ClassFolders = "leaf") -> FolderLayout:
    """Return what the folders of some image files mean.

    Folders named for the parts of a split, such as train and test, are parts. Of what is left of a path, the last
    folder is the class (`leaf`), or all of it (`path`). Pictures that lie in no class folder are left out, unless they
    lie in a part or the folders are no classes: where one folder holds all, or most lie alone in theirs.
    """
    folders = [PurePosixPath(name.lstrip("/")).parent.parts for name in pictures]
    level, part_names = _parts_level(folders)
    parts = [_part(folder, level, part_names) for folder in folders]
    owners = [
        folder if part == NO_PART else folder[:level] + folder[level + 1 :]
        for folder, part in zip(folders, parts, strict=True)
    ]
    shared = len(_common(owners))
    has_class = [len(owner) > shared for owner in owners]
    labelled = class_folders != "none" and _are_classes(owners, has_class, parts)
    taken = [k for k, part in enumerate(parts) if not labelled or has_class[k] or part != NO_PART]
    root = len(_common([folders[k] for k in taken]))
    ids = [PurePosixPath(*PurePosixPath(pictures[k].lstrip("/")).parts[root:]).as_posix() for k in taken]
    classes = [""] * len(taken)
    if labelled:
        folder_of = dict(zip(taken, (PurePosixPath(name).parent.as_posix() for name in ids), strict=True))
        whole = class_folders == "path"
        classes = [(folder_of[k] if whole else owners[k][-1]) if has_class[k] else "" for k in taken]
    return FolderLayout(
        [pictures[k] for k in taken],
        [readable(name) for name in ids],
        [readable(name) for name in classes],
        np.array([parts[k] for k in taken], np.int8) if part_names else None,
        "/".join(folders[taken[0]][:root]) if taken else "",
        tuple(_notes(pictures, owners, has_class, taken, class_folders, labelled=labelled)),
    )


def part_of(name: str) -> str:
    """Return the usual name of a split's part that a folder has, beside words that say nothing; or an empty text."""
    words = [word for word in re.findall(r"[a-z]+", name.lower()) if word not in FILLERS]
    return words[0] if len(words) == 1 and (words[0] in PARTS or words[0] in EITHER) else ""


def _parts_level(folders: Sequence[tuple[str, ...]]) -> tuple[int, dict[str, int]]:
    """Return the depth at which folders are named for a training part and another, and which part each is."""
    for level in range(max(map(len, folders), default=0)):
        names = {folder[level] for folder in folders if len(folder) > level}
        if parts := part_numbers(names):
            return level, parts
    return 0, {}


def part_numbers(names: Iterable[str]) -> dict[str, int]:
    """Return which part of a split each name is usual for, as an index into `SPLITS`; nothing if they make no split."""
    parts = _numbered({name: word for name in names if (word := part_of(name))})
    return parts if 0 in parts.values() and len(set(parts.values())) > 1 else {}


def _numbered(words: Mapping[str, str]) -> dict[str, int]:
    """Return the place in `SPLITS` of each folder by the usual name that it has."""
    has_test = any(PARTS.get(word) == 2 for word in words.values())
    return {name: PARTS.get(word, 1 if has_test else 2) for name, word in words.items()}


def _part(folder: tuple[str, ...], level: int, part_names: Mapping[str, int]) -> int:
    return part_names.get(folder[level], NO_PART) if len(folder) > level else NO_PART


def _common(folders: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    """Return the folders that all have in common, from the top."""
    if not folders:
        return ()
    return PurePosixPath(commonpath([PurePosixPath(*folder).as_posix() for folder in folders])).parts


def _are_classes(owners: Sequence[tuple[str, ...]], has_class: Sequence[bool], parts: Sequence[int]) -> bool:
    """Return whether at least two folders hold several pictures, and together at least half of all.

    Pictures that lie in a part of a split and in no further folder do not count: often a test part has no classes.
    """
    sizes = Counter(owner for owner, inside in zip(owners, has_class, strict=True) if inside)
    several = [size for size in sizes.values() if size > 1]
    n_counted = sum(inside or part == NO_PART for inside, part in zip(has_class, parts, strict=True))
    return len(several) > 1 and 2 * sum(several) >= n_counted


def _notes(
    pictures: Sequence[str],
    owners: Sequence[tuple[str, ...]],
    has_class: Sequence[bool],
    taken: Sequence[int],
    class_folders: ClassFolders,
    *,
    labelled: bool,
) -> Iterator[str]:
    """Say what was left out, and what was assumed of the folders."""
    outside = {*range(len(pictures))} - {*taken}
    yield from left_out("in no class folder", [pictures[k] for k in outside])
    folders = {owners[k] for k in taken if has_class[k]}
    if not labelled and class_folders != "none" and folders:
        n_folders = f"{len(folders):,} {'folder' if len(folders) == 1 else 'folders'}"
        yield (
            f"{n_folders} of images are taken for no classes: a class is a folder of several images, and there must "
            "be two."
        )
    if labelled and class_folders == "leaf":
        places = Counter(folder[-1] for folder in folders)
        several = [f"{name} ({n} folders)" for name, n in sorted(places.items()) if n > 1]
        if several:
            remedy = "Use dataset.classes=path if they are not the same."
            yield f"Folders of one name in several places are one class: {name_some(several)}. {remedy}"
