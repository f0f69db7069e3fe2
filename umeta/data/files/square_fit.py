"""How an image of any shape becomes square: cropped, padded or squashed."""

from dataclasses import dataclass
from typing import Literal

from PIL import Image, ImageOps

Fit = Literal["crop", "pad", "squash"]
Channels = Literal["auto", 1, 3]
FIT_SENTENCES = {
    "crop": "cropped to their central square and reduced",
    "pad": "reduced as a whole, with a black margin,",
    "squash": "squashed to a square, out of proportion, and reduced",
}
"""What becomes of images, to be continued by `to 84 × 84`."""


@dataclass(frozen=True)
class ImageShape:
    """The shape that images are read in: pixels of a side, channels (auto: 1 if every image is grey), and the fit."""

    size: int
    channels: Channels = "auto"
    fit: Fit = "crop"


def shaped(
    image: Image.Image, size: int, fit: Fit, bars: float | tuple[int, ...] | None = None
) -> Image.Image:
    """Return an image as `size` × `size`, resized by Lanczos; bars have the colour `bars`, or all values 0."""
    if fit == "crop":
        return ImageOps.fit(image, (size, size), Image.Resampling.LANCZOS)
    if fit == "squash":
        return image.resize((size, size), Image.Resampling.LANCZOS)
    # a colour of Pillow's functions may be a name or an integer too, which their annotations miss
    colour = (0,) * len(image.getbands()) if bars is None else bars
    return ImageOps.pad(image, (size, size), Image.Resampling.LANCZOS, color=colour)  # pyright: ignore
