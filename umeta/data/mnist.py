"""MNIST (LeCun, Cortes, Burges) and Fashion-MNIST (Xiao, Rasul, Vollgraf 2017), from their IDX files."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar, Literal

import numpy as np
from jaxtyping import Int8
from PIL import Image
from pydantic import Field

from umeta.cache import Arrays, Home
from umeta.data.dataset import (
    Attribute,
    Dataset,
    DatasetCard,
    Whereabouts,
    in_content_order,
    without_small_classes,
)
from umeta.data.downloads import Remote, download_all
from umeta.data.idx import MAGIC, SIDE, read_idx
from umeta.data.image_set import ImageSet
from umeta.data.splits import split_items
from umeta.stage import Method, OnStep, Step, UserError, ignore_step

TRAIN_SHARE = 5 / 6
ITEM_SHARES = (0.6, 0.2, 0.2)


@dataclass(frozen=True)
class File:
    """One of the four official files, and the checksum published for it."""

    part: Literal["train", "t10k"]
    kind: Literal["images", "labels"]
    md5: str
    megabytes: float

    @property
    def name(self) -> str:
        """The official name without `.gz`."""
        return f"{self.part}-{self.kind}-idx{3 if self.kind == 'images' else 1}-ubyte"


@dataclass(frozen=True)
class Source:
    """One of the two sets that come as such files."""

    title: str
    what: str
    classes: tuple[str, ...]
    source: str
    licence: str
    address: str
    folders: tuple[str, ...]
    files: tuple[File, ...]


def _files(*known: tuple[str, float]) -> tuple[File, ...]:
    (a, b, c, d) = known
    return (
        File("train", "images", *a),
        File("train", "labels", *b),
        File("t10k", "images", *c),
        File("t10k", "labels", *d),
    )


SOURCES: Mapping[str, Source] = {
    "mnist": Source(
        title="MNIST",
        what="handwritten digits of 10 classes",
        classes=tuple("0123456789"),
        source="LeCun, Cortes, Burges: The MNIST database of handwritten digits, 1998",
        licence="commonly given as CC BY-SA 3.0",
        address="https://ossci-datasets.s3.amazonaws.com/mnist",
        folders=("mnist", "mnist/raw", "MNIST/raw", "MNIST", "mnist/MNIST/raw"),
        files=_files(
            ("f68b3c2dcbeaaa9fbdd348bbdeb94873", 9.9),
            ("d53e105ee54ea40749a09fcbcd1e9432", 0.03),
            ("9fb629c4189551a2d022fa330f9573f3", 1.6),
            ("ec29112dd5afa0611ce80d1b7f02629c", 0.01),
        ),
    ),
    "fashion-mnist": Source(
        title="Fashion-MNIST",
        what="photographs of clothes of 10 classes",
        classes=(
            "T-shirt/top",
            "trouser",
            "pullover",
            "dress",
            "coat",
            "sandal",
            "shirt",
            "sneaker",
            "bag",
            "ankle boot",
        ),
        source="Xiao, Rasul, Vollgraf: Fashion-MNIST, 2017; https://github.com/zalandoresearch/fashion-mnist",
        licence="MIT",
        address="https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion",
        folders=(
            "fashion-mnist",
            "fashion-mnist/raw",
            "FashionMNIST/raw",
            "FashionMNIST",
            "fashion-mnist/data/fashion",
        ),
        files=_files(
            ("8d4fb7e6c68d591d4c3dfef9ec88bf0d", 26.4),
            ("25c81989df183df01b3e8a0aad5dffbe", 0.03),
            ("bef4ecab320f06d8554ea6380940ec79", 4.4),
            ("bb300cfdad3c16e7a12a480ee83cd310", 0.01),
        ),
    ),
}
"""The checksums are those of torchvision's datasets/mnist.py."""


