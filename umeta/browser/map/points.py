"""What does not change while one looks: where the points lie, which items they are, and their images."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from umeta.browser.map.sprites import Sprite
from umeta.browser.published import publish


@dataclass(frozen=True, kw_only=True, eq=False)
class MapPoints:
    """Points of a map, published as one file. Make them with `MapPoints.publish`."""

    positions: np.ndarray  # float32 (n_points, 2), or (n_points, 3) in space
    items: np.ndarray  # int32 (n_points,), item number in the data set, each once
    name: str  # name of the file in the media folder, made from its content
    sprite: Sprite | None

    @classmethod
    def publish(
        cls, positions: np.ndarray, items: np.ndarray, media: Path, sprite: Sprite | None = None
    ) -> "MapPoints":
        """Write the points into `media`.

        Args:
            positions: (n_points, 2); x to the right, y upwards, one unit the same length on both axes. Or
                (n_points, 3), which are turned about the origin.
            items: (n_points,) item numbers in the data set; any subset in any order.
            sprite: The images of the whole data set, or None for a map without images.

        Raises:
            ValueError: Shapes do not fit, a position is not finite, an item appears twice or has no image.
        """
        positions = np.array(positions, dtype="<f4", order="C")  # copies: they are made read-only below
        items = np.array(items, dtype="<i4", order="C")
        _check_points(positions, items, sprite)
        name = publish(media, positions.tobytes() + items.tobytes(), ".bin")
        positions.flags.writeable = items.flags.writeable = False  # shared by all sessions
        return cls(positions=positions, items=items, name=name, sprite=sprite)

    def __len__(self) -> int:
        """Return n_points."""
        return len(self.items)


def _check_points(positions: np.ndarray, items: np.ndarray, sprite: Sprite | None) -> None:
    if (
        positions.ndim != 2
        or positions.shape[1] not in (2, 3)
        or items.shape != positions.shape[:1]
        or len(items) == 0
    ):
        raise ValueError(
            "positions must be (n_points, 2 or 3) and items (n_points,) with at least one point; "
            f"found {positions.shape} and {items.shape}."
        )
    if not np.isfinite(positions).all():
        raise ValueError("positions must be finite; drop the items that have no place on the map.")
    if items.min() < 0 or len(np.unique(items)) < len(items):
        raise ValueError("items must be item numbers of the data set, none negative and none twice.")
    if sprite is not None and items.max() >= sprite.n_items:
        raise ValueError(
            f"every item needs an image: the largest item is {items.max()}, "
            f"the sprite has n_items={sprite.n_items}. Pass item numbers of the sprite's own data set."
        )
