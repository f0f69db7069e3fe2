"""Any folder of images, or a zip of one, with a folder for each class."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from jaxtyping import Int, Int8
from pydantic import Field, field_validator

from umeta.cache import Home
from umeta.data.dataset import Attribute, Dataset, DatasetCard
from umeta.data.dataset_method import DatasetConfig, Whereabouts
from umeta.data.files.file_tree import FileTree
from umeta.data.image_set import ImageSet
from umeta.data.naming import name_some, name_some_with_counts
from umeta.data.sets.folder_images import Channels, read_class_folders
from umeta.data.splits import split_by_counts, split_items
from umeta.stage import OnStep, UserError, ignore_step

SHARES = (0.64, 0.16, 0.20)  # those of miniImageNet
ITEM_SHARES = (0.6, 0.2, 0.2)
MAX_FILE_BYTES = 1 << 26

_SPLIT_SENTENCES = {
    "classes": "classes: the classes, shuffled by split_seed={seed}, into {counts}.",
    "items": "items: the images of each class, shuffled by split_seed={seed}, into 60 / 20 / 20%; items are split, "
    "not classes, so test tasks ask about new images of classes that meta_train holds too, unlabelled.",
}


class Folder(DatasetConfig):
    """The images of `folder:PATH`; the folder that an image lies in is its class."""

    code_version: ClassVar[int] = 1
    splits: ClassVar[tuple[str, ...]] = ("classes", "items")

    name: str = Field(pattern=r"^folder:.+")
    split: Literal["classes", "items"] = "classes"
    split_seed: int = Field(default=0, ge=0)
    counts: tuple[Annotated[int, Field(ge=1)], ...] | None = Field(default=None, min_length=3, max_length=3)
    """Classes of meta_train, meta_val and meta_test; 64 / 16 / 20% if not given."""
    size: int = Field(default=84, ge=8, le=256)
    channels: Channels = "auto"
    """1 grey, 3 colour; auto is grey if every image is."""
    classes: Literal["leaf", "path"] = "leaf"
    """Whether folders of one name in several places are one class (leaf) or several (path)."""
    min_images: int = Field(default=2, ge=2)
    """Classes of fewer images take no part."""

    @field_validator("counts", mode="before")
    @classmethod
    def _listed(cls, given: Any) -> Any:
        return given.split(",") if isinstance(given, str) else given

    @property
    def card(self) -> DatasetCard:
        """What can be said before the images are read."""
        counts = " / ".join(map(str, self.counts)) if self.counts else "64 / 16 / 20%"
        return DatasetCard(
            title=Path(self.argument).stem,
            what="Images of one's own, cropped to their central square and reduced to "
            f"{self.size} × {self.size} by Lanczos.",
            source=self.argument,
            licence="not recorded: whoever gave the images decides",
            split=_SPLIT_SENTENCES[self.split].format(seed=self.split_seed, counts=counts),
        )

    def whereabouts(self, home: Home) -> Whereabouts:
        """Return where the folder or zip is, or where it was looked for."""
        path = self._find(home)
        if path:
            return Whereabouts((path,))
        looked = ", ".join(str(folder) for folder in (*home.data_folders, Path.cwd()))
        return Whereabouts(
            (),
            f"dataset={self.name}: there is no folder or zip {self.argument}; looked in {looked}. Give its whole path.",
        )

    def load(self, home: Home, *, on_step: OnStep = ignore_step) -> Dataset:
        """Read the images, from the cache if these very files were read before, and split the classes.

        Raises:
            UserError: the path does not exist, holds no class folders, or too few classes for the split.
        """
        whereabouts = self.whereabouts(home)
        if whereabouts.missing:
            raise UserError(whereabouts.missing)
        tree = FileTree(whereabouts.paths[0], MAX_FILE_BYTES, "Make it anew, or leave it out.")
        made_from: dict[str, Any] = {
            "dataset": "folder",
            "code_version": self.code_version,
            "size": self.size,
            "channels": self.channels,
            "files": tree.fingerprint(),
        }
        arrays = home.arrays(
            "images", made_from, lambda: read_class_folders(tree, self.size, self.channels, on_step)
        )
        ids = arrays["ids"].tolist()
        names, classes = self._classes(ids)
        split_of, small = self._split(classes, names)
        notes = (*arrays["notes"].tolist(), *self._merged(ids), *small)
        card = replace(self.card, source=str(tree.path), notes=notes)
        if self.split == "classes":
            counts = " / ".join(str(len(np.unique(classes[split_of == split]))) for split in range(3))
            sentence = _SPLIT_SENTENCES["classes"].format(seed=self.split_seed, counts=counts)
            card = replace(card, split=sentence)
        images = ImageSet(self.name, arrays["images"], ids)
        return Dataset(images, Attribute(classes, names), split_of, card)

    def _find(self, home: Home) -> Path | None:
        try:
            given = Path(self.argument).expanduser()
            return home.find_data(str(given)) or (given.resolve() if given.exists() else None)
        except (OSError, RuntimeError) as error:  # not permitted, too long, or the home of nobody
            raise UserError(
                f"dataset={self.name}: the path cannot be followed: {error}. Give another."
            ) from None

    def _classes(self, ids: Sequence[str]) -> tuple[list[str], Int[np.ndarray, " n_items"]]:
        folders = [PurePosixPath(name).parent for name in ids]
        owners = [folder.name if self.classes == "leaf" else folder.as_posix() for folder in folders]
        names, classes = np.unique(owners, return_inverse=True)
        return names.tolist(), classes.astype(np.int32)

    def _merged(self, ids: Sequence[str]) -> tuple[str, ...]:
        """Say which classes were put together from folders of one name in several places."""
        if self.classes == "path":
            return ()
        places = Counter(folder.name for folder in {PurePosixPath(name).parent for name in ids})
        several = [f"{name} ({n} folders)" for name, n in sorted(places.items()) if n > 1]
        if not several:
            return ()
        remedy = "Use dataset.classes=path if they are not the same."
        return (f"Folders of one name in several places are one class: {name_some(several)}. {remedy}",)

    def _split(
        self, classes: Int[np.ndarray, " n_items"], names: Sequence[str]
    ) -> tuple[Int8[np.ndarray, " n_items"], tuple[str, ...]]:
        sizes = np.bincount(classes, minlength=len(names))
        large = sizes >= self.min_images
        kept = large[classes]
        note = ()
        if not large.all():
            small_classes = name_some_with_counts(names, sizes, np.flatnonzero(~large))
            note = (
                f"Left out, as dataset.min_images={self.min_images} are needed of a class: {small_classes}.",
            )
        split_of = np.full(len(classes), -1, np.int8)
        if self.split == "items" and kept.any():
            split_of[kept] = split_items(classes[kept], ITEM_SHARES, seed=self.split_seed)
        else:
            counts = self._counts(int(large.sum()))
            split_of[kept] = split_by_counts(classes[kept], counts, seed=self.split_seed)
        return split_of, note

    def _counts(self, n_classes: int) -> tuple[int, int, int]:
        if n_classes < 3:
            raise UserError(
                f"{self.name} has {n_classes} classes of {self.min_images} images or more; meta_train, meta_val and "
                "meta_test need one each at least. Use dataset.split=items, or add class folders."
            )
        if self.counts:
            if sum(self.counts) != n_classes:
                raise UserError(
                    f"dataset.counts={','.join(map(str, self.counts))} are {sum(self.counts)} classes; "
                    f"{self.name} has {n_classes} of {self.min_images} images or more. Let the three add up to that."
                )
            return self.counts[0], self.counts[1], self.counts[2]
        val, test = (max(1, round(share * n_classes)) for share in SHARES[1:])
        return n_classes - val - test, val, test
