"""What the config of a data set is: where its files are, how they are fetched, and how the set is loaded."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Protocol, TypeVar, runtime_checkable

from umeta.cache import Home
from umeta.data.dataset import Dataset, DatasetCard
from umeta.stage import Method, OnStep, UserError, ignore_step

T = TypeVar("T", bound="DatasetConfig")


@dataclass(frozen=True)
class Whereabouts:
    """Where the files of a data set are, found without reading them."""

    paths: tuple[Path, ...] = ()
    missing: str = ""
    """What is missing, where it was looked for and the remedies; empty if the set can be loaded."""
    download_mb: float | None = None
    """What a download would fetch; None if the set needs none or cannot be downloaded."""


@runtime_checkable
class DatasetMethod(Protocol):
    """The config of a data set: which one, at which size, and how its classes are split."""

    splits: ClassVar[tuple[str, ...]]
    has_download: ClassVar[bool]
    may_change: ClassVar[bool]
    has_vectors: ClassVar[bool]

    @property
    def name(self) -> str:
        """The registered name."""
        ...

    @property
    def split(self) -> str:
        """The named way of splitting the classes."""
        ...

    @property
    def split_seed(self) -> int:
        """The seed of the split, where the split is drawn."""
        ...

    @property
    def size(self) -> int:
        """Pixels of a side of its images."""
        ...

    @property
    def card(self) -> DatasetCard:
        """What can be said of the data set before it is loaded."""
        ...

    def whereabouts(self, home: Home) -> Whereabouts:
        """Return where the files are and what is missing, without reading them."""
        ...

    def download(self, home: Home, *, on_step: OnStep = ignore_step) -> None:
        """Fetch the files into the home's downloads. Only ever called because a person asked for it.

        Raises:
            UserError: the data set has no download, or it failed; nothing half is left.
        """
        ...

    def load(self, home: Home, *, on_step: OnStep = ignore_step) -> Dataset:
        """Read the images and split the classes.

        Raises:
            UserError: the files are missing, broken, or of something else; the message gives the remedy.
        """
        ...

    def of_content(self, dataset: Dataset) -> "DatasetMethod":
        """Return the config of a run on the images that were loaded by it: a run belongs to its images."""
        ...

    def as_last_read(self, home: Home) -> "DatasetMethod":
        """Return the config of a run on the images that were last loaded by it here, without reading them."""
        ...


class DatasetConfig(Method):
    """What a data set's config has where it does not say otherwise.

    Subclasses declare `split`, `split_seed` and `size`.
    """

    splits: ClassVar[tuple[str, ...]]
    """The named ways of splitting the classes, which option `split` chooses from."""
    has_download: ClassVar[bool] = False
    """Whether `download` can fetch the files."""
    may_change: ClassVar[bool] = False
    """Whether the same name and options may stand for other images later."""
    has_vectors: ClassVar[bool] = False
    """Whether the items come with vectors, of which their pictures are but drawings."""

    def download(self, home: Home, *, on_step: OnStep = ignore_step) -> None:
        """Refuse, since there is nothing to fetch.

        Raises:
            UserError: always.
        """
        raise UserError(f"dataset={self.name!r} has no download.")

    def of_content(self: T, dataset: Dataset) -> T:
        """Return the config itself: its name and options say which images these are."""
        return self

    def as_last_read(self: T, home: Home) -> T:
        """Return the config itself."""
        return self
