"""Handwriting in a photograph, as an image like those that encoders and learners of handwriting were trained on."""

import io

import numpy as np
from jaxtyping import Bool, UInt8
from PIL import Image, ImageOps, UnidentifiedImageError
from scipy import ndimage

from umeta.data.drawn_strokes import PEN
from umeta.stage import UserError

SIDE = 28
FINER = 8
"""Each pixel of the result is the mean of so many along each side."""
WORKED_AT = 480
"""Pixels of the longer side at which ink is told from paper."""
MARGIN = 0.14
"""Of each side of the result that stays paper."""
MIN_CONTRAST = 0.08
"""The least difference between ink and paper, of the range from black to white."""
SPECK = 0.02
"""Marks of less than this share of the largest one are taken for dirt."""


def photographed_ink(data: bytes) -> UInt8[np.ndarray, "1 28 28"]:
    """Return a photograph's handwriting, ink 255 on 0: cut out, centred, with lines as wide as the pad's pen.

    The paper may be lit unevenly, for what counts is how much darker or lighter a pixel is than the paper around it.

    Reference: Otsu, "A Threshold Selection Method from Gray-Level Histograms", IEEE Transactions on Systems, Man, and
    Cybernetics 1979.

    Raises:
        UserError: the file is no image, or nothing on it stands out from its ground.
    """
    ink = _without_specks(_ink(_grey(data)))
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    cut = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    side = SIDE * FINER
    drawn = _with_pen_width(_centred(cut, side), PEN * side)
    blocks = drawn.reshape(SIDE, FINER, SIDE, FINER).mean(axis=(1, 3))
    return np.rint(255 * blocks).astype(np.uint8)[None]


def _grey(data: bytes) -> np.ndarray:
    """Return the picture upright and reduced (height, width), 0 to 1; what is transparent is white."""
    try:
        with Image.open(io.BytesIO(data)) as image:
            image.draft("L", (WORKED_AT, WORKED_AT))
            upright = ImageOps.exif_transpose(image).convert("RGBA")
    except UnidentifiedImageError:  # whose own words name an object in memory
        raise UserError("This file cannot be read as an image. Give a PNG or JPEG.") from None
    except (OSError, ValueError, Image.DecompressionBombError) as error:
        raise UserError(f"This file cannot be read as an image ({error}). Give a PNG or JPEG.") from error
    upright.thumbnail((WORKED_AT, WORKED_AT))
    ground = Image.new("RGBA", upright.size, "white")
    return np.asarray(Image.alpha_composite(ground, upright).convert("L"), np.float32) / 255


def _ink(grey: np.ndarray) -> Bool[np.ndarray, "height width"]:
    """Return which pixels are ink: those that differ from the paper around them, to the side that has fewer."""
    paper = ndimage.median_filter(grey[::4, ::4], size=max(3, min(grey.shape) // 8))
    zoomed = Image.fromarray(paper).resize(grey.shape[::-1], Image.Resampling.BILINEAR)
    difference = np.asarray(ndimage.gaussian_filter(grey, 1)) - np.asarray(zoomed)
    dark, light = np.maximum(-difference, 0), np.maximum(difference, 0)
    stands_out = dark if np.square(dark).sum() >= np.square(light).sum() else light
    if (most := float(np.quantile(stands_out, 0.998))) < MIN_CONTRAST:
        raise UserError(
            f"Nothing on this image stands out from its ground (the greatest contrast is {most:.0%}). Photograph one "
            "character, written large, on plain paper."
        )
    return stands_out > _otsu(np.minimum(stands_out, most))


def _otsu(values: np.ndarray) -> float:
    """Return the threshold that parts values into the two groups with the least variance within them."""
    counts, edges = np.histogram(values, bins=128)
    centres = (edges[:-1] + edges[1:]) / 2
    below, total = np.cumsum(counts)[:-1], counts.sum()
    sum_below = np.cumsum(counts * centres)[:-1]
    above, sum_above = total - below, (counts * centres).sum() - sum_below
    means = sum_below / np.maximum(below, 1), sum_above / np.maximum(above, 1)
    between = below * above * np.square(means[0] - means[1])
    return float(edges[1:-1][between.argmax()])


def _without_specks(ink: Bool[np.ndarray, "height width"]) -> Bool[np.ndarray, "height width"]:
    marks = np.empty(ink.shape, np.int32)
    ndimage.label(ink, structure=np.ones((3, 3)), output=marks)
    sizes = np.bincount(marks.ravel(), ink.ravel())
    return (sizes >= SPECK * sizes.max())[marks] & ink


def _centred(cut: Bool[np.ndarray, "height width"], side: int) -> Bool[np.ndarray, "side side"]:
    inner = round(side * (1 - 2 * MARGIN))
    scale = inner / max(cut.shape)
    height, width = (max(1, round(scale * length)) for length in cut.shape)
    scaled = Image.fromarray(cut).convert("L").resize((width, height), Image.Resampling.BILINEAR)
    paper = np.zeros((side, side), bool)
    top, left = (side - height) // 2, (side - width) // 2
    paper[top : top + height, left : left + width] = np.asarray(scaled) > 127
    return paper


def _with_pen_width(ink: Bool[np.ndarray, "side side"], width: float) -> Bool[np.ndarray, "side side"]:
    """Return lines grown or worn down until they are as wide as the pen."""
    inside = np.asarray(ndimage.distance_transform_edt(ink))
    now = 4 * inside[ink].mean()  # across a line of width w the distance to its edge is w / 4 on average
    by = (width - now) / 2
    if by >= 0:
        return np.asarray(ndimage.distance_transform_edt(~ink)) <= by
    worn = inside > -by
    return worn if worn.any() else ink
