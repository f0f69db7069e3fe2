"""Images of more than 8 bits: 16 bits, grey or colour, whole numbers of 32 bits or with a sign, floating point.

Pillow clips grey ones to 8 bits and keeps the higher byte of coloured ones. Here all their bits are read, in strips, so
that no second copy of a large image is in memory.
"""

import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float64, UInt8
from PIL import Image
from PIL.ImageFile import ImageFile

from umeta.data.files.scales import FRACTIONS, SIXTEEN_BITS, WHOLE_NUMBERS, Kind, Scale, Span
from umeta.data.files.shapes import Fit, shaped

Decode = Callable[[Image.Image], Image.Image]
Numbers = Float64[np.ndarray, "rows width channels"]
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
        return self.image.mode == "RGBA" or "transparency" in self.image.info

    def span(self) -> tuple[Span | None, bool]:
        """Return the smallest and largest number of what is not transparent, and whether there are odd ones.

        The span is None where no number is left; odd are NaN, infinities and fill values.
        """
        lows, highs, is_odd = [], [], False
        for values, opacity in self._strips(1):
            seen = values[opacity > 0]
            usable = seen[np.isfinite(seen) & (abs(seen) < FILL_VALUE)]
            is_odd = is_odd or usable.size < seen.size
            if usable.size:
                lows.append(float(usable.min()))
                highs.append(float(usable.max()))
        return (Span(self.kind, min(lows), max(highs)) if lows else None), is_odd

    def shrunk(self, scale: Scale, size: int, fit: Fit) -> UInt8[np.ndarray, "size size 4"]:
        """Return the image as red, green, blue and opacity of 8 bits; what is no number is black."""
        factor = _factor(self.image.size, 3 * size)
        strips = [_weighted(values, opacity, scale, factor) for values, opacity in self._strips(factor)]
        whole = np.concatenate(strips)
        is_opaque = bool((whole[..., -1] == 1).all())
        bars = scale.black if is_opaque else 0.0
        planes = [_shaped_plane(whole[..., k], size, fit, bars) for k in range(whole.shape[2] - 1)]
        opacity = (
            np.ones((size, size)) if is_opaque else _shaped_plane(whole[..., -1], size, fit, 0.0).clip(0, 1)
        )
        values = np.stack(planes, axis=2) / np.maximum(opacity, 1e-3)[..., None]
        levels = scale.grey_levels(values)
        if getattr(self.image, "tag_v2", {}).get(_PHOTOMETRIC) == _WHITE_IS_ZERO:
            levels = 255 - levels
        rgb = np.broadcast_to(levels, (size, size, 3))
        return np.dstack([rgb, np.rint(255 * opacity).astype(np.uint8)])

    def _strips(self, factor: int) -> Iterator[tuple[Numbers, Opacity]]:
        """Yield the numbers and the opacity, 0 to 1, of some rows after the other, a multiple of `factor` each."""
        width, height = self.image.size
        n_rows = max(1, STRIP_PIXELS // width // factor) * factor
        used = height - height % factor
        for top in range(0, used, n_rows):
            yield self._numbers((0, top, width, min(top + n_rows, used)))

    def _numbers(self, box: tuple[int, int, int, int]) -> tuple[Numbers, Opacity]:
        raw = np.atleast_3d(np.asarray(self.image.crop(box)))
        is_unsigned = getattr(self.image, "tag_v2", {}).get(_SAMPLE_FORMAT, _UNSIGNED) == _UNSIGNED
        values = (raw.view(np.uint32) if raw.dtype == np.int32 and is_unsigned else raw).astype(np.float64)
        if self.bytes_of_two:
            values = 256 * values[..., [0, 2]] + values[..., [1, 3]]
            return values[..., :1], values[..., 1] / 65535
        if self.lower is not None:
            values = 256 * values + np.atleast_3d(np.asarray(self.lower.crop(box)))
        if values.shape[2] == 4:
            return values[..., :3], values[..., 3] / 65535
        clear = self.image.info.get("transparency")
        opacity = np.ones(values.shape[:2]) if clear is None else (values != np.asarray(clear)).any(axis=2)
        return values, opacity.astype(np.float64)


def read_deep(image: Image.Image, decode: Decode, reopen: Callable[[], Image.Image]) -> DeepImage | None:
    """Decode an opened image of more than 8 bits; None for any other, which is left as it is.

    `decode` decodes and turns an image; `reopen` opens the same file again.
    """
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


def _factor(sides: tuple[int, int], enough: int) -> int:
    """Return by how much an image can be reduced so that enough of it is left; of some, what cuts off the least."""
    largest = max(1, min(sides) // enough)
    return min(range((largest + 1) // 2, largest + 1), key=lambda k: (sides[0] % k + sides[1] % k, -k))


def _weighted(
    values: Numbers, opacity: Opacity, scale: Scale, factor: int
) -> Float64[np.ndarray, "small_rows small_width planes"]:
    """Return numbers on their scale, each times its opacity, and the opacity, all as means of `factor` × `factor`."""
    usable = np.nan_to_num(values, nan=scale.black, posinf=scale.white, neginf=scale.black)
    usable[abs(usable) >= FILL_VALUE] = scale.black
    clipped = usable.clip(scale.black, scale.white)
    whole = np.dstack([clipped * opacity[..., None], opacity])
    if factor == 1:
        return whole
    height, width, channels = whole.shape
    whole = whole[:, : width - width % factor]
    return whole.reshape(height // factor, factor, -1, factor, channels).mean(axis=(1, 3))


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
