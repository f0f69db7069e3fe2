"""Arrays of images of any layout and type of number, as uint8 of one size."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from jaxtyping import UInt8
from PIL import Image

from umeta.data.files.array_file import ArrayHeader
from umeta.data.files.brightness_scales import FRACTIONS, WHOLE_NUMBERS, Span, contrasts, decide, scale_of
from umeta.data.files.square_fit import Fit, shaped
from umeta.stage import UserError

Layout = Literal["nhw", "nhwc", "nchw"]
CHANNELS = (1, 3, 4)
MIN_SIDE = 4
BLOCK = 256
"""Images that are in memory at once."""


@dataclass(frozen=True)
class ImageFormat:
    """How images stand in an array."""

    layout: Layout
    channels: int
    height: int
    width: int

    @classmethod
    def of(cls, path: Path, name: str, header: ArrayHeader, given: Layout | None) -> "ImageFormat":
        """Find the layout of an array.

        Raises:
            UserError: it has other dimensions than images, or it is not clear where the channels stand.
        """
        shape = header.shape
        what = f"{path}: {name or 'the array'} is {header}"
        if len(shape) not in (3, 4) or header.dtype.kind not in "biuf" or shape[0] == 0:
            raise UserError(
                f"{what}; images are (n, height, width), (n, height, width, channels) or with channels first."
            )
        place: dict[Layout, int] = {}
        if len(shape) == 4:
            place["nhwc"], place["nchw"] = shape[3], shape[1]
        else:
            place["nhw"] = 1
        fitting: list[Layout] = [
            layout for layout in place if place[layout] in CHANNELS and given in (layout, None)
        ]
        if len(fitting) != 1:
            why = "1, 3 or 4 channels are expected" if not fitting else "the channels may stand first or last"
            raise UserError(
                f"{what}; {why}. Say by dataset.layout what its dimensions are: nhw, nhwc or nchw."
            )
        layout = fitting[0]
        channels = place[layout]
        height, width = (shape[2], shape[3]) if layout == "nchw" else (shape[1], shape[2])
        if given is None and min(height, width) < MIN_SIDE:
            raise UserError(
                f"{what}, images of {height} × {width} pixels. If they are, say so by dataset.layout={layout}."
            )
        return cls(layout, channels, height, width)

    def channels_last(self, block: np.ndarray) -> np.ndarray:
        """Return images `(n, height, width, channels)`."""
        if self.layout == "nhw":
            return block[..., None]
        return block.transpose(0, 2, 3, 1) if self.layout == "nchw" else block


@dataclass(frozen=True)
class Levels:
    """How the numbers of all images become grey levels, decided over all of them."""

    is_bytes: bool
    """Whether they are grey levels already."""
    span: Span | None = None
    ground: int = 255
    notes: tuple[str, ...] = ()

    @classmethod
    def of(cls, path: Path, blocks: Iterator[np.ndarray], dtype: np.dtype, channels: int) -> "Levels":
        """Look through all images `(n, height, width, channels)`.

        Raises:
            UserError: a number is not finite.
        """
        is_bytes = dtype == np.uint8
        if is_bytes and channels < 4:
            return cls(True)
        low, high, drawings = np.inf, -np.inf, []
        for block in blocks:
            values = block.astype(np.float64) if dtype.kind != "u" else block
            if dtype.kind == "f" and not np.isfinite(values).all():
                raise UserError(f"{path}: the images hold NaN or infinity. Fill these pixels.")
            low, high = min(low, float(values.min())), max(high, float(values.max()))
            if channels == 4 and is_bytes:
                drawings += [found for image in block if (found := contrasts(image))]
        if is_bytes:
            rules, notes = decide([], drawings)
            return cls(True, ground=rules.ground, notes=tuple(notes) if low < 255 else ())
        span = Span(FRACTIONS if dtype.kind == "f" else WHOLE_NUMBERS, low, high)
        scale = scale_of(span)
        note = (
            f"The images are {dtype} of {low:,.6g} to {high:,.6g}: {scale.black:,.6g} is black and {scale.white:,.6g} "
            "white in all of them."
        )
        return cls(False, span, notes=(note,))

    def of_block(self, block: np.ndarray) -> UInt8[np.ndarray, "n height width colours"]:
        """Return images of 1 or 3 channels in grey levels; transparent parts on the ground of the set."""
        if not self.is_bytes and self.span:
            block = scale_of(self.span).grey_levels(block.astype(np.float64))
        if block.shape[3] < 4:
            return np.ascontiguousarray(block)
        opacity = block[..., 3:].astype(np.float64) / 255
        rgb = block[..., :3] * opacity + self.ground * (1 - opacity)
        return np.rint(rgb).astype(np.uint8)


def resized(
    images: UInt8[np.ndarray, "n height width colours"], size: int, fit: Fit
) -> UInt8[np.ndarray, "n colours size size"]:
    """Return images of one size, as they are if they have it, else by Lanczos."""
    if images.shape[1:3] != (size, size):
        images = np.stack([_resized(image, size, fit) for image in images])
    return np.ascontiguousarray(images.transpose(0, 3, 1, 2))


def _resized(image: np.ndarray, size: int, fit: Fit) -> np.ndarray:
    picture = Image.fromarray(image[..., 0] if image.shape[2] == 1 else image)
    return np.atleast_3d(np.asarray(shaped(picture, size, fit)))
