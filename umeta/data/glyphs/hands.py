"""The invented people behind Glyphs: how a drawer draws a character, and how the pen leaves ink."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, UInt8

from umeta.data.glyphs.scripts import N_POINTS, Strokes

# By how much x y, x², y², sin 4x and sin 4y displace x and y: proportions vary, lines stay nearly straight.
_WARP = np.array([[0.05, 0.05], [0.06, 0.03], [0.03, 0.06], [0.05, 0.015], [0.015, 0.05]])
_MARGIN = 0.11  # half the pen, and a little


@dataclass(frozen=True)
class Hands:
    """The habits that each drawer keeps from item to item."""

    affine: Float[np.ndarray, "n_drawers 2 2"]
    shift: Float[np.ndarray, "n_drawers 2"]
    warp: Float[np.ndarray, "n_drawers 5 2"]
    slips: Float[np.ndarray, " n_drawers"]  # multiplies every slip: 1 is ordinary, more is careless
    rounding: Float[np.ndarray, " n_drawers"]
    bow: Float[np.ndarray, " n_drawers"]
    overshoot: Float[np.ndarray, " n_drawers"]
    tremor: Float[np.ndarray, " n_drawers"]
    width: Float[np.ndarray, " n_drawers"]  # of the pen, in pixels of 28


def train_hands(n: int, rng: np.random.Generator) -> Hands:
    """Draw the habits of n people."""
    return Hands(
        affine=_affine(n, 1.0, rng),
        shift=rng.normal(0, 0.06, (n, 2)),
        warp=rng.normal(0, _WARP, (n, 5, 2)),
        slips=np.exp(rng.normal(0, 0.25, n)),
        rounding=rng.beta(1, 1.5, n),
        bow=rng.normal(0, 0.03, n),
        overshoot=rng.normal(0.02, 0.05, n),
        tremor=0.006 * np.exp(rng.normal(0, 0.4, n)),
        width=1.35 * np.exp(rng.normal(0, 0.1, n)),
    )


def _affine(n: int, amount: float, rng: np.random.Generator) -> Float[np.ndarray, "n 2 2"]:
    """Random size, proportion, slant and turn; multiplies points from the right."""
    size, aspect, slant, turn = rng.normal(0, amount, (4, n)) * np.array([[0.13], [0.1], [0.1], [0.04]])
    return np.stack([np.exp(size + aspect), turn, -slant - turn, np.exp(size - aspect)], 1).reshape(n, 2, 2)


def write(
    strokes: Strokes, hands: Hands, rng: np.random.Generator
) -> Float[np.ndarray, "n_drawers n_strokes n_points 2"]:
    """One drawing of a character by each hand, within [-1, 1]."""
    n, s = len(hands.slips), len(strokes)
    slips = hands.slips[:, None, None, None]
    t = np.linspace(0, 1, N_POINTS)
    ink = strokes + (_SMOOTH @ strokes - strokes) * hands.rounding[:, None, None, None]

    # Each stroke is a little misplaced, mis-sized and turned about its own middle.
    middle = ink.mean(2, keepdims=True)
    turned = (ink - middle) @ _affine(n * s, 0.5, rng).reshape(n, s, 2, 2) + middle
    ink = ink + slips * (turned - ink + rng.normal(0, 0.035, (n, s, 1, 2)))

    # Along its way it bows, trembles, and stops short of its end or runs past it.
    across = (ink[:, :, -1:] - ink[:, :, :1])[..., ::-1] * [
        1,
        -1,
    ]  # nought for closed strokes, lest they collapse
    bow = hands.bow[:, None] + hands.slips[:, None] * rng.normal(0, 0.05, (n, s))
    ink = ink + across * (bow[..., None] * np.sin(np.pi * t))[..., None]
    tangent = np.gradient(ink, axis=2)
    reach = hands.overshoot[:, None, None] + slips[..., 0] * rng.normal(0, 0.05, (n, s, 2))
    beyond = reach[..., 1:] * t**5 - reach[..., :1] * (1 - t) ** 5  # (n, s, n_points)
    ink = ink + tangent / (np.linalg.norm(tangent, axis=-1, keepdims=True) + 1e-9) * beyond[..., None]
    waves = np.array([1.7, 3.1, 5.3])[:, None] * t  # over a stroke; no common period, so no pattern
    tremor = np.sin(2 * np.pi * (waves + rng.random((n, s, 2, 3, 1)))).sum(3)
    ink = ink + hands.tremor[:, None, None, None] * tremor.swapaxes(2, 3)

    # The whole is warped smoothly, which keeps joints joined, then sized, slanted and put on the page.
    x, y = ink[..., 0], ink[..., 1]
    basis = np.stack([x * y, x * x - 0.2, y * y - 0.2, np.sin(4 * x), np.sin(4 * y)], -1)
    warp = hands.warp + hands.slips[:, None, None] * rng.normal(0, _WARP, (n, 5, 2))
    page = (ink + basis @ warp[:, None]) @ (_affine(n, 0.6, rng) @ hands.affine)[:, None]
    page = page.reshape(n, s * N_POINTS, 2)
    low, high = page.min(1) - _MARGIN, page.max(1) + _MARGIN  # (n, 2)
    fit = np.minimum(1, 2 / (high - low).max(1))[:, None]  # people keep inside the box that they are given
    shift = np.clip(hands.shift + rng.normal(0, 0.09, (n, 2)), -1 - low * fit, 1 - high * fit)
    return (page * fit[:, None] + shift[:, None]).reshape(n, s, N_POINTS, 2)


def _smoothing(width: float) -> Float[np.ndarray, "n_points n_points"]:
    """A matrix that averages a stroke along itself, and leaves its ends where they are."""
    i = np.arange(N_POINTS)
    reach = np.minimum(np.minimum(i, i[::-1]) / 2, width)[:, None] + 1e-3
    weights = np.exp(-(((i - i[:, None]) / reach) ** 2) / 2)
    return weights / weights.sum(1, keepdims=True)


_SMOOTH = _smoothing(N_POINTS / 14)


def ink_images(
    points: Float[np.ndarray, "n n_strokes n_points 2"], widths: Float[np.ndarray, " n"], size: int
) -> UInt8[np.ndarray, "n size size"]:
    """Draw strokes, in pixels, with round pens of the given widths.

    A Gaussian around every point, summed by one matrix product per image, is a soft minimum: its logarithm is
    each pixel's distance from the ink, without going through all pairs of pixels and segments. In double precision:
    how a processor rounds then changes no pixel, and items keep their order, which is by their content.
    """
    n, sigma = len(points), 0.65 * size / 28  # wide enough to melt the points of a stroke into one line
    step = np.linalg.norm(np.gradient(points, axis=2), axis=-1).reshape(n, 1, -1)
    x, y = (points.reshape(n, -1, 2) / sigma).transpose(2, 0, 1)
    pixels = (np.arange(size) + 0.5) / sigma
    across, down = _gaussian(x[:, :, None] - pixels), _gaussian(y[:, None] - pixels[:, None])
    down *= step
    density = down @ across / (sigma * np.sqrt(2 * np.pi))  # 1 on a long straight stroke
    distance = sigma * np.sqrt(-2 * np.log(np.clip(density, 1e-9, 1)))
    return np.round(255 * np.clip(widths[:, None, None] / 2 + 0.5 - distance, 0, 1)).astype(np.uint8)


def _gaussian(distances: Float[np.ndarray, "*shape"]) -> Float[np.ndarray, "*shape"]:
    """Return exp(-d² / 2), written over the distances: for each character anew, their memory takes half the time.

    Past 8 sigma nothing is seen; bounded, no product comes near the denormal numbers, which are slow.
    """
    distances *= distances
    distances *= -0.5
    np.maximum(distances, -32, out=distances)
    return np.exp(distances, out=distances)
