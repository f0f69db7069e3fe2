"""MNIST (LeCun, Cortes, Burges) and Fashion-MNIST (Xiao, Rasul, Vollgraf 2017), from their IDX files."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar, Literal

import numpy as np
from jaxtyping import Int8
from pydantic import Field

from umeta.cache import Arrays, Home
from umeta.data.dataset import (
    Attribute,
    Dataset,
    DatasetCard,
    without_small_classes,
)
from umeta.data.dataset_method import DatasetConfig, Whereabouts
from umeta.data.downloads import Remote, download_all
from umeta.data.files.idx import MAGIC, SIDE
from umeta.data.image_set import ImageSet
from umeta.data.sets.mnist_files import find_files, md5_of, read_files
from umeta.data.sets.mnist_sources import SOURCES, File, Source
from umeta.data.splits import split_items
from umeta.randomness import Stream, numpy_generator
from umeta.stage import OnStep, UserError, ignore_step

TRAIN_SHARE = 5 / 6
ITEM_SHARES = (0.6, 0.2, 0.2)


class Mnist(DatasetConfig):
    """MNIST or Fashion-MNIST. Ten classes are too few to split, so their items are."""

    code_version: ClassVar[int] = 1
    splits: ClassVar[tuple[str, ...]] = ("items",)
    has_download: ClassVar[bool] = True

    name: Literal["mnist", "fashion-mnist"] = "mnist"
    split: Literal["items"] = "items"
    split_seed: int = Field(default=0, ge=0)
    size: int = Field(default=SIDE, ge=8, le=256)

    @property
    def _source(self) -> Source:
        return SOURCES[self.name]

    @property
    def card(self) -> DatasetCard:
        """What can be said before the files are read."""
        resized = "" if self.size == SIDE else f", resized to {self.size} × {self.size} by Lanczos"
        return DatasetCard(
            title=self._source.title,
            what=f"60,000 and 10,000 {self._source.what}, {SIDE} × {SIDE} grey{resized}.",
            source=self._source.source,
            licence=self._source.licence,
            split=f"items: the training images, shuffled by split_seed={self.split_seed}, are meta_train (5/6) and "
            "meta_val (1/6); meta_test is t10k. Items are split, not classes, so test tasks ask about new images of "
            "classes that meta_train holds too, unlabelled.",
        )

    def whereabouts(self, home: Home) -> Whereabouts:
        """Return where the files are, without opening them; the t10k files alone are enough."""
        file_paths = find_files(self._source, home)
        paths = tuple(file_paths.values())
        total = round(sum(file.megabytes for file in self._source.files), 1)
        missing = [
            f"{file.name}.gz" for file in self._source.files if file.part == "t10k" and file not in file_paths
        ]
        if not missing:
            return Whereabouts(paths, "", total)
        there = f" (found {', '.join(map(str, paths))})" if paths else ""
        looked = ", ".join(
            f"{folder}{'' if folder.exists() else ' (no such folder)'}" for folder in home.data_folders
        )
        message = (
            f"{self._source.title}: {' and '.join(missing)} not found{there}; looked in {looked} and their "
            f"{', '.join(self._source.folders)} folders. Run `umeta datasets download {self.name}`, or put the four "
            f"official files into {home.downloads / self.name}."
        )
        return Whereabouts(paths, message, total)

    def download(self, home: Home, *, on_step: OnStep = ignore_step) -> None:
        """Fetch the four official files into the home's downloads.

        Raises:
            UserError: no connection, or not the official files; nothing half is left.
        """
        remotes = [
            Remote(
                f"{self._source.address}/{file.name}.gz",
                home.downloads / self.name / f"{file.name}.gz",
                file.md5,
                file.megabytes,
            )
            for file in self._source.files
        ]
        download_all(remotes, on_step=on_step)

    def load(self, home: Home, *, on_step: OnStep = ignore_step) -> Dataset:
        """Read the files, from the cache if these very files were read before, and split the items.

        Raises:
            UserError: a file is missing, damaged or something else; the message gives the remedy.
        """
        missing = self.whereabouts(home).missing
        if missing:
            raise UserError(missing)
        file_paths = find_files(self._source, home)
        parts = [
            part for part in ("train", "t10k") if all((part, kind) in _keys(file_paths) for kind in MAGIC)
        ]
        used = {file: path for file, path in file_paths.items() if file.part in parts}
        md5s = {file.name: md5_of(path, self.name) for file, path in used.items()}
        made_from: dict[str, Any] = {
            "dataset": self.name,
            "code_version": self.code_version,
            "size": self.size,
            "files": md5s,
        }
        arrays = home.arrays("images", made_from, lambda: read_files(used, self.size, self.name, on_step))
        card = replace(self.card, notes=self._notes(home, used, md5s, arrays))
        if parts == ["t10k"]:
            sentence = (
                f"items: the t10k images of each class, shuffled by split_seed={self.split_seed}, into 60 / 20 / 20%, "
                "as the training images are not here; items are split, not classes."
            )
            card = replace(card, split=sentence)
        dataset = Dataset(
            images=ImageSet(self.name, arrays["images"], arrays["ids"].tolist()),
            classes=Attribute(arrays["classes"], self._source.classes),
            split_of=self._split(arrays),
            card=card,
        )
        return without_small_classes(dataset)

    def _notes(
        self, home: Home, used: Mapping[File, Path], md5s: Mapping[str, str], arrays: Arrays
    ) -> tuple[str, ...]:
        notes = []
        if not any(file.part == "train" for file in used):
            here = find_files(self._source, home)
            missing = [file.name for file in self._source.files if file.part == "train" and file not in here]
            notes.append(
                f"Only the {len(arrays['ids']):,} t10k images are here ({' and '.join(missing)} not found), so they "
                f"are split among themselves. Run `umeta datasets download {self.name}` for all 70,000."
            )
        odd = [
            path.name for file, path in used.items() if path.suffix == ".gz" and md5s[file.name] != file.md5
        ]
        if odd:
            notes.append(f"Not the published files, by their checksums: {', '.join(odd)}.")
        return tuple(notes)

    def _split(self, arrays: Arrays) -> Int8[np.ndarray, " n_items"]:
        from_train = np.flatnonzero(arrays["from_train"])
        if len(from_train) == 0:
            return split_items(arrays["classes"], ITEM_SHARES, seed=self.split_seed)
        split_of = np.full(len(arrays["classes"]), 2, np.int8)
        shuffled = numpy_generator(self.split_seed, Stream.ITEM_SPLIT).permutation(from_train)
        n_train = round(TRAIN_SHARE * len(shuffled))
        split_of[shuffled[:n_train]] = 0
        split_of[shuffled[n_train:]] = 1
        return split_of


def _keys(file_paths: Mapping[File, Path]) -> set[tuple[str, str]]:
    return {(file.part, file.kind) for file in file_paths}
