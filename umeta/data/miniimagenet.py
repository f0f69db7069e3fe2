"""miniImageNet: 600 photographs of each of 100 ImageNet classes, in the split of Ravi and Larochelle (ICLR 2017).

Read as MAML's code does: each photograph squashed to 84 × 84 by Lanczos, without cropping.
"""

import csv
import gzip
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from importlib.resources import files
from pathlib import Path, PurePosixPath
from typing import Any, ClassVar, Literal, NamedTuple

import numpy as np
from pydantic import Field

from umeta.cache import Arrays, Home
from umeta.data.dataset import (
    SPLITS,
    Attribute,
    Dataset,
    DatasetCard,
    Whereabouts,
    in_content_order,
    some_of,
    without_small_classes,
)
from umeta.data.file_tree import FileTree, Read
from umeta.data.image_set import ImageSet
from umeta.data.pictures import is_picture, read_pictures
from umeta.stage import Method, OnStep, UserError, ignore_step

FOLDERS = ("miniimagenet", "mini-imagenet", "miniImageNet", "miniImagenet", "mini_imagenet")
PICKLES = (".pkl", ".pickle")
CSVS = ("train.csv", "val.csv", "test.csv")
COLUMNS = (("filename", "label"), ("image_name", "class_name"))  # Ravi and Larochelle's; ImageNet's own names
SPELLINGS = {"ravi": "{synset}{number:08d}.jpg", "imagenet": "{synset}_{number}.JPEG"}
"""How the two shipped lists name a class's image."""

_REMEDY = "Get it again, or remove it."
_IMAGES = (
    "Put image files into {folder}/images, named n0153282900000005.jpg as in Ravi and Larochelle's lists or "
    "n01532829_20457.JPEG as in ImageNet, in one folder or one per class; "
    "https://github.com/yaoyao-liu/mini-imagenet-tools makes them from ImageNet."
)


class Listed(NamedTuple):
    """What a list says of an image."""

    name: str
    synset: str
    split: int


Lists = dict[str, Listed]
"""The listed images by file name without its ending."""


