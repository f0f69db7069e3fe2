"""The invented people behind Glyphs: how a drawer draws a character, and how the pen leaves ink."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, UInt8

from umeta.data.glyphs.strokes import N_POINTS, Strokes

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
    """Random size, proportion, slant and turn, as matrices."""
    size, aspect, slant, turn = rng.normal(0, amount, (4, n)) * np.array([[0.13], [0.1], [0.1], [0.04]])
    return np.stack([np.exp(size + aspect), -slant - turn, turn, np.exp(size - aspect)], 1).reshape(n, 2, 2)


def write(
    strokes: Strokes, hands: Hands, rng: np.random.Generator
) -> Float[np.ndarray, "n_drawers n_strokes 2 n_points"]:
    """One drawing of a character by each hand, within [-1, 1]."""
    n, s = len(hands.slips), len(strokes)
    slips = hands.slips[:, None, None, None]
    ink = strokes.swapaxes(1, 2)  # numpy is slow along an axis of two
    ink = ink + (ink @ _SMOOTH.T - ink) * hands.rounding[:, None, None, None]

    # Each stroke is a little misplaced, mis-sized and turned about its own middle.
    middle = ink.mean(3, keepdims=True)
    turned = _affine(n * s, 0.5, rng).reshape(n, s, 2, 2) @ (ink - middle) + middle
    ink = ink + slips * (turned - ink + rng.normal(0, 0.035, (n, s, 2, 1)))

    # Along its way it bows, trembles, and stops short of its end or runs past it.
    chord = ink[..., -1:] - ink[..., :1]  # nought for closed strokes, lest they collapse
    across = chord[:, :, ::-1] * [[1], [-1]]
    bow = hands.bow[:, None] + hands.slips[:, None] * rng.normal(0, 0.05, (n, s))
    ink = ink + across * (bow[..., None, None] * np.sin(np.pi * _T))
    tangent = _tangents(ink)
    reach = hands.overshoot[:, None, None] + slips[..., 0] * rng.normal(0, 0.05, (n, s, 2))
    beyond = reach[..., 1:] * _T**5 - reach[..., :1] * (1 - _T) ** 5  # (n, s, n_points)
    ink = ink + tangent * (beyond / (_lengths(tangent) + 1e-9))[:, :, None]
    phase = 2 * np.pi * rng.random((n, s, 2, 3))  # sin(wave + phase), of three waves together, is a product
    tremor = np.concatenate([np.cos(phase), np.sin(phase)], -1) @ _WAVES
    ink = ink + hands.tremor[:, None, None, None] * tremor

    # The whole is warped smoothly, which keeps joints joined, then sized, slanted and put on the page.
    x, y = ink[:, :, :1], ink[:, :, 1:]
    basis = np.concatenate([x * y, ink * ink - 0.2, np.sin(4 * ink)], 2)
    warp = hands.warp + hands.slips[:, None, None] * rng.normal(0, _WARP, (n, 5, 2))
    placed = hands.affine @ _affine(n, 0.6, rng)
    page = placed[:, None] @ (ink + warp.swapaxes(1, 2)[:, None] @ basis)
    low, high = page.min(3).min(1) - _MARGIN, page.max(3).max(1) + _MARGIN  # (n, 2)
    fit = np.minimum(1, 2 / (high - low).max(1))[:, None]  # people keep inside the box that they are given
    shift = np.clip(hands.shift + rng.normal(0, 0.09, (n, 2)), -1 - low * fit, 1 - high * fit)
    return page * fit[:, None, :, None] + shift[:, None, :, None]


def _smoothing(width: float) -> Float[np.ndarray, "n_points n_points"]:
    """A matrix that averages a stroke along itself, and leaves its ends where they are."""
    i = np.arange(N_POINTS)
    reach = np.minimum(np.minimum(i, i[::-1]) / 2, width)[:, None] + 1e-3
    weights = np.exp(-(((i - i[:, None]) / reach) ** 2) / 2)
    return weights / weights.sum(1, keepdims=True)


_SMOOTH = _smoothing(N_POINTS / 14)
_T = np.linspace(0, 1, N_POINTS)
_TURNS = 2 * np.pi * np.array([1.7, 3.1, 5.3])[:, None] * _T
_WAVES = np.concatenate([np.sin(_TURNS), np.cos(_TURNS)])  # over a stroke; no common period, so no pattern


def ink_images(
    points: Float[np.ndarray, "n n_strokes 2 n_points"], widths: Float[np.ndarray, " n"], size: int
) -> UInt8[np.ndarray, "n size size"]:
    """Draw strokes, in pixels, with round pens of the given widths.

    A Gaussian around every point, summed by one matrix product per image, is a soft minimum: its logarithm is
    each pixel's distance from the ink, without going through all pairs of pixels and segments. In double precision:
    how a processor rounds then changes no pixel, and items keep their order, which is by their content.
    """
    sigma = 0.65 * size / 28  # wide enough to melt the points of a stroke into one line
    density = _density(points, size, sigma)
    reach = widths[:, None, None] / 2 + 0.5
    image, row, column = (density > np.exp(-((reach / sigma) ** 2) / 2)).nonzero()  # where there is ink
    distance = sigma * np.sqrt(-2 * np.log(np.minimum(density[image, row, column], 1)))
    images = np.zeros(density.shape, np.uint8)
    images[image, row, column] = np.round(255 * np.minimum(reach[image, 0, 0] - distance, 1))
    return images


def _density(
    points: Float[np.ndarray, "n n_strokes 2 n_points"], size: int, sigma: float
) -> Float[np.ndarray, "n size size"]:
    """Return the sum of Gaussians around the points, at each pixel; 1 on a long straight stroke.

    Of a point x and a pixel u, exp(-(x - u)² / 2) is exp(-x² / 2 + x u) exp(-u² / 2): the first changes by a factor
    from pixel to pixel, which spares exponentials, and the second can wait until the points are summed.
    """
    n, middle = len(points), size // 2
    places = (points.transpose(2, 0, 1, 3).reshape(2, n, -1) - size / 2) / sigma
    pixels = (np.arange(size) + 0.5 - size / 2) / sigma
    bells = np.empty((size, *places.shape))
    bells[middle] = np.exp(places * (pixels[middle] - places / 2))
    bells[middle, 1] *= _lengths(_tangents(points)).reshape(n, -1)
    onwards, back = np.exp(places / sigma), np.exp(-places / sigma)
    for k in range(middle + 1, size):
        np.multiply(bells[k - 1], onwards, out=bells[k])
    for k in reversed(range(middle)):
        np.multiply(bells[k + 1], back, out=bells[k])
    across, down = bells[:, 0].transpose(1, 2, 0), bells[:, 1].swapaxes(0, 1)
    damping = np.exp(-pixels * pixels / 2)
    return down @ across * (damping[:, None] * damping / (sigma * np.sqrt(2 * np.pi)))


def _tangents(strokes: Float[np.ndarray, "*shape n_points"]) -> Float[np.ndarray, "*shape n_points"]:
    """Half the way from the point before to the point after each one; at the ends, all of the way there is."""
    ways = strokes[..., 1:] - strokes[..., :-1]
    return np.concatenate([ways[..., :1], (ways[..., 1:] + ways[..., :-1]) / 2, ways[..., -1:]], axis=-1)


def _lengths(vectors: Float[np.ndarray, "n s 2 n_points"]) -> Float[np.ndarray, "n s n_points"]:
    return np.sqrt(vectors[:, :, 0] ** 2 + vectors[:, :, 1] ** 2)
