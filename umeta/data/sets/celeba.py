"""CelebA: 202,599 photographs of faces with 40 attributes each (Liu et al., ICCV 2015).

Its tasks are those of the CACTUs paper: two ways, told apart by three attributes at once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any, ClassVar, Literal

import numpy as np
from jaxtyping import Int8, UInt8
from pydantic import Field

from umeta.cache import Arrays, Home
from umeta.data.attribute_triples import AttributeTriples
from umeta.data.dataset import SPLITS, Attribute, Dataset, DatasetCard
from umeta.data.dataset_method import DatasetConfig, Whereabouts
from umeta.data.files.content_ordered_rows import arranged
from umeta.data.files.file_tree import FileTree
from umeta.data.files.images import read_images
from umeta.data.files.picture_files import is_image_file
from umeta.data.files.unfinished_products import arrays_in_parts
from umeta.data.image_set import ImageSet
from umeta.data.sets.celeba_lists import REMEDY, check_same, read_attributes, read_parts
from umeta.stage import OnStep, UserError, ignore_step

FOLDERS = ("celeba", "CelebA", "celebA")
PLACES = {
    "images": (
        "img_align_celeba.zip",
        "Img/img_align_celeba.zip",
        "img_align_celeba",
        "Img/img_align_celeba",
    ),
    "attributes": ("list_attr_celeba.txt", "Anno/list_attr_celeba.txt"),
    "parts": ("list_eval_partition.txt", "Eval/list_eval_partition.txt"),
}
"""Where each piece lies in a folder: beside each other, or as in the official release."""
ATTRIBUTES_OF = {"meta_train": range(20), "meta_val": range(20, 30), "meta_test": range(30, 40)}
"""The attributes, in the order of the file, that the tasks of each split are made of."""
CLASS = "Smiling"
"""The attribute that is shown as the class, where one is asked for."""


class CelebA(DatasetConfig):
    """CelebA in its official layout: aligned images, attributes, and the official partition of the images."""

    code_version: ClassVar[int] = 1
    splits: ClassVar[tuple[str, ...]] = ("paper",)

    name: Literal["celeba"] = "celeba"
    split: Literal["paper"] = "paper"
    split_seed: int = Field(default=0, ge=0)
    size: int = Field(default=84, ge=8, le=256)

    @property
    def card(self) -> DatasetCard:
        """What can be said before the images are read."""
        return DatasetCard(
            title="CelebA",
            what="202,599 photographs of faces with 40 attributes each, the central square of the aligned images "
            f"reduced to {self.size} × {self.size} by Lanczos.",
            source="Liu, Luo, Wang, Tang: Deep Learning Face Attributes in the Wild, ICCV 2015; "
            "https://mmlab.ie.cuhk.edu.hk/projects/CelebA.html",
            licence="non-commercial research only",
            split="paper: the images by the official partition, the 40 attributes in the order of the file as "
            "20 / 10 / 10; a task has 2 ways, a pattern of three attributes of its split and the exact complement. "
            "The same for every split_seed.",
            notes=(
                f"Faces have attributes, not classes; attribute {CLASS} stands for the class where one is shown.",
                "How the CACTUs paper cropped the images is not known; the central square is this program's choice.",
            ),
        )

    def whereabouts(self, home: Home) -> Whereabouts:
        """Return where the images and the two lists are, without opening them."""
        piece_paths = _find(home)
        paths = tuple(piece_paths.values())
        missing = [PLACES[piece][0] for piece in PLACES if piece not in piece_paths]
        if not missing:
            return Whereabouts(paths)
        there = f" (found {', '.join(map(str, paths))})" if paths else ""
        looked = ", ".join(
            f"{folder}{'' if folder.exists() else ' (no such folder)'}" for folder in home.data_folders
        )
        return Whereabouts(
            paths,
            f"CelebA: {' and '.join(missing)} not found{there}; looked in {looked} and their celeba/ folders. Get the "
            f"aligned images and the lists from https://mmlab.ie.cuhk.edu.hk/projects/CelebA.html and put them into "
            f"{home.downloads / self.name}.",
        )

    def load(self, home: Home, *, on_step: OnStep = ignore_step) -> Dataset:
        """Read the images, from the cache if these very files were read before.

        Raises:
            UserError: a piece is missing or damaged, or images and lists do not name the same files.
        """
        if missing := self.whereabouts(home).missing:
            raise UserError(missing)
        piece_paths = _find(home)
        trees = {piece: FileTree(path, 1 << 26, REMEDY) for piece, path in piece_paths.items()}
        made_from: dict[str, Any] = {
            "dataset": self.name,
            "code_version": self.code_version,
            "size": self.size,
            "files": {piece: tree.fingerprint() for piece, tree in trees.items()},
        }
        read = lambda work: self._read(piece_paths, trees["images"], work, on_step)  # noqa: E731
        arrays = arrays_in_parts(home, "images", made_from, read, on_step=on_step)
        names = arrays["attribute_names"].tolist()
        values = np.ascontiguousarray(arrays["attributes"].T)
        split_of = np.asarray(arrays["parts"])
        attributes = {name: Attribute(values[k].view(np.int8), ("no", "yes")) for k, name in enumerate(names)}
        shown = CLASS if CLASS in attributes else names[0]
        sizes = ", ".join(f"{split} {(split_of == k).sum():,}" for k, split in enumerate(SPLITS))
        return Dataset(
            images=ImageSet(self.name, arrays["images"], arrays["ids"].tolist()),
            classes=Attribute(attributes[shown].values, (f"not {shown}", shown)),
            split_of=split_of,
            card=replace(self.card, notes=(*self.card.notes, f"Images: {sizes}.")),
            attributes=attributes,
            partitions={split: _triples(values, names, split_of, split) for split in SPLITS},
        )

    def _read(self, piece_paths: Mapping[str, Path], tree: FileTree, work: Path, on_step: OnStep) -> Arrays:
        attribute_names, attributes = read_attributes(piece_paths["attributes"])
        parts = read_parts(piece_paths["parts"])
        with tree.opened() as opened:
            files = {PurePosixPath(name).name: name for name in opened.names if is_image_file(name)}
        check_same(piece_paths["attributes"], attributes, piece_paths["parts"], parts)
        check_same(piece_paths["attributes"], attributes, tree.path, files)

        def refuse(name: str, reason: str) -> None:
            raise UserError(f"{tree.path}: {name} {reason}. {REMEDY}")

        ids = sorted(files)
        names = [files[name] for name in ids]
        reading = read_images(tree, names, self.size, work, on_unreadable=refuse, on_step=on_step)
        rows = {
            "ids": np.array(ids),
            "attributes": np.stack([attributes[name] for name in ids]),
            "parts": np.array([parts[name] for name in ids], np.int8),
        }
        return {**arranged(reading, rows, 3, work, on_step), "attribute_names": np.array(attribute_names)}


def _triples(
    values: UInt8[np.ndarray, "n_attributes n_items"],
    names: Sequence[str],
    split_of: Int8[np.ndarray, " n_items"],
    split: str,
) -> AttributeTriples:
    items = np.flatnonzero(split_of == SPLITS.index(split))
    chosen = list(ATTRIBUTES_OF[split])
    return AttributeTriples(values[chosen][:, items], [names[k] for k in chosen], items, len(split_of))


def _find(home: Home) -> dict[str, Path]:
    """Return the first place that holds each piece."""
    piece_paths = {}
    for piece, places in PLACES.items():
        names = [str(Path(folder, place)) for folder in FOLDERS for place in places]
        path = next((path for name in names if (path := home.find_data(name))), None)
        if path:
            piece_paths[piece] = path
    return piece_paths
