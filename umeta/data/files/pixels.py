"""The pixels of one image file, read so that they keep their meaning.

- Images of 8 bits or fewer, palettes and 1 bit are taken as they are; colour profiles are not applied.
- More than 8 bits: on a scale that is the same for the whole set (`scales`).
- Transparent parts: on a ground that is the same for the whole set (`scales`).
- CMYK: converted without a profile; a JPEG with Adobe's marker holds it inverted, one without it as it is.
- The orientation that a camera noted is applied. Of several pictures in one file the first is read.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

import numpy as np
from jaxtyping import UInt8
from PIL import Image, ImageChops, ImageOps

from umeta.data.files.brightness_scales import Rules, Scale, Span, contrasts, decide, scale_of
from umeta.data.files.deep_pixels import DeepImage, read_deep
from umeta.data.files.square_fit import Fit, shaped

FORMATS = ("JPEG", "PNG", "BMP", "GIF", "WEBP", "TIFF", "PPM", "AVIF")
MAX_PIXELS = 100_000_000
"""An image that says it is larger is not decoded: a small file may unfold to fill the memory."""
MAX_DECODED = 512 << 20
"""Bytes that one image may take while it is decoded."""

NO_NUMBERS = Scale(0.0, 1.0)
"""The scale of an image that holds no numbers, all of which is black."""

TRAITS = {
    "frames": "of several pictures in one file: the first is read",
    "orientation": "with a damaged note of the camera's orientation: not turned",
    "not numbers": "with values that are no numbers (NaN, infinity or a fill value): drawn black, +infinity white",
    "cmyk": "in CMYK: converted without a colour profile",
}
"""What is said of an image that was read, by its trait."""


class TooLarge(ValueError):
    """An image would take more memory than one may."""


@dataclass(frozen=True)
class Decoded:
    """What one image file holds."""

    pixels: UInt8[np.ndarray, "size size 3"] | None
    """None where a rule of the whole set is needed that was not given."""
    traits: tuple[str, ...] = ()
    span: Span | None = None
    """Its smallest and largest number, where these need a scale."""
    contrasts: tuple[float, ...] | None = None
    """How much a transparent drawing differs from each ground."""


def decode(data: bytes, size: int, fit: Fit, rules: Rules | None) -> Decoded:
    """Decode one image file as `size` × `size` in red, green and blue.

    Args:
        rules: What was decided over the whole set; None while that is being found out.

    Raises:
        TooLarge: it would take too much memory; it is not decoded.
        Exception: on damaged or hostile files Pillow raises nearly anything.
    """
    traits: dict[str, None] = {}  # a set that keeps its order

    def turned(image: Image.Image) -> Image.Image:
        image.load()
        try:
            ImageOps.exif_transpose(image, in_place=True)
        except Exception:  # of a damaged block of EXIF; the pixels are whole
            traits["orientation"] = None
        return image

    with _opened(data) as image:
        if fit != "squash":
            image.draft(None, (3 * size, 3 * size))  # spares most of the decoding of a large photograph
        _check_size(image)
        if getattr(image, "is_animated", False):
            traits["frames"] = None
        deep = read_deep(image, turned, lambda: _opened(data))
        if deep is None:
            rgba, span = _shallow(turned(image), size, fit, traits), None
        else:
            rgba, span = _deep(deep, size, fit, rules, traits)
    if rgba is None:
        return Decoded(None, tuple(traits), span)
    is_opaque = rgba.shape[2] == 3 or bool((rgba[..., 3] == 255).all())
    standing = None if is_opaque else contrasts(rgba)
    if rules is None and (span is not None or standing is not None):
        return Decoded(None, tuple(traits), span, standing)
    return Decoded(_on_ground(rgba, rules or Rules()), tuple(traits), span, standing)


def decode_together(
    files: Sequence[bytes], size: int, fit: Fit
) -> tuple[UInt8[np.ndarray, "n_read 3 size size"], list[str]]:
    """Decode a few image files as one set, without those that cannot be read; and return what was assumed."""
    first = [(data, decoded) for data in files if (decoded := _decoded_if_readable(data, size, fit, None))]
    rules, notes = decide(
        [decoded.span for _, decoded in first if decoded.span],
        [decoded.contrasts for _, decoded in first if decoded.contrasts],
    )
    second = [_decoded_if_readable(data, size, fit, rules) if d.pixels is None else d for data, d in first]
    pixels = [d.pixels.transpose(2, 0, 1) for d in second if d is not None and d.pixels is not None]
    return np.stack(pixels) if pixels else np.empty((0, 3, size, size), np.uint8), notes


def _decoded_if_readable(data: bytes, size: int, fit: Fit, rules: Rules | None) -> Decoded | None:
    try:
        return decode(data, size, fit, rules)
    except Exception:  # on hostile files Pillow raises nearly anything
        return None


def _opened(data: bytes) -> Image.Image:
    return Image.open(BytesIO(data), formats=FORMATS)


def _check_size(image: Image.Image) -> None:
    """Refuse an opened image that takes too much memory to decode.

    Raises:
        TooLarge: with what it would take.
    """
    if image.width * image.height > MAX_PIXELS:
        raise TooLarge(f"is larger than {MAX_PIXELS / 1e6:.0f} million pixels")
    needed = image.width * image.height * _bytes_per_pixel(image)
    if needed > MAX_DECODED:
        raise TooLarge(
            f"takes {needed / 1e6:,.0f} MB to decode, and at most {MAX_DECODED / 1e6:,.0f} MB are given to an image"
        )


def _bytes_per_pixel(image: Image.Image) -> int:
    """Return what decoding takes for each pixel: Pillow's own array, and the copies that are made of it here."""
    own = {"1": 1, "L": 1, "P": 1, "I;16": 2, "I;16B": 2, "I;16L": 2}.get(image.mode, 4)
    copies = 0 if image.mode in ("L", "RGB", "I", "F") or own == 2 else 4
    if image.format in ("WEBP", "AVIF"):
        copies += 8  # the decoder's own frames
    if image.info.get("progressive"):
        copies += 6  # all coefficients of a progressive JPEG
    return own + copies


