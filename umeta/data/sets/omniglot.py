"""Omniglot: 1,623 handwritten characters of 50 alphabets, each by 20 people (Lake et al., Science 2015).

Read as the CACTUs paper did: the 1-bit 105 × 105 drawings by nearest neighbour to 28 × 28, ink 255 on 0, and no
rotations unless they are asked for.
"""

from collections import Counter
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any, ClassVar, Literal

import numpy as np
from jaxtyping import Int8
from pydantic import Field

from umeta.cache import Arrays, Home
from umeta.data.dataset import (
    SPLITS,
    Attribute,
    Dataset,
    DatasetCard,
    without_small_classes,
)
from umeta.data.dataset_method import DatasetConfig, Whereabouts
from umeta.data.downloads import Remote, download_all
from umeta.data.files.file_tree import FileTree
from umeta.data.image_set import ImageSet
from umeta.data.sets.omniglot_drawings import N_DRAWERS, PARTS, SIDE, Part, read_drawings, remedy
from umeta.data.sets.rotated_classes import with_rotated_classes
from umeta.data.splits import split_by_counts
from umeta.randomness import Stream, numpy_generator
from umeta.stage import OnStep, UserError, ignore_step

ADDRESS = "https://raw.githubusercontent.com/brendenlake/omniglot/master/python"
FOLDERS = (
    "omniglot",
    "",
    "omniglot-py",
    "omniglot/python",
)  # ours, none, torchvision's, a clone of the repository

_SPLIT_SENTENCES = {
    "paper": "paper: the 1,623 characters of both parts, shuffled by split_seed={seed}, into "
    "1,100 / 100 / 423; characters of one alphabet stand in several splits.",
    "vinyals": "vinyals: the published lists of 1,028 / 172 / 423 characters of Vinyals et al. (2016), "
    "without their rotations; the same for every split_seed.",
    "lake": "lake: meta_train and meta_val are images_background (5 of its 30 alphabets, drawn by "
    "split_seed={seed}, are meta_val), meta_test is images_evaluation, 20 alphabets never seen before.",
}


class Omniglot(DatasetConfig):
    """Omniglot from the two official zips, or from folders of their names."""

    code_version: ClassVar[int] = 1
    splits: ClassVar[tuple[str, ...]] = ("paper", "vinyals", "lake")
    has_download: ClassVar[bool] = True

    name: Literal["omniglot"] = "omniglot"
    split: Literal["paper", "vinyals", "lake"] = "paper"
    split_seed: int = Field(default=0, ge=0)
    size: int = Field(default=28, ge=8, le=SIDE)
    rotated: Literal["none", "meta_train", "all"] = Field(
        default="none", exclude_if=lambda rotated: rotated == "none"
    )
    """The splits in which each character counts as four classes, turned by 0, 90, 180 and 270 degrees."""

    @property
    def card(self) -> DatasetCard:
        """What can be said before the drawings are read."""
        return DatasetCard(
            title="Omniglot",
            what="32,460 drawings of 1,623 characters from 50 alphabets, each character drawn once by 20 "
            f"people, 1-bit, reduced from {SIDE} × {SIDE} to {self.size} × {self.size} by nearest neighbour.",
            source="Lake, Salakhutdinov, Tenenbaum: Human-level concept learning through probabilistic "
            "program induction, Science 2015; https://github.com/brendenlake/omniglot",
            licence="MIT",
            split=_SPLIT_SENTENCES[self.split].format(seed=self.split_seed),
            notes=(
                "A drawer is known by a number within one alphabet. Whether two alphabets share a person is "
                "not recorded, so attribute `drawer` has 50 × 20 values.",
            ),
        )

    def whereabouts(self, home: Home) -> Whereabouts:
        """Return where the two parts are, without opening them."""
        part_paths = {part.name: _find(part, home) for part in PARTS}
        paths = tuple(path for path in part_paths.values() if path)
        return Whereabouts(paths, _missing(part_paths, home), sum(part.megabytes for part in PARTS))

    def download(self, home: Home, *, on_step: OnStep = ignore_step) -> None:
        """Fetch the official zips into the home's downloads (see `download_omniglot`)."""
        download_omniglot(home, on_step=on_step)

    def load(self, home: Home, *, on_step: OnStep = ignore_step) -> Dataset:
        """Read the drawings, from the cache if these very files were read before, and split the characters.

        Raises:
            UserError: a part is missing, damaged or something else; the message gives the remedy.
        """
        part_paths = {part.name: _find(part, home) for part in PARTS}
        if missing := _missing(part_paths, home):
            raise UserError(missing)
        trees = {name: FileTree(path, 1 << 20, remedy(name)) for name, path in part_paths.items() if path}
        made_from: dict[str, Any] = {
            "dataset": self.name,
            "code_version": self.code_version,
            "size": self.size,
            "files": {name: tree.fingerprint() for name, tree in trees.items()},
        }
        arrays = home.arrays("images", made_from, lambda: read_drawings(trees, self.size, on_step))
        dataset = Dataset(
            images=ImageSet(self.name, arrays["images"], arrays["ids"].tolist()),
            classes=Attribute(arrays["classes"], arrays["class_names"].tolist()),
            split_of=self._split(arrays),
            card=replace(self.card, notes=(*self.card.notes, *_odd_classes(arrays))),
            attributes={
                "alphabet": Attribute(arrays["alphabets"], arrays["alphabet_names"].tolist()),
                "drawer": Attribute(arrays["drawers"], arrays["drawer_names"].tolist()),
                "part": Attribute(arrays["parts"], [part.name for part in PARTS]),
            },
        )
        dataset = without_small_classes(dataset)
        if self.rotated == "none":
            return dataset
        return with_rotated_classes(dataset, SPLITS if self.rotated == "all" else [self.rotated])

    def _split(self, arrays: Arrays) -> Int8[np.ndarray, " n_items"]:
        if self.split == "paper":
            return split_by_counts(arrays["classes"], (1100, 100, 423), seed=self.split_seed)
        if self.split == "vinyals":
            return _listed_split(arrays["class_names"].tolist())[arrays["classes"]]
        background = np.unique(arrays["alphabets"][arrays["parts"] == 0])
        held_out = numpy_generator(self.split_seed, Stream.CLASS_SPLIT).choice(background, 5, replace=False)
        inside = np.where(np.isin(arrays["alphabets"], held_out), 1, 0)
        return np.where(arrays["parts"] == 1, 2, inside).astype(np.int8)


