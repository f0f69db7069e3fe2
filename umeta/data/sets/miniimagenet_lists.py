"""Which images miniImageNet has, and in which split each is: the published lists, or those beside the images."""

import csv
import gzip
from collections.abc import Iterable, Sequence
from importlib.resources import files
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from umeta.data.dataset import SPLITS
from umeta.data.files.file_tree import Read
from umeta.data.naming import name_some
from umeta.stage import UserError

CSVS = ("train.csv", "val.csv", "test.csv")
COLUMNS = (("filename", "label"), ("image_name", "class_name"))  # Ravi and Larochelle's; ImageNet's own names
SPELLINGS = {"ravi": "{synset}{number:08d}.jpg", "imagenet": "{synset}_{number}.JPEG"}
"""How the two shipped lists name a class's image."""


class Listed(NamedTuple):
    """What a list says of an image."""

    name: str
    synset: str
    split: int


Lists = dict[str, Listed]
"""The listed images by file name without its ending."""


def shipped_lists() -> list[Lists]:
    """Return the published lists under both kinds of names."""
    lists = []
    for form, spelling in SPELLINGS.items():
        packed = (files("umeta.data.sets") / "lists" / f"miniimagenet_{form}.txt.gz").read_bytes()
        listed_images: Lists = {}
        for line in gzip.decompress(packed).decode().splitlines():
            split, synset, *numbers = line.split()
            for number in numbers:
                name = spelling.format(synset=synset, number=int(number))
                listed_images[name.rpartition(".")[0]] = Listed(name, synset, SPLITS.index(split))
        lists.append(listed_images)
    return lists


def given_lists(names: Iterable[str], read: Read, path: Path) -> Lists | None:
    """Read train.csv, val.csv and test.csv beside the images, if they are there.

    Raises:
        UserError: one of the three is missing, has other columns, or an image or class stands in two.
    """
    by_name = {PurePosixPath(name).name: name for name in sorted(names, key=lambda name: -name.count("/"))}
    there = [name for name in CSVS if name in by_name]
    if not there:
        return None
    if len(there) < len(CSVS):
        missing = ", ".join(name for name in CSVS if name not in there)
        raise UserError(
            f"{path} holds {', '.join(there)} but not {missing}. Put all three lists there, or none: the lists of "
            "Ravi and Larochelle come with umeta."
        )
    listed_images: Lists = {}
    split_of: dict[str, int] = {}
    for split, name in enumerate(CSVS):
        for image, synset in _rows(read(by_name[name]), f"{path}: {name}"):
            if split_of.setdefault(synset, split) != split:
                raise UserError(
                    f"{path}: class {synset} stands in {CSVS[split_of[synset]]} and in {name}; a class belongs to one "
                    "split. Correct the lists."
                )
            if PurePosixPath(image).stem in listed_images:
                raise UserError(f"{path}: {image} is listed twice, at last in {name}. Correct the lists.")
            listed_images[PurePosixPath(image).stem] = Listed(image, synset, split)
    return listed_images


def _rows(data: bytes, where: str) -> Iterable[tuple[str, str]]:
    try:
        reader = csv.DictReader(data.decode("utf-8-sig").splitlines())
        column_names = tuple(reader.fieldnames or ())
        columns = next((pair for pair in COLUMNS if set(pair) <= set(column_names)), None)
        if columns is None:
            raise UserError(
                f"{where} has the columns {', '.join(column_names) or 'none'}; filename, label or class_name, "
                "image_name are expected."
            )
        rows = [(row[columns[0]], row[columns[1]]) for row in reader]
    except (UnicodeDecodeError, csv.Error) as error:
        raise UserError(f"{where} is not a readable list: {error}. Get it again, or remove it.") from None
    short = [line for line, row in enumerate(rows, 2) if not all(row)]
    if short or not rows:
        raise UserError(
            f"{where} {f'lacks a value in line {short[0]}' if short else 'lists nothing'}. Get it again, or remove it."
        )
    return rows


def choose(
    pictures: Sequence[str], lists: Sequence[Lists], path: Path, *, own: bool
) -> tuple[dict[str, Listed], list[str]]:
    """Return what is known of each file that is taken, and notes on what is not; by the list that fits best."""
    stems = [PurePosixPath(name).stem for name in pictures]
    listed_images = max(lists, key=lambda candidate: sum(stem in candidate for stem in stems))
    chosen: dict[str, Listed] = {}
    taken: set[str] = set()
    for name, stem in zip(pictures, stems, strict=True):
        if stem in listed_images and stem not in taken:
            taken.add(stem)
            chosen[name] = listed_images[stem]
    if not chosen:
        return _by_folder(pictures, listed_images, path, own=own)
    notes = []
    if absent := [image.name for stem, image in listed_images.items() if stem not in taken]:
        notes.append(f"Not here, of the {len(listed_images):,} listed images: {name_some(absent)}.")
    if beside := [name for name in pictures if name not in chosen]:
        notes.append(f"Left out, as they are in no list or twice there: {name_some(beside)}.")
    return chosen, notes


def _by_folder(
    pictures: Sequence[str], listed_images: Lists, path: Path, *, own: bool
) -> tuple[dict[str, Listed], list[str]]:
    """Take images of other names by the class that their folder is named for."""
    split_of = {image.synset: image.split for image in listed_images.values()}
    chosen: dict[str, Listed] = {}
    for name in pictures:
        file = PurePosixPath(name)
        synset = next((part for part in reversed(file.parent.parts) if part in split_of), None)
        if synset:
            chosen[name] = Listed(f"{synset}/{file.name}", synset, split_of[synset])
    if not chosen:
        raise UserError(
            f"{path} holds {len(pictures):,} images, e.g. {pictures[0]}, but none that {'its' if own else 'the'} lists "
            f"name, e.g. {next(iter(listed_images.values())).name}, and no folders of their classes, e.g. "
            f"{next(iter(split_of))}. Name them so."
        )
    notes = [
        f"The images have names of their own, so the folder of each says its class ({len(chosen):,} images)."
    ]
    if beside := [name for name in pictures if name not in chosen]:
        notes.append(f"Left out, as their folder is no class of the lists: {name_some(beside)}.")
    return chosen, notes
