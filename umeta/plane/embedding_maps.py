"""Where images lie by the embeddings of the plane: small maps that come with umeta, to see its tasks on at once.

A map holds the items of the tasks that are kept with its points, and a sample of the other images of meta_train.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Int

from umeta.cache import Home
from umeta.plane.points import Point
from umeta.randomness import Stream, numpy_generator
from umeta.sealed_files import Unreadable, read_arrays, write_arrays
from umeta.stage import OnStep, UserError, content_hash, ignore_step

FILE = Path(__file__).parent / "embedding_maps.safetensors"
N_SAMPLED = 2_000
SPAN = 2_000
"""Positions are whole numbers from 0 to this, along the longer side of the map."""
_OWNER = "embedding maps of the task plane"


@dataclass(frozen=True, eq=False)
class EmbeddingMap:
    """Where some images lie on the t-SNE map of meta_train."""

    items: Int[np.ndarray, " n_items"]
    """In increasing order."""
    positions: Int[np.ndarray, "n_items 2"]

    def of(self, items: Int[np.ndarray, "..."]) -> Int[np.ndarray, "... 2"]:
        """Return where items lie, which must be on the map."""
        return self.positions[np.searchsorted(self.items, items)]


Maps = Mapping[str, EmbeddingMap]


def map_name(point: Point) -> str:
    """Return the name of the map that a point's tasks are on, the same for all points of one embedding."""
    return content_hash([point.sections["dataset"], point.sections["encoder"]])[:12]


def make_maps(
    points: Sequence[Point], home: Home, *, known: Maps, on_step: OnStep = ignore_step
) -> Iterator[tuple[str, EmbeddingMap]]:
    """Yield the map of every embedding; one that is known is made anew only where it lacks an item."""
    by_map: dict[str, list[Point]] = {}
    for point in points:
        by_map.setdefault(map_name(point), []).append(point)
    for name, together in by_map.items():
        shown = np.unique(np.concatenate([np.array(point.tasks, int).ravel() for point in together]))
        if name in known and np.isin(shown, known[name].items).all():
            yield name, known[name]
        else:
            yield name, _laid_out(together[0], shown, home, on_step)


def _laid_out(point: Point, shown: np.ndarray, home: Home, on_step: OnStep) -> EmbeddingMap:
    from umeta.device import pick_device
    from umeta.runs import products
    from umeta.runs.config import RunConfig
    from umeta.runs.map_positions import positions

    config = RunConfig.model_validate({key: point.sections[key] for key in ("dataset", "encoder")})
    dataset = config.dataset.load(home, on_step=on_step)
    device = pick_device(config.device)
    embedding = products.embed(dataset, config.encoder, home, device=device, on_step=on_step)
    on_map = dataset.items("meta_train")
    laid_out = positions(embedding, on_map, "tsne", home, on_step=on_step)
    sample = numpy_generator(0, Stream.SAMPLE).permutation(on_map)[:N_SAMPLED]
    items = np.union1d(sample, shown)
    low = laid_out.min(axis=0)
    scaled = (laid_out - low) * (SPAN / (laid_out.max(axis=0) - low).max())
    return EmbeddingMap(items, scaled[np.searchsorted(on_map, items)].round().astype(int))


def save_maps(maps: Maps, file: Path) -> None:
    """Write maps as a file that `load_maps` reads."""
    arrays = {f"{name} items": one.items.astype(np.uint16) for name, one in maps.items()}
    arrays |= {f"{name} positions": one.positions.astype(np.uint16) for name, one in maps.items()}
    write_arrays(file, arrays, _OWNER)


def load_maps(file: Path = FILE) -> dict[str, EmbeddingMap]:
    """Return the maps that came with umeta, by the names that `map_name` gives; none where there is no file.

    Raises:
        UserError: the file is damaged.
    """
    if not file.exists():
        return {}
    try:
        arrays, _ = read_arrays(file, _OWNER, remedy="make it anew with `umeta plane`")
    except Unreadable as error:
        raise UserError(str(error)) from None
    names = [key.removesuffix(" items") for key in arrays if key.endswith(" items")]
    return {
        name: EmbeddingMap(arrays[f"{name} items"].astype(int), arrays[f"{name} positions"].astype(int))
        for name in names
    }
