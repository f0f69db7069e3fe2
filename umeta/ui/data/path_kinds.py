"""What a folder or file of a person's own can be read as."""

from pathlib import Path

from umeta.data import DATASETS

BY_ENDING = {
    ".csv": ("table", "vectors"),
    ".tsv": ("table", "vectors"),
    ".parquet": ("table", "vectors"),
    ".npz": ("arrays", "vectors"),
    ".npy": ("arrays", "vectors"),
}
WORDS = {"folder": "images", "table": "images", "arrays": "images", "vectors": "vectors without images"}
"""What a person is asked, where a file can be either."""


def kinds_of(path: Path) -> tuple[str, ...]:
    """Return the kinds of data set that a path can be read as, the likeliest first; any folder or other file is one."""
    kinds = BY_ENDING.get(path.suffix.lower(), ("folder",)) if not path.is_dir() else ("folder",)
    return tuple(kind for kind in kinds if kind in DATASETS.takes_argument) or ("folder",)
