"""The data sets by name, and what of them is at hand."""

from dataclasses import dataclass

from umeta.cache import Home
from umeta.data.dataset_method import DatasetMethod
from umeta.stage import OnStep, Registry, UserError, ignore_step

DATASETS = Registry(
    "dataset",
    {
        "glyphs": "umeta.data.sets.glyphs:GlyphsSet",
        "digits": "umeta.data.sets.digits:Digits",
        "omniglot": "umeta.data.sets.omniglot:Omniglot",
        "mnist": "umeta.data.sets.mnist:Mnist",
        "fashion-mnist": "umeta.data.sets.mnist:Mnist",
        "miniimagenet": "umeta.data.sets.miniimagenet:MiniImageNet",
        "celeba": "umeta.data.sets.celeba:CelebA",
        "folder": "umeta.data.sets.folder:Folder",
        "table": "umeta.data.sets.table:ImageTable",
        "arrays": "umeta.data.sets.arrays:ArrayImages",
        "vectors": "umeta.data.sets.vectors:VectorSet",
    },
    takes_argument=frozenset({"folder", "table", "arrays", "vectors"}),
)


_EXAMPLES = {
    "folder": ("a folder or a zip", "photos.zip"),
    "table": ("a CSV or parquet file of image paths or images", "birds.csv"),
    "arrays": ("a .npz or .npy of images", "pathmnist.npz"),
    "vectors": ("a file of vectors", "vectors.parquet"),
}
"""What takes a path is given, and an example."""


@dataclass(frozen=True, kw_only=True)
class DatasetAtHand:
    """A registered data set, whether it can be loaded on this machine, and what is missing if not."""

    name: str
    title: str
    what: str
    source: str
    licence: str
    splits: tuple[str, ...]
    available: bool
    where: tuple[str, ...]
    missing: str
    download_mb: float | None


def datasets_at_hand(home: Home, *, with_paths: bool = False) -> list[DatasetAtHand]:
    """Describe every registered data set; files are looked for, not read.

    `with_paths` also lists what takes a path, e.g. `folder:PATH`, with what to type in place of it.
    """
    without = [_at_hand(name, home) for name in DATASETS.methods if name not in DATASETS.takes_argument]
    with_path = [name for name in DATASETS.methods if name in DATASETS.takes_argument and with_paths]
    return [*without, *map(_with_path, with_path)]


def download_dataset(name: str, home: Home, *, on_step: OnStep = ignore_step) -> None:
    """Fetch a data set into the home's downloads. Only ever called because a person asked for it.

    Raises:
        UserError: there is no such data set, it has no download, or the download failed.
    """
    method: DatasetMethod = DATASETS.parse(name)
    if not method.has_download:
        without_path = [
            DATASETS.parse(other) for other in DATASETS.methods if other not in DATASETS.takes_argument
        ]
        downloadable = [other.name for other in without_path if other.has_download]
        raise UserError(f"dataset={name!r} has no download. These have one: {', '.join(downloadable)}.")
    method.download(home, on_step=on_step)


def _at_hand(name: str, home: Home) -> DatasetAtHand:
    method: DatasetMethod = DATASETS.parse(name)
    card, whereabouts = method.card, method.whereabouts(home)
    return DatasetAtHand(
        name=name,
        title=card.title,
        what=card.what,
        source=card.source,
        licence=card.licence,
        splits=method.splits,
        available=not whereabouts.missing,
        where=tuple(str(path) for path in whereabouts.paths),
        missing=whereabouts.missing,
        download_mb=whereabouts.download_mb,
    )


def _with_path(name: str) -> DatasetAtHand:
    method: DatasetMethod = DATASETS.parse(f"{name}:PATH")
    what, example = _EXAMPLES.get(name, ("its files", "PATH"))
    return DatasetAtHand(
        name=f"{name}:PATH",
        title=name.capitalize(),
        what=method.card.what,
        source="PATH",
        licence=method.card.licence,
        splits=method.splits,
        available=False,
        where=(),
        missing=f"Give the path of {what}, e.g. dataset={name}:{example}; nothing is copied.",
        download_mb=None,
    )
