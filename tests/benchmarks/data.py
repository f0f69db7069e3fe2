"""Seconds until images are there: Omniglot's zips read cold and from the cache, and 20,000 glyphs drawn.

    umeta bench data [--json]

A plain loop reads each file of the zips with PIL. Ours also finds alphabets and drawers, puts the items into an order
that tells nothing, and stores them with checksums, from which the second load takes them. Nobody else draws glyphs.
"""

import zipfile
from collections.abc import Callable
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from PIL import Image

from tests.benchmarks.side_by_side import Case, Settings, measure, side_by_side
from umeta.cache import Home
from umeta.data.glyphs.drawing import draw_glyphs
from umeta.data.image_set import content_order
from umeta.data.sets.omniglot import Omniglot
from umeta.data.sets.omniglot_drawings import PARTS
from umeta.stage import UserError

Drawings = tuple[np.ndarray, list[str]]
"""Images `(n_items, 1, 28, 28)`, and the name of each one's class."""


def main() -> None:
    """Measure as the command line asks."""
    measure("data", {"cold": cold, "cached": cached, "glyphs": glyphs}, packages=("numpy", "pillow"))


def cold(settings: Settings) -> Case:
    """Read the zips into a fresh cache."""
    with TemporaryDirectory() as folder:
        number = iter(range(1_000_000))
        return _omniglot("Omniglot, cold", lambda: _load(Path(folder, str(next(number)))), settings)


def cached(settings: Settings) -> Case:
    """Take the images from the cache."""
    with TemporaryDirectory() as folder:
        return _omniglot("Omniglot, from the cache", lambda: _load(Path(folder)), settings)


def glyphs(settings: Settings) -> Case:
    """Draw as many glyphs as the default set has."""
    draw = lambda: draw_glyphs(n_alphabets=50, n_classes=1000, n_drawers=20)  # noqa: E731
    return side_by_side("20,000 glyphs drawn", ours=draw, peers={}, at_most=0, settings=settings)


def read_one_by_one() -> Drawings:
    """Decode and reduce one file after the other."""
    images, names = [], []
    for path in _zips():
        with zipfile.ZipFile(path) as archive:
            for member in archive.namelist():
                if member.endswith(".png"):
                    drawing = Image.open(BytesIO(archive.read(member)))
                    small = drawing.resize((28, 28), Image.Resampling.NEAREST)
                    images.append(255 - 255 * np.asarray(small, np.uint8))
                    names.append("/".join(member.split("/")[-3:-1]))
    return np.stack(images)[:, None], names


def _omniglot(name: str, ours: Callable[[], Drawings], settings: Settings) -> Case:
    return side_by_side(
        name,
        ours=ours,
        peers={"plain-loop": read_one_by_one},
        at_most=0,
        difference=_share_that_differs,
        settings=settings,
    )


def _load(root: Path) -> Drawings:
    dataset = Omniglot().load(Home(root, Home.from_environment().data_folders))
    names = np.array(dataset.classes.names)
    return dataset.images.images, names[dataset.classes.values].tolist()


@lru_cache
def _zips() -> list[Path]:
    paths = [Path(path) for path in Omniglot().whereabouts(Home.from_environment()).paths]
    if len(paths) < len(PARTS) or not all(path.is_file() for path in paths):
        raise UserError("The measurement needs Omniglot's two zips: umeta datasets download omniglot")
    return paths


def _share_that_differs(ours: Drawings, theirs: Drawings) -> float:
    """Return the share of drawings that are not the same, or of another class, once both stand in one order."""
    (images, names), (plain, plain_names) = ours, theirs
    mine, other = content_order(np.asarray(images), names), content_order(plain, plain_names)
    same = (images[mine] == plain[other]).all((1, 2, 3)) & (
        np.array(names)[mine] == np.array(plain_names)[other]
    )
    return float(1 - same.mean())


if __name__ == "__main__":
    main()