def _shallow(
    image: Image.Image, size: int, fit: Fit, traits: dict[str, None]
) -> UInt8[np.ndarray, "size size channels"]:
    """Return a decoded image of 8 bits or fewer as red, green, blue and, where it is not opaque, opacity."""
    if image.mode == "CMYK":
        traits["cmyk"] = None
        if image.format == "JPEG" and "adobe" not in image.info:
            image = ImageChops.invert(image)  # Pillow takes every one for Adobe's, whose values are inverted
    if image.has_transparency_data:
        image = image.convert("RGBA")
        if image.getchannel("A").getextrema() != (255, 255):
            return np.asarray(shaped(image, size, fit))
    if image.mode == "1":
        image = image.convert("L")
    if image.mode not in ("L", "RGB"):
        image = image.convert("RGB")
    return np.asarray(shaped(image, size, fit).convert("RGB"))


def _deep(
    deep: DeepImage, size: int, fit: Fit, rules: Rules | None, traits: dict[str, None]
) -> tuple[UInt8[np.ndarray, "size size 4"] | None, Span | None]:
    """Return a decoded image of more than 8 bits, and its span while the scale of its kind is being found out.

    While it is, an opaque image is not read any further: nothing but its span is asked for.
    """
    if deep.declared or rules:
        scale = deep.declared or (rules or Rules()).scales.get(deep.kind, NO_NUMBERS)
        return deep.shrunk(scale, size, fit), None
    span, has_odd = deep.span()
    if has_odd:
        traits["not numbers"] = None
    if span is not None and not deep.may_be_transparent:
        return None, span
    return deep.shrunk(scale_of(span) if span else NO_NUMBERS, size, fit), span


def _on_ground(
    rgba: UInt8[np.ndarray, "size size channels"], rules: Rules
) -> UInt8[np.ndarray, "size size 3"]:
    if rgba.shape[2] == 3:
        return rgba
    ground = Image.new("RGBA", (rgba.shape[1], rgba.shape[0]), (rules.ground,) * 3)
    return np.asarray(Image.alpha_composite(ground, Image.fromarray(rgba)).convert("RGB"))
