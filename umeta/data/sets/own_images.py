"""A person's own images, whatever they are read from: the options that all such sets share, and how they are split."""

from abc import abstractmethod
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, ClassVar, TypeVar

import numpy as np
from pydantic import Field, field_validator

from umeta.cache import Home
from umeta.data.dataset import SPLITS, Attribute, Dataset, DatasetCard
from umeta.data.dataset_method import DatasetConfig, Whereabouts
from umeta.data.files.square_fit import FIT_SENTENCES, Channels, Fit
from umeta.data.image_set import ImageSet
from umeta.data.marks_file import labels_of_file
from umeta.data.naming import readable
from umeta.data.sets.content_record import last_record, record
from umeta.data.sets.own_copies import Duplicates, settle_copies
from umeta.data.sets.own_items import OwnItems, content_of
from umeta.data.sets.own_split import split_own
from umeta.data.sets.split_request import OwnSplit, SplitRequest
from umeta.stage import OnStep, UserError, ignore_step
from umeta.whole_paths import whole_path
from umeta.wording import counted
from umeta.yaml_reading import read_value

T = TypeVar("T", bound="OwnImages")
SPLIT_OPTIONS = {"split", "split_seed", "counts", "min_images", "duplicates", "content"}
"""What has no part in what is read."""


class OwnImages(DatasetConfig):
    """The options of a set of a person's own images; a subclass says how they are read.

    A run keeps the whole path and the hash of what was read, so that a result belongs to its images.
    """

    splits: ClassVar[tuple[str, ...]] = ("own", "classes", "items")
    may_change: ClassVar[bool] = True
    kind: ClassVar[str]
    """What lies at the path, for messages: a folder, a file, …"""

    name: str
    split: OwnSplit = "own"
    """The set's own split (own); without one, or if asked for, its classes are split, or its images (items)."""
    split_seed: int = Field(default=0, ge=0)
    counts: tuple[Annotated[int, Field(ge=1)], ...] | None = Field(default=None, min_length=3, max_length=3)
    """Classes of meta_train, meta_val and meta_test; 64 / 16 / 20% if not given, but five to test where they are 15."""
    size: int = Field(default=84, ge=8, le=256)
    channels: Channels = "auto"
    """1 grey, 3 colour; auto is grey if every image is."""
    fit: Fit = Field(default="crop", exclude_if=lambda fit: fit == "crop")
    """How an image becomes a square: its central square (crop), all of it with a black margin (pad), or squashed."""
    min_images: int = Field(default=2, ge=2)
    """Classes of fewer images take no part."""
    duplicates: Duplicates = Field(default="keep", exclude_if=lambda duplicates: duplicates == "keep")
    """Whether pictures stay that have a copy or near copy in a later split (keep), or are left out (leave_out)."""
    labels: str | None = Field(default=None, exclude_if=lambda labels: labels is None)
    """The path of a file of marks: the classes that a person gave to some of the images. They stand instead of any that
    the set has; its split stays as it is without them."""
    content: str | None = Field(default=None, exclude_if=lambda content: content is None)
    """The hash of what was read: filled in by a run, and checked when the images are read again."""

    @field_validator("counts", mode="before")
    @classmethod
    def _listed(cls, given: Any) -> Any:
        return [read_value(part) for part in given.split(",")] if isinstance(given, str) else given

    @field_validator("labels")
    @classmethod
    def _whole_path(cls, labels: str | None) -> str | None:
        return None if labels is None else whole_path(labels, "dataset.labels")

    @abstractmethod
    def read(self, path: Path, home: Home, *, on_step: OnStep) -> OwnItems:
        """Read what lies at a path, from the cache if it was read before and has not changed.

        Raises:
            UserError: there is nothing to read, or it cannot be read.
        """
        ...

    @property
    def card(self) -> DatasetCard:
        """What can be said before the images are read."""
        return DatasetCard(
            title=Path(self.argument).stem or self.argument,
            what=f"Images of one's own, {FIT_SENTENCES[self.fit]} to {self.size} × {self.size} by Lanczos.",
            source=self.argument,
            licence="not recorded: whoever gave the images decides",
            split="",
        )

    def whereabouts(self, home: Home) -> Whereabouts:
        """Return where the images are, or where they were looked for."""
        path = self._find(home)
        if path:
            return Whereabouts((path,))
        looked = ", ".join(str(folder) for folder in (Path.cwd(), *home.data_folders))
        return Whereabouts(
            (),
            f"dataset={self.name}: there is no {self.kind} {self.argument}; looked in {looked}. Give its whole path.",
        )

    def load(self, home: Home, *, on_step: OnStep = ignore_step) -> Dataset:
        """Read the images and split them.

        Raises:
            UserError: there are none, they changed since `content` was made, or the split does not fit them.
        """
        whereabouts = self.whereabouts(home)
        if whereabouts.missing:
            raise UserError(whereabouts.missing)
        path = whereabouts.paths[0]
        items = self.read(path, home, on_step=on_step)
        images = ImageSet(self.name, items.images, items.ids, items.vectors)
        request = SplitRequest(self.name, self.split, self.split_seed, self.counts, self.min_images)
        split = split_own(request, items.classes.values, items.classes.names, items.parts)
        split = settle_copies(images, split, self.duplicates, home, on_step)
        content, notes = content_of(images, items), (*items.notes, *split.notes)
        if self.labels is not None:
            # after the split, so that marks change neither the split nor what was trained
            items = replace(items, classes=labels_of_file(Path(self.labels), items.ids, content))
            content = content_of(images, items)
            notes = (*notes, _marks_note(items.classes, split.split_of, self.labels))
        self._check_content(content)
        last = record(home, self._read_by(path), content, len(images))
        changed = () if self.labels or not last.note else (last.note,)  # marks are meant to change
        card = replace(
            self.card,
            title=path.stem or str(path),
            source=str(path),
            split=split.sentence,
            notes=(*changed, *notes),
        )
        return Dataset(images, items.classes, split.split_of, card, items.attributes, content=content)

    def of_content(self: T, dataset: Dataset) -> T:
        """Return the config with the whole path and the hash of the images that were loaded by it.

        Raises:
            UserError: the path cannot be written down.
        """
        return self._at(Path(dataset.card.source), dataset.content)

    def as_last_read(self: T, home: Home) -> T:
        """Return the config with the whole path and the hash of what was last read here; itself if nothing was."""
        path = self._find(home)
        last = None if path is None else last_record(home, self._read_by(path))
        return self if path is None or last is None or self.content else self._at(path, last.content)

    def _at(self: T, path: Path, content: str) -> T:
        try:
            str(path).encode()
        except UnicodeEncodeError:
            raise UserError(
                f"{readable(str(path))}: the path is no text in UTF-8, so a run cannot keep it. Rename the folder."
            ) from None
        stem = self.name.partition(":")[0]
        return self.model_copy(update={"name": f"{stem}:{path}", "content": content})

    def _read_by(self, path: Path) -> dict[str, Any]:
        """Return all that decides what is read at a path."""
        options = self.model_dump(mode="json", exclude=SPLIT_OPTIONS)
        return {**options, "name": self.name.partition(":")[0], "path": str(path)}

    def _check_content(self, content: str) -> None:
        if self.content is not None and self.content != content:
            raise UserError(
                f"the images of {self.name} changed: the run is of images with hash {self.content}, and there are "
                f"images with hash {content} now. Put the old ones back, or launch it anew."
            )

    def _find(self, home: Home) -> Path | None:
        """Return the path, in the working directory before the data folders."""
        try:
            given = Path(self.argument).expanduser()
            path = given if given.exists() else home.find_data(str(given))
            return path.resolve() if path else None
        except (OSError, RuntimeError, ValueError) as error:  # not permitted, too long, or the home of nobody
            raise UserError(
                f"dataset={self.name}: the path cannot be followed: {error}. Give another."
            ) from None


def _marks_note(classes: Attribute, split_of: np.ndarray, labels: str) -> str:
    known = classes.values >= 0
    in_test = int((known & (split_of == SPLITS.index("meta_test"))).sum())
    return (
        f"Classes are those of {Path(labels).name}: {counted(int(known.sum()), 'image')} of "
        f"{counted(len(classes.names), 'class')}, {in_test:,} of them in meta_test; all others count as unlabelled."
    )
