"""Images of more than 8 bits: 16 bits, grey or colour, whole numbers of 32 bits or with a sign, floating point.

Pillow clips grey ones to 8 bits and keeps the higher byte of coloured ones. Here all their bits are read, in strips, so
that no second copy of a large image is in memory.
"""

import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float64, Num, UInt8
from PIL import Image
from PIL.ImageFile import ImageFile

from umeta.data.files.brightness_scales import FRACTIONS, SIXTEEN_BITS, WHOLE_NUMBERS, Kind, Scale, Span
from umeta.data.files.square_fit import Fit, shaped

Decode = Callable[[Image.Image], Image.Image]
Box = tuple[int, int, int, int]
Numbers = Num[np.ndarray, "rows width channels"]
Opacity = Float64[np.ndarray, "rows width"]

_SWAPPED = "B" if sys.byteorder == "little" else "L"
_LOWER_BYTES: Mapping[str, str] = {
    f"{mode};16{order}": f"{mode};16{other}"
    for mode in ("RGB", "RGBA", "RGBX")
    for order, other in (("B", "L"), ("L", "B"), ("N", _SWAPPED))
}
"""For the raw mode that reads the higher byte of each 16 bits, the one that reads the lower byte."""
_GREY_AND_OPACITY = "LA;16B"
_PHOTOMETRIC, _WHITE_IS_ZERO, _SAMPLE_FORMAT, _UNSIGNED = 262, 0, 339, (1,)  # tags of TIFF and their values
_PLANES, _SEPARATE, _BITS = 284, 2, 258
STRIP_PIXELS = 1 << 20
FILL_VALUE = 1e30
"""Numbers of this size and beyond are no brightness: files have them where nothing was measured."""