def download_omniglot(home: Home, *, on_step: OnStep = ignore_step) -> None:
    """Fetch the official zips that are not in the downloads yet, checked by their checksums.

    Raises:
        UserError: no connection, or not the official file; nothing half is left.
    """
    folder = home.downloads / "omniglot"
    remotes = [
        Remote(f"{ADDRESS}/{part.name}.zip", folder / f"{part.name}.zip", part.md5, part.megabytes)
        for part in PARTS
    ]
    download_all(remotes, on_step=on_step)


def _find(part: Part, home: Home) -> Path | None:
    """The first place that holds a part, a zip before a folder."""
    names = [str(Path(folder, part.name + ending)) for folder in FOLDERS for ending in (".zip", "")]
    return next((path for name in names if (path := home.find_data(name))), None)


def _missing(part_paths: dict[str, Path | None], home: Home) -> str:
    missing = [f"{name}.zip" for name, path in part_paths.items() if path is None]
    if not missing:
        return ""
    there = [f" (found {path})" for path in part_paths.values() if path]
    looked = ", ".join(
        f"{folder}{'' if folder.exists() else ' (no such folder)'}" for folder in home.data_folders
    )
    return (
        f"Omniglot: {' and '.join(missing)} not found{''.join(there)}; looked in {looked} and their "
        "omniglot/ folders. Run `umeta datasets download omniglot`, or set UMETA_DATA to the folder that "
        f"holds the official zips, or put them into {home.downloads / 'omniglot'}."
    )


def _listed_split(class_names: list[str]) -> Int8[np.ndarray, " n_classes"]:
    lists = files("umeta.data.sets") / "lists"
    split_of: dict[str, int] = {}
    for split, name in enumerate(SPLITS):
        text = (lists / f"omniglot_vinyals_{name}.txt").read_text(encoding="utf-8")
        split_of |= dict.fromkeys(text.split(), split)
    if differing := sorted(split_of.keys() ^ set(class_names)):
        raise UserError(
            f"dataset.split=vinyals: {len(differing)} characters are in the lists or the files, not in both, "
            f"e.g. {', '.join(differing[:3])}. {remedy('images_*')}"
        )
    return np.array([split_of[name] for name in class_names], np.int8)


def _odd_classes(arrays: Arrays) -> tuple[str, ...]:
    """Name the characters with more or fewer than 20 drawings; they are kept."""
    counts = Counter(arrays["classes"].tolist())
    odd = [f"{arrays['class_names'][k]} ({n})" for k, n in sorted(counts.items()) if n != N_DRAWERS]
    more = f" and {len(odd) - 5} more" if len(odd) > 5 else ""
    return (
        (f"Characters without exactly {N_DRAWERS} drawings, kept: {', '.join(odd[:5])}{more}.",)
        if odd
        else ()
    )
