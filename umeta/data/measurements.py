"""What can be measured of an image: things that clusters may follow though nobody meant them to."""

import numpy as np
from jaxtyping import Float, Float32, UInt8

AT_ONCE = 4096


def traits(
    images: UInt8[np.ndarray, "n_items channels height width"],
) -> dict[str, Float[np.ndarray, " n_items"]]:
    """Return `ink` and `stroke weight` of drawings, of one channel; `brightness` and `saturation` of photographs.

    Of drawings, ink is the share of the image that is drawn, and stroke weight the mean width of the strokes in
    pixels (not a number of an empty image). Of photographs both are means over pixels of HSV, 0 to 1.
    """
    measure = _of_drawings if images.shape[1] == 1 else _of_photographs
    parts = [measure(images[start : start + AT_ONCE]) for start in range(0, len(images), AT_ONCE)]
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def _of_drawings(images: np.ndarray) -> dict[str, np.ndarray]:
    """Measure strokes, dark or bright, on whatever background the edge of the image shows."""
    grey = images[:, 0].astype(np.float32) / 255
    edge = np.concatenate([grey[:, 0], grey[:, -1], grey[:, :, 0], grey[:, :, -1]], axis=1)
    ink = np.abs(grey - np.median(edge, axis=1)[:, None, None])
    area = ink.sum(axis=(1, 2))
    outline = _outline(ink)
    drawn = outline > 0
    # A stroke of width w and length l ≫ w has the area w·l and the outline 2·l; how dark it is cancels out.
    weight = np.divide(2 * area, outline, out=np.full(len(ink), np.nan, np.float32), where=drawn)
    return {"ink": area / ink[0].size, "stroke weight": weight}


def _outline(ink: Float32[np.ndarray, "n_items height width"]) -> Float32[np.ndarray, " n_items"]:
    """Return the length of the outline: the sum of the gradient's length, on an empty margin."""
    wide = np.pad(ink, ((0, 0), (1, 1), (1, 1)))
    down, right = np.diff(wide, axis=1)[:, :, :-1], np.diff(wide, axis=2)[:, :-1]
    return np.hypot(down, right).sum(axis=(1, 2))


def _of_photographs(images: np.ndarray) -> dict[str, np.ndarray]:
    pixels = images.astype(np.float32) / 255
    highest, lowest = pixels.max(axis=1), pixels.min(axis=1)
    saturation = (highest - lowest) / np.maximum(highest, 1e-6)
    return {"brightness": highest.mean(axis=(1, 2)), "saturation": saturation.mean(axis=(1, 2))}
