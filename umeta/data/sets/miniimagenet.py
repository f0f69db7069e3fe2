"""miniImageNet: 600 photographs of each of 100 ImageNet classes, in the split of Ravi and Larochelle (ICLR 2017).

Read as MAML's code does: each photograph squashed to 84 × 84 by Lanczos, without cropping.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar, Literal

import numpy as np
from pydantic import Field

from umeta.cache import Arrays, Home
from umeta.data.dataset import (
    Attribute,
    Dataset,
    DatasetCard,
    without_small_classes,
)
from umeta.data.dataset_method import DatasetConfig, Whereabouts
from umeta.data.files.content_ordered_rows import arranged
from umeta.data.files.file_tree import FileTree
from umeta.data.files.images import read_images
from umeta.data.files.picture_files import is_image_file
from umeta.data.files.unfinished_products import arrays_in_parts
from umeta.data.image_set import ImageSet
from umeta.data.naming import name_some
from umeta.data.sets.miniimagenet_lists import choose, given_lists, shipped_lists
from umeta.stage import OnStep, UserError, ignore_step

FOLDERS = ("miniimagenet", "mini-imagenet", "miniImageNet", "miniImagenet", "mini_imagenet")
PICKLES = (".pkl", ".pickle")

_REMEDY = "Get it again, or remove it."
_IMAGES = (
    "Put image files into {folder}/images, named n0153282900000005.jpg as in Ravi and Larochelle's lists or "
    "n01532829_20457.JPEG as in ImageNet, in one folder or one per class; "
    "https://github.com/yaoyao-liu/mini-imagenet-tools makes them from ImageNet."
)


class MiniImageNet(DatasetConfig):
    """miniImageNet from image files; the pickles that are often passed around are never loaded."""

    code_version: ClassVar[int] = 1
    splits: ClassVar[tuple[str, ...]] = ("ravi",)

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
        """Return where the images are, without reading them."""
        path, pickles = _find(home)
        if path:
            return Whereabouts((path,))
        folder = home.downloads / self.name
        remedy = _IMAGES.format(folder=folder)
        if pickles:
            return Whereabouts((), _refusal(pickles, remedy))
        looked = ", ".join(
            f"{place}{'' if place.exists() else ' (no such folder)'}" for place in home.data_folders
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
        whereabouts = self.whereabouts(home)
        if whereabouts.missing:
            raise UserError(whereabouts.missing)
        beside = FileTree(whereabouts.paths[0], remedy=_REMEDY)
        inside = whereabouts.paths[0] / "images.zip"
        tree = FileTree(inside, remedy=_REMEDY) if inside.is_file() else beside
        made_from: dict[str, Any] = {
            "dataset": self.name,
            "code_version": self.code_version,
            "size": self.size,
            "files": [tree.fingerprint(), beside.fingerprint()],
        }
        read = lambda work: self._read(tree, beside, work, on_step)  # noqa: E731
        arrays = arrays_in_parts(home, "images", made_from, read, on_step=on_step)
        card = replace(self.card, notes=tuple(arrays["notes"].tolist()))
        dataset = Dataset(
            images=ImageSet(self.name, arrays["images"], arrays["ids"].tolist()),
            classes=Attribute(arrays["classes"], arrays["class_names"].tolist()),
            split_of=np.asarray(arrays["split_of"]),
            card=card,
        )
        return without_small_classes(dataset)

    def _read(self, tree: FileTree, beside: FileTree, work: Path, on_step: OnStep) -> Arrays:
        with tree.opened() as files:
            pictures = [name for name in files.names if is_image_file(name)]
            pickles = [name for name in files.names if name.lower().endswith(PICKLES)]
        remedy = _IMAGES.format(folder=tree.path.parent if tree.path.is_file() else tree.path)
        if not pictures:
            raise UserError(
                _refusal(pickles, remedy) if pickles else f"{tree.path} holds no images. {remedy}"
            )
        with beside.opened() as files:
            given = given_lists(files.names, files.read, beside.path)
        chosen, notes = choose(pictures, [given] if given else shipped_lists(), tree.path, own=bool(given))
        names = list(chosen)
        reading = read_images(tree, names, self.size, work, fit="squash", on_step=on_step)
        if not reading.kept:
            raise UserError(
                f"{tree.path}: none of {len(chosen)} images can be read: {name_some(reading.unreadable())}."
            )
        listed = [chosen[names[k]] for k in reading.kept]
        synsets, classes = np.unique([image.synset for image in listed], return_inverse=True)
        rows = {
            "ids": np.array([image.name for image in listed]),
            "classes": classes.astype(np.int32),
            "split_of": np.array([image.split for image in listed], np.int8),
        }
        notes += reading.notes()
        arrays = arranged(reading, rows, 3, work, on_step)
        return {**arrays, "class_names": synsets, "notes": np.array(notes, np.str_)}


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
                    if any(
                        entry.is_dir() or is_image_file(entry.name) or entry.name == "images.zip"
                        for entry in inside
                    ):
                        return path, []
                    pickles += [str(entry) for entry in inside if entry.suffix in PICKLES]
        if folder.is_dir():
            loose = (entry for entry in sorted(folder.iterdir()) if entry.suffix in PICKLES)
            pickles += [
                str(entry) for entry in loose if re.search("mini.?imagenet", entry.name, re.IGNORECASE)
            ]
    return None, pickles


def _refusal(pickles: Sequence[str], remedy: str) -> str:
    return (
        f"miniImageNet: found {name_some(pickles)}. A pickle can run any program when it is loaded, so none is ever "
        f"loaded. {remedy}"
    )
