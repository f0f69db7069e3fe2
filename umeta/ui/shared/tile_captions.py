"""What stands under the images of a grid."""

from collections.abc import Iterable

from umeta.data import Dataset
from umeta.ui.shared.grid import Tile

NOT_KNOWN = "not known"
"""What is said of an item whose true class is not known."""


def caption_cell(tiles: Iterable[Tile]) -> int | None:
    """Return the width that a tile needs for its caption; None where the image itself is wide enough."""
    longest = max((len(line) for tile in tiles for line in tile.caption.split("/")), default=0)
    return 62 if longest > 8 else None


def class_name(dataset: Dataset, item: int) -> str:
    """Return an item's true class as it is shown; only ever called when classes are revealed."""
    value = int(dataset.classes.values[item])
    return str(dataset.classes.names[value]) if value >= 0 else NOT_KNOWN
