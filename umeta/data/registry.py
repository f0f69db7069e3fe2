"""The data sets by name, and what of them is at hand."""

from dataclasses import dataclass
from typing import Any, get_args

from umeta.cache import Home
from umeta.stage import OnStep, Registry, UserError, ignore_step

DATASETS = Registry(
    "dataset",
    {
        "glyphs": "umeta.data.glyphs_set:GlyphsSet",
        "digits": "umeta.data.digits:Digits",
        "omniglot": "umeta.data.omniglot:Omniglot",
    },
)


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


def datasets_at_hand(home: Home) -> list[DatasetAtHand]:
    """Describe every registered data set that needs no argument; files are looked for, not read."""
    return [_at_hand(name, home) for name in DATASETS.methods if name not in DATASETS.takes_argument]


def download_dataset(name: str, home: Home, *, on_step: OnStep = ignore_step) -> None:
    """Fetch a data set into the home's downloads. Only ever called because a person asked for it.

    Raises:
        UserError: there is no such data set, it has no download, or the download failed.
    """
    method = DATASETS.parse(name)
    if not hasattr(method, "download"):
        able = [other for other in DATASETS.methods if hasattr(DATASETS.method_class(other), "download")]
        raise UserError(f"dataset={name!r} has no download. These have one: {', '.join(able)}.")
    method.download(home, on_step=on_step)


def _at_hand(name: str, home: Home) -> DatasetAtHand:
    method: Any = DATASETS.parse(name)
    card, found = method.card, method.whereabouts(home)
    return DatasetAtHand(
        name=name,
        title=card.title,
        what=card.what,
        source=card.source,
        licence=card.licence,
        splits=get_args(type(method).model_fields["split"].annotation),
        available=not found.missing,
        where=tuple(str(path) for path in found.paths),
        missing=found.missing,
        download_mb=found.download_mb,
    )