class MiniImageNet(Method):
    """miniImageNet from image files; the pickles that are often passed around are never loaded."""

    code_version: ClassVar[int] = 1

    name: Literal["miniimagenet"] = "miniimagenet"
    split: Literal["ravi"] = "ravi"
    split_seed: int = Field(default=0, ge=0)
    size: int = Field(default=84, ge=8, le=256)

    @property
    def card(self) -> DatasetCard:
        """What can be said before the images are read."""
        return DatasetCard(
            title="miniImageNet",
            what="60,000 photographs of 100 ImageNet classes, 600 each, "
            f"squashed to {self.size} × {self.size} by Lanczos.",
            source="Vinyals et al.: Matching Networks for One Shot Learning, NeurIPS 2016; split of Ravi and "
            "Larochelle: Optimization as a Model for Few-Shot Learning, ICLR 2017",
            licence="ImageNet's terms: non-commercial research and education",
            split="ravi: the published lists of 64 / 16 / 20 classes, the same for every split_seed.",
        )

    def whereabouts(self, home: Home) -> Whereabouts:
        """Say where the images are, without reading them."""
        path, pickles = _find(home)
        if path:
            return Whereabouts((path,))
        folder = home.downloads / self.name
        remedy = _IMAGES.format(folder=folder)
        if pickles:
            return Whereabouts((), _refusal(pickles, remedy))
        looked = ", ".join(
            f"{one}{'' if one.exists() else ' (no such folder)'}" for one in home.data_folders
        )
        return Whereabouts(
            (),
            f"miniImageNet: no folder or zip {' or '.join(FOLDERS[:2])} with images; looked in {looked}. {remedy}",
        )

    def load(self, home: Home, *, on_step: OnStep = ignore_step) -> Dataset:
        """Read the images, from the cache if these very files were read before.

        Raises:
            UserError: there are none, they are in no list, or the lists contradict themselves.
        """
        found = self.whereabouts(home)
        if found.missing:
            raise UserError(found.missing)
        beside = FileTree(found.paths[0], remedy=_REMEDY)
        inside = found.paths[0] / "images.zip"
        tree = FileTree(inside, remedy=_REMEDY) if inside.is_file() else beside
        made_from: dict[str, Any] = {
            "dataset": self.name,
            "code_version": self.code_version,
            "size": self.size,
            "files": [tree.fingerprint(), beside.fingerprint()],
        }
        known = home.arrays("images", made_from, lambda: self._read(tree, beside, on_step))
        card = replace(self.card, notes=tuple(known["notes"].tolist()))
        dataset = Dataset(
            images=ImageSet(self.name, known["images"], known["ids"].tolist()),
            classes=Attribute(known["classes"], known["class_names"].tolist()),
            split_of=np.asarray(known["split_of"]),
            card=card,
        )
        return without_small_classes(dataset)

    def _read(self, tree: FileTree, beside: FileTree, on_step: OnStep) -> Arrays:
        with tree.opened() as (names, _):
            pictures = [name for name in names if is_picture(name)]
            pickles = [name for name in names if name.lower().endswith(PICKLES)]
        remedy = _IMAGES.format(folder=tree.path.parent if tree.path.is_file() else tree.path)
        if not pictures:
            raise UserError(
                _refusal(pickles, remedy) if pickles else f"{tree.path} holds no images. {remedy}"
            )
        with beside.opened() as (names, read):
            given = _given_lists(names, read, beside.path)
        chosen, notes = _choose(pictures, [given] if given else shipped_lists(), tree.path, own=bool(given))
        unreadable: list[str] = []
        images, kept = read_pictures(
            tree,
            list(chosen),
            self.size,
            fit="squash",
            on_unreadable=lambda name, reason: unreadable.append(f"{name} {reason}"),
            on_step=on_step,
        )
        if not kept:
            raise UserError(f"{tree.path}: none of {len(chosen)} images can be read: {some_of(unreadable)}.")
        if unreadable:
            notes.append(f"Left out, as they cannot be read: {some_of(unreadable)}.")
        listed = [chosen[name] for name in kept]
        synsets, classes = np.unique([one.synset for one in listed], return_inverse=True)
        rows = {
            "images": images,
            "ids": np.array([one.name for one in listed]),
            "classes": classes.astype(np.int32),
            "split_of": np.array([one.split for one in listed], np.int8),
        }
        return {**in_content_order(rows), "class_names": synsets, "notes": np.array(notes, np.str_)}


def _find(home: Home) -> tuple[Path | None, list[str]]:
    """Return the first folder or zip that may hold images, and the pickles that were found instead."""
    pickles: list[str] = []
    for folder in home.data_folders:
        for name in FOLDERS:
            for path in (folder / f"{name}.zip", folder / name):
                if path.is_file():
                    return path, []
                if path.is_dir():
                    inside = sorted(path.iterdir())
                    if any(one.is_dir() or is_picture(one.name) or one.name == "images.zip" for one in inside):
                        return path, []
                    pickles += [str(one) for one in inside if one.suffix in PICKLES]
        if folder.is_dir():
            loose = (one for one in sorted(folder.iterdir()) if one.suffix in PICKLES)
            pickles += [str(one) for one in loose if re.search("mini.?imagenet", one.name, re.IGNORECASE)]
    return None, pickles


def _refusal(pickles: Sequence[str], remedy: str) -> str:
    return (
        f"miniImageNet: found {some_of(pickles)}. A pickle can run any program when it is loaded, so none is ever "
        f"loaded. {remedy}"
    )


def shipped_lists() -> list[Lists]:
    """Return the published lists under both kinds of names."""
    lists = []
    for form, spelling in SPELLINGS.items():
        packed = (files("umeta.data") / "lists" / f"miniimagenet_{form}.txt.gz").read_bytes()
        known: Lists = {}
        for line in gzip.decompress(packed).decode().splitlines():
            split, synset, *numbers = line.split()
            for number in numbers:
                name = spelling.format(synset=synset, number=int(number))
                known[name.rpartition(".")[0]] = Listed(name, synset, SPLITS.index(split))
        lists.append(known)
    return lists


