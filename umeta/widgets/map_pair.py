"""Two partitions of the same embedding side by side, on linked maps."""

import io
from typing import Any

import ipywidgets
import numpy as np
from jaxtyping import Int
from PIL import Image

from umeta.api import PartitionedData
from umeta.api.arguments import check_type
from umeta.stage import OnStep, UserError, ignore_step
from umeta.widgets.map_widget import HEIGHT, MapWidget, explore
from umeta.widgets.pictures import with_picture


class MapPair(ipywidgets.HBox):
    """Two linked maps; made by `umeta.compare`. What is selected on one is selected on the other."""

    def __init__(self, first: MapWidget, second: MapWidget) -> None:
        self.first, self.second = first, second
        first.link(second)
        for widget in (first, second):
            widget.layout.flex, widget.layout.min_width = "1 1 0", "260px"
        super().__init__(children=(first, second), layout=ipywidgets.Layout(grid_gap="12px"))

    @property
    def selected(self) -> Int[np.ndarray, " n_selected"]:
        """The item numbers selected on both maps, ascending; setting them selects."""
        return self.first.selected

    @selected.setter
    def selected(self, items: Any) -> None:
        self.first.selected = items

    def _repr_mimebundle_(self, **options: Any) -> Any:
        halves = [Image.open(io.BytesIO(widget.picture(width=480))) for widget in (self.first, self.second)]
        whole = Image.new("RGB", (sum(half.width for half in halves), halves[0].height), (255, 255, 255))
        whole.paste(halves[0], (0, 0))
        whole.paste(halves[1], (halves[0].width, 0))
        encoded = io.BytesIO()
        whole.save(encoded, "PNG", optimize=True)
        alt = f"{self.first.alt} Beside it, coloured by another partition: {self.second.alt}"
        return with_picture(super()._repr_mimebundle_(**options), alt, {"image/png": encoded.getvalue()})


def compare(
    a: PartitionedData,
    b: PartitionedData,
    *,
    projection: str = "tsne",
    height: int = HEIGHT,
    on_step: OnStep = ignore_step,
) -> MapPair:
    """Show two partitions of one data set side by side: on which images do they agree?

    Args:
        a: What `partition` returned; it is drawn on the map of its own embedding.
        b: Another one of the same data set.
        projection: How vectors are laid out, as in `explore`.
        height: In pixels.
        on_step: Receives each progress event of the layouts.

    Raises:
        UserError: partitions of different data sets.
    """
    for partitions in (a, b):
        check_type("compare", partitions, PartitionedData, "umeta.partition(…)")
    fingerprints = [partitions.data.images.fingerprint for partitions in (a, b)]
    if fingerprints[0] != fingerprints[1]:
        names = [partitions.data.images.name for partitions in (a, b)]
        raise UserError(
            f"umeta.compare takes two partitions of the same images; these are of {names[0]} and {names[1]}, "
            f"{len(a.data.images):,} and {len(b.data.images):,} images. Make both from one umeta.load(…)."
        )
    maps = [
        explore(partitions.embedded, partitions, projection=projection, height=height, on_step=on_step)
        for partitions in (a, b)
    ]
    return MapPair(*maps)
