"""Images in arrays, `.npz` or `.npy`, with their classes beside them if there are any."""

from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, ClassVar

from pydantic import Field

from umeta.cache import Home
from umeta.data.dataset import DatasetCard
from umeta.data.files.array_file import ArrayFile
from umeta.data.files.file_tree import FileTree
from umeta.data.files.image_arrays import Layout
from umeta.data.files.unfinished_products import arrays_in_parts
from umeta.data.sets.array_pictures import ArrayOptions
from umeta.data.sets.array_rows import read_arrays
from umeta.data.sets.own_images import OwnImages
from umeta.data.sets.own_items import OwnItems
from umeta.data.sets.own_rows import items_of
from umeta.stage import OnStep, UserError


class ArrayImages(OwnImages):
    """The images of `arrays:PATH`; arrays named `x_train`, `y_train`, `test_images`, … are a split of their own."""

    code_version: ClassVar[int] = 2
    kind: ClassVar[str] = "file"

    name: str = Field(pattern=r"^arrays:.+")
    size: int | None = Field(default=None, ge=8, le=256)
    """Pixels of a side; None as they are in the file, from 8 to 256."""
    image_array: str | None = None
    """The name of the array of images, where it is not clear."""
    class_array: str | None = None
    """The name of the array of their classes."""
    layout: Layout | None = None
    """What the dimensions of the images are, where it is not clear."""

    @property
    def card(self) -> DatasetCard:
        """What can be said before the images are read."""
        size = (
            f"brought to {self.size} × {self.size} pixels"
            if self.size
            else "in the size that they have there"
        )
        return replace(super().card, what=f"Images of one's own from arrays, {size}.")

    def read(self, path: Path, home: Home, *, on_step: OnStep) -> OwnItems:
        """Read the images, from the cache if this very file was read before.

        Raises:
            UserError: it is no file of arrays, is damaged or too large, or it is not clear what its arrays are.
        """
        if path.suffix.lower() not in (".npz", ".npy"):
            raise UserError(f"{path} is no .npz or .npy. Save the images as one of these.")
        options = ArrayOptions(
            self.size, self.channels, self.fit, self.image_array, self.class_array, self.layout
        )
        made_from: dict[str, Any] = {
            "dataset": "arrays",
            "code_version": self.code_version,
            "file": FileTree(path).fingerprint(),
            **asdict(options),
        }
        read = lambda work: read_arrays(ArrayFile.of(path), options, work, on_step)  # noqa: E731
        return items_of(arrays_in_parts(home, "images", made_from, read, on_step=on_step))