def _given_lists(names: Iterable[str], read: Read, path: Path) -> Lists | None:
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
    known: Lists = {}
    split_of: dict[str, int] = {}
    for split, name in enumerate(CSVS):
        for image, synset in _rows(read(by_name[name]), f"{path}: {name}"):
            if split_of.setdefault(synset, split) != split:
                raise UserError(
                    f"{path}: class {synset} stands in {CSVS[split_of[synset]]} and in {name}; a class belongs to one "
                    "split. Correct the lists."
                )
            if PurePosixPath(image).stem in known:
                raise UserError(f"{path}: {image} is listed twice, at last in {name}. Correct the lists.")
            known[PurePosixPath(image).stem] = Listed(image, synset, split)
    return known


def _rows(data: bytes, where: str) -> Iterable[tuple[str, str]]:
    try:
        reader = csv.DictReader(data.decode("utf-8-sig").splitlines())
        found = tuple(reader.fieldnames or ())
        columns = next((pair for pair in COLUMNS if set(pair) <= set(found)), None)
        if columns is None:
            raise UserError(
                f"{where} has the columns {', '.join(found) or 'none'}; filename, label or class_name, image_name "
                "are expected."
            )
        rows = [(row[columns[0]], row[columns[1]]) for row in reader]
    except (UnicodeDecodeError, csv.Error) as error:
        raise UserError(f"{where} is not a readable list: {error}. {_REMEDY}") from None
    short = [line for line, row in enumerate(rows, 2) if not all(row)]
    if short or not rows:
        raise UserError(f"{where} {f'lacks a value in line {short[0]}' if short else 'lists nothing'}. {_REMEDY}")
    return rows


def _choose(
    pictures: Sequence[str], lists: Sequence[Lists], path: Path, *, own: bool
) -> tuple[dict[str, Listed], list[str]]:
    """Return what is known of each file that is taken, and notes on what is not; by the list that fits best."""
    stems = [PurePosixPath(name).stem for name in pictures]
    known = max(lists, key=lambda known: sum(stem in known for stem in stems))
    chosen: dict[str, Listed] = {}
    taken: set[str] = set()
    for name, stem in zip(pictures, stems, strict=True):
        if stem in known and stem not in taken:
            taken.add(stem)
            chosen[name] = known[stem]
    if not chosen:
        return _by_folder(pictures, known, path, own=own)
    notes = []
    if absent := [one.name for stem, one in known.items() if stem not in taken]:
        notes.append(f"Not here, of the {len(known):,} listed images: {some_of(absent)}.")
    if beside := [name for name in pictures if name not in chosen]:
        notes.append(f"Left out, as they are in no list or twice there: {some_of(beside)}.")
    return chosen, notes


def _by_folder(
    pictures: Sequence[str], known: Lists, path: Path, *, own: bool
) -> tuple[dict[str, Listed], list[str]]:
    """Take images of other names by the class that their folder is named for."""
    split_of = {one.synset: one.split for one in known.values()}
    chosen: dict[str, Listed] = {}
    for name in pictures:
        file = PurePosixPath(name)
        synset = next((part for part in reversed(file.parent.parts) if part in split_of), None)
        if synset:
            chosen[name] = Listed(f"{synset}/{file.name}", synset, split_of[synset])
    if not chosen:
        raise UserError(
            f"{path} holds {len(pictures):,} images, e.g. {pictures[0]}, but none that {'its' if own else 'the'} lists "
            f"name, e.g. {next(iter(known.values())).name}, and no folders of their classes, e.g. "
            f"{next(iter(split_of))}. Name them so."
        )
    notes = [f"The images have names of their own, so the folder of each says its class ({len(chosen):,} images)."]
    if beside := [name for name in pictures if name not in chosen]:
        notes.append(f"Left out, as their folder is no class of the lists: {some_of(beside)}.")
    return chosen, notes