class Mnist(Method):
    """MNIST or Fashion-MNIST. Ten classes are too few to split, so their items are."""

    code_version: ClassVar[int] = 1

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
        """Say where the files are, without opening them; the t10k files alone are enough."""
        found = self._find(home)
        paths = tuple(found.values())
        total = round(sum(file.megabytes for file in self._source.files), 1)
        missing = [
            f"{file.name}.gz" for file in self._source.files if file.part == "t10k" and file not in found
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
        found = self._find(home)
        parts = [part for part in ("train", "t10k") if all((part, kind) in _keys(found) for kind in MAGIC)]
        used = {file: path for file, path in found.items() if file.part in parts}
        md5s = {file.name: _md5(path, self._remedy(path)) for file, path in used.items()}
        made_from: dict[str, Any] = {
            "dataset": self.name,
            "code_version": self.code_version,
            "size": self.size,
            "files": md5s,
        }
        known = home.arrays("images", made_from, lambda: self._read(used, on_step))
        card = replace(self.card, notes=self._notes(home, used, md5s, known))
        if parts == ["t10k"]:
            sentence = (
                f"items: the t10k images of each class, shuffled by split_seed={self.split_seed}, into 60 / 20 / 20 %, "
                "as the training images are not here; items are split, not classes."
            )
            card = replace(card, split=sentence)
        dataset = Dataset(
            images=ImageSet(self.name, known["images"], known["ids"].tolist()),
            classes=Attribute(known["classes"], self._source.classes),
            split_of=self._split(known),
            card=card,
        )
        return without_small_classes(dataset)

    def _find(self, home: Home) -> dict[File, Path]:
        """The first place that holds each file, a compressed one before a plain one."""
        found = {}
        for file in self._source.files:
            spellings = (file.name, file.name.replace("-idx", ".idx"))
            names = [
                str(Path(folder, spelling + ending))
                for folder in self._source.folders
                for ending in (".gz", "")
                for spelling in spellings
            ]
            path = next((path for name in names if (path := home.find_data(name)) and path.is_file()), None)
            if path:
                found[file] = path
        return found

    def _remedy(self, path: Path) -> str:
        return f"Put the official {path.name} in its place, or remove it and run `umeta datasets download {self.name}`."

    def _notes(
        self, home: Home, used: Mapping[File, Path], md5s: Mapping[str, str], known: Arrays
    ) -> tuple[str, ...]:
        notes = []
        if not any(file.part == "train" for file in used):
            here = self._find(home)
            missing = [file.name for file in self._source.files if file.part == "train" and file not in here]
            notes.append(
                f"Only the {len(known['ids']):,} t10k images are here ({' and '.join(missing)} not found), so they are "
                f"split among themselves. Run `umeta datasets download {self.name}` for all 70,000."
            )
        odd = [
            path.name for file, path in used.items() if path.suffix == ".gz" and md5s[file.name] != file.md5
        ]
        if odd:
            notes.append(f"Not the published files, by their checksums: {', '.join(odd)}.")
        return tuple(notes)

    def _split(self, known: Arrays) -> Int8[np.ndarray, " n_items"]:
        from_train = np.flatnonzero(known["from_train"])
        if len(from_train) == 0:
            return split_items(known["classes"], ITEM_SHARES, seed=self.split_seed)
        split_of = np.full(len(known["classes"]), 2, np.int8)
        shuffled = np.random.default_rng(self.split_seed).permutation(from_train)
        n_train = round(TRAIN_SHARE * len(shuffled))
        split_of[shuffled[:n_train]] = 0
        split_of[shuffled[n_train:]] = 1
        return split_of

    def _read(self, used: Mapping[File, Path], on_step: OnStep) -> Arrays:
        images, classes, ids, from_train = [], [], [], []
        for done, part in enumerate(sorted({file.part for file in used}, reverse=True)):
            on_step(Step("dataset", done, 2, note=f"reading {part}"))
            paths = {file.kind: path for file, path in used.items() if file.part == part}
            read = {kind: read_idx(path, kind, self._remedy(path)) for kind, path in paths.items()}
            labels = read["labels"]
            if len(read["images"]) != len(labels):
                raise UserError(
                    f"{paths['images']} holds {len(read['images']):,} images, {paths['labels']} {len(labels):,} "
                    f"labels; they are not of one set. {self._remedy(paths['labels'])}"
                )
            if len(labels) and labels.max() > 9:
                raise UserError(
                    f"{paths['labels']} holds label {labels.max()}; labels are 0 to 9. {self._remedy(paths['labels'])}"
                )
            images.append(read["images"])
            classes.append(labels)
            ids += [f"{part}/{k:05d}" for k in range(len(labels))]
            from_train.append(np.full(len(labels), part == "train"))
        pixels = np.concatenate(images)
        if self.size != SIDE:
            side = (self.size, self.size)
            pixels = np.stack(
                [np.asarray(Image.fromarray(one).resize(side, Image.Resampling.LANCZOS)) for one in pixels]
            )
        rows = {
            "images": pixels[:, None],
            "ids": np.array(ids),
            "classes": np.concatenate(classes).astype(np.int32),
            "from_train": np.concatenate(from_train),
        }
        on_step(Step("dataset", 2, 2, note="ordering by content"))
        return in_content_order(rows)


def _keys(found: Mapping[File, Path]) -> set[tuple[str, str]]:
    return {(file.part, file.kind) for file in found}


def _md5(path: Path, remedy: str) -> str:
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "md5").hexdigest()
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror}. {remedy}") from None