@dataclass(frozen=True)
class DeepImage:
    """A decoded image of more than 8 bits."""

    image: Image.Image
    kind: Kind
    declared: Scale | None = None
    """The scale, where the file says which it is."""
    lower: Image.Image | None = None
    """The lower bytes of 16-bit colours."""
    bytes_of_two: bool = False
    """Whether the four channels are the higher and lower bytes of grey and of opacity."""

    @property
    def may_be_transparent(self) -> bool:
        """Whether it has opacity, or a number that stands for a transparent pixel."""
        return self.bytes_of_two or self.image.mode == "RGBA" or "transparency" in self.image.info

    def span(self) -> tuple[Span | None, bool]:
        """Return the smallest and largest number of what is not transparent, and whether there are odd ones.

        The span is None where no number is left; odd are NaN, infinities and fill values.
        """
        lows, highs, is_odd = [], [], False
        for values, opacity in self._strips((0, 0, *self.image.size), 1):
            seen = values if opacity is None else values[opacity > 0]
            usable = seen if seen.dtype.kind in "iu" else seen[np.isfinite(seen) & (abs(seen) < FILL_VALUE)]
            is_odd = is_odd or usable.size < seen.size
            if usable.size:
                lows.append(float(usable.min()))
                highs.append(float(usable.max()))
        return (Span(self.kind, min(lows), max(highs)) if lows else None), is_odd

    def shrunk(self, scale: Scale, size: int, fit: Fit) -> UInt8[np.ndarray, "size size 4"]:
        """Return the image as red, green, blue and opacity of 8 bits; what is no number is black."""
        box, factors = _reduction(self.image.size, size, fit)
        strips = [
            _reduced(values, opacity, scale, factors) for values, opacity in self._strips(box, factors[1])
        ]
        planes = np.moveaxis(np.concatenate(strips), 2, 0)
        weighted, opacity = (planes[:-1], planes[-1]) if self.may_be_transparent else (planes, None)
        bars = scale.black if opacity is None else 0.0
        values = np.stack([_shaped_plane(plane, size, fit, bars) for plane in weighted], axis=2)
        seen = np.ones((size, size)) if opacity is None else _shaped_plane(opacity, size, fit, 0.0).clip(0, 1)
        levels = scale.grey_levels(values / np.maximum(seen, 1e-3)[..., None])
        if getattr(self.image, "tag_v2", {}).get(_PHOTOMETRIC) == _WHITE_IS_ZERO:
            levels = 255 - levels
        rgb = np.broadcast_to(levels, (size, size, 3))
        return np.dstack([rgb, np.rint(255 * seen).astype(np.uint8)])

    def _strips(self, box: Box, factor: int) -> Iterator[tuple[Numbers, Opacity | None]]:
        """Yield the numbers and the opacity of some rows of a box after the other, a multiple of `factor` each."""
        left, top, right, bottom = box
        n_rows = max(1, STRIP_PIXELS // (right - left) // factor) * factor
        for row in range(top, bottom, n_rows):
            yield self._numbers((left, row, right, min(row + n_rows, bottom)))

    def _numbers(self, box: Box) -> tuple[Numbers, Opacity | None]:
        """Return the numbers in a box, and the opacity, 0 to 1, of an image that may be transparent."""
        values = np.atleast_3d(np.asarray(self.image.crop(box)))
        is_unsigned = getattr(self.image, "tag_v2", {}).get(_SAMPLE_FORMAT, _UNSIGNED) == _UNSIGNED
        if values.dtype == np.int32 and is_unsigned:
            values = values.view(np.uint32)
        if self.bytes_of_two:
            higher, lower = values[..., [0, 2]].astype(np.uint16), values[..., [1, 3]]
            values = higher * 256 + lower
            return values[..., :1], values[..., 1] / 65535
        if self.lower is not None:
            values = values.astype(np.uint16) * 256 + np.atleast_3d(np.asarray(self.lower.crop(box)))
        if values.shape[2] == 4:
            return values[..., :3], values[..., 3] / 65535
        if (clear := self.image.info.get("transparency")) is None:
            return values, None
        return values, (values != np.asarray(clear)).any(axis=2).astype(np.float64)


def read_deep(image: Image.Image, decode: Decode, reopen: Callable[[], Image.Image]) -> DeepImage | None:
    """Decode an opened image of more than 8 bits; None for any other, which is left as it is.

    `decode` decodes and turns an image; `reopen` opens the same file again.

    Raises:
        ValueError: its colours are in separate planes of more than 8 bits each, which Pillow takes for 8.
    """
    tags = getattr(image, "tag_v2", {})
    if tags.get(_PLANES) == _SEPARATE and len(image.getbands()) > 1 and max(tags.get(_BITS, (8,))) > 8:
        raise ValueError("colours of more than 8 bits in separate planes")
    if image.mode.startswith("I;16"):
        return DeepImage(decode(image), SIXTEEN_BITS)
    if image.mode == "I":
        declared = (
            Scale(0.0, 65535.0) if image.format == "PPM" else None
        )  # whose decoder stretches to 16 bits
        return DeepImage(decode(image), WHOLE_NUMBERS, declared)
    if image.mode == "F":
        return DeepImage(decode(image), FRACTIONS)
    raw_modes = {_raw_mode(tile.args) for tile in image.tile} if isinstance(image, ImageFile) else set()
    if raw_modes == {_GREY_AND_OPACITY}:
        return DeepImage(decode(_with_raw_mode(image, "RGBA")), SIXTEEN_BITS, bytes_of_two=True)
    if len(raw_modes) == 1 and (raw_mode := raw_modes.pop()) in _LOWER_BYTES:
        lower = decode(_with_raw_mode(reopen(), _LOWER_BYTES[raw_mode]))
        return DeepImage(decode(image), SIXTEEN_BITS, lower=lower)
    return None


def _reduction(sides: tuple[int, int], size: int, fit: Fit) -> tuple[Box, tuple[int, int]]:
    """Return the part of an image that is used, and the width and height of the blocks that it is reduced by.

    Enough is left for the last reduction to `size` to be by 3 or more, unless the image is smaller.
    """
    width, height = sides
    if fit == "crop":
        width = height = min(sides)
    left, top = (sides[0] - width) // 2, (sides[1] - height) // 2
    longest = max(width, height)
    reduced = (longest, longest) if fit == "pad" else (width, height)
    across, down = (_factor(side, 3 * size) for side in reduced)
    across, down = min(across, width), min(down, height)
    return (left, top, left + width - width % across, top + height - height % down), (across, down)


def _factor(side: int, enough: int) -> int:
    """Return by how much a side can be reduced so that enough of it is left; of some, what cuts off the least."""
    largest = max(1, side // enough)
    return min(range((largest + 1) // 2, largest + 1), key=lambda k: (side % k, -k))


def _reduced(
    values: Numbers, opacity: Opacity | None, scale: Scale, factors: tuple[int, int]
) -> Float64[np.ndarray, "small_rows small_width planes"]:
    """Return the means of blocks of numbers; where there is opacity, of numbers times opacity, and of opacity."""
    if values.dtype.kind == "f":
        values = np.nan_to_num(values, nan=scale.black, posinf=scale.white, neginf=scale.black)
        values[abs(values) >= FILL_VALUE] = scale.black
        values = values.clip(scale.black, scale.white)
    whole = values if opacity is None else np.dstack([values * opacity[..., None], opacity])
    height, width, channels = whole.shape
    blocks = whole.reshape(height // factors[1], factors[1], width // factors[0], factors[0], channels)
    return blocks.mean(axis=(1, 3), dtype=np.float64)


def _shaped_plane(
    plane: Float64[np.ndarray, "height width"], size: int, fit: Fit, bars: float
) -> Float64[np.ndarray, "size size"]:
    small = shaped(Image.fromarray(plane.astype(np.float32)), size, fit, bars)
    return np.asarray(small).astype(np.float64)


def _raw_mode(arguments: Any) -> str:
    return str(arguments[0] if isinstance(arguments, tuple) else arguments)


def _with_raw_mode(image: Image.Image, raw_mode: str) -> Image.Image:
    """Let an opened image be decoded with another raw mode than the one that its file was given."""
    assert isinstance(image, ImageFile)
    image.tile = [
        tile._replace(args=(raw_mode, *tile.args[1:]) if isinstance(tile.args, tuple) else raw_mode)
        for tile in image.tile
    ]
    return image
