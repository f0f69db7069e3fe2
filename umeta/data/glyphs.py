"""Glyphs: invented scripts, drawn by invented people, for a machine that has no network yet.

An *alphabet* is a style: a small vocabulary of stroke shapes, a grid of anchor points, and habits (bars, dots,
symmetry, joined-up writing). A *character* is strokes of that vocabulary between anchors, often grown from a
root that other characters of the alphabet share. A *drawer* is a hand: slant, size, pen, tremor, carelessness.
An *item* is one character as one drawer happened to draw it once.

Every stroke is `n_points` points at equal distances along its path, in a frame of about [-1, 1] with y downwards.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int32, UInt8

N_POINTS = 64  # a stroke across the whole frame then has points closer than the pen is wide
N_CANDIDATES = 32  # placements weighed for each new stroke
MAX_STROKES = 8
REDRAWS = 8  # attempts at a legible character unlike the others of its alphabet, before taking the best
_ENOUGH = 0.22  # difference of two _looks, of at most 2, that the eye does not miss

Stroke = Float[np.ndarray, "n_points 2"]
Strokes = Float[np.ndarray, "n_strokes n_points 2"]


class Glyphs(NamedTuple):
    """Items ordered by class, then by drawer; every drawer draws every class once."""

    images: UInt8[np.ndarray, "n_items 1 size size"]  # ink 255 on 0, as Omniglot is usually fed to a network
    classes: Int32[np.ndarray, " n_items"]
    alphabets: Int32[np.ndarray, " n_items"]
    drawers: Int32[np.ndarray, " n_items"]
    stroke_widths: Float[np.ndarray, " n_items"]  # of the pen, in pixels


def draw_glyphs(*, n_alphabets: int, n_classes: int, n_drawers: int, size: int = 28, seed: int = 0) -> Glyphs:
    """Invent n_alphabets scripts with n_classes characters in all, and draw each by n_drawers hands.

    The same arguments give the same bytes in any process. Classes are shared out evenly; the first alphabets
    take what is left over.

    Raises: ValueError: a count below 1, a size below 8, a negative seed, or more alphabets than classes.
    """
    _check(n_alphabets, n_classes, n_drawers, size, seed)
    hands = _draw_hands(n_drawers, np.random.default_rng([seed, 0]))
    images = np.empty((n_classes, n_drawers, size, size), np.uint8)
    widths = np.empty((n_classes, n_drawers), np.float32)
    alphabets = np.empty(n_classes, np.int32)
    for alphabet, members in enumerate(np.array_split(np.arange(n_classes), n_alphabets)):
        characters = _invent_alphabet(len(members), np.random.default_rng([seed, 1, alphabet]))
        alphabets[members] = alphabet
        for k, strokes in zip(members, characters, strict=True):
            rng = np.random.default_rng([seed, 2, k])
            written = _write(strokes, hands, rng)
            widths[k] = hands.width * np.exp(rng.normal(0, 0.06, n_drawers)) * size / 28
            images[k] = _ink((written + 1) * size / 2, widths[k], size)
    return Glyphs(
        images.reshape(-1, 1, size, size),
        np.repeat(np.arange(n_classes, dtype=np.int32), n_drawers),
        np.repeat(alphabets, n_drawers),
        np.tile(np.arange(n_drawers, dtype=np.int32), n_classes),
        widths.reshape(-1),
    )


def _check(n_alphabets: int, n_classes: int, n_drawers: int, size: int, seed: int) -> None:
    least = {"n_alphabets": 1, "n_classes": 1, "n_drawers": 1, "size": 8, "seed": 0}
    given = {"n_alphabets": n_alphabets, "n_classes": n_classes, "n_drawers": n_drawers, "size": size, "seed": seed}
    for name, value in given.items():
        if value < least[name]:
            raise ValueError(f"{name}={value} is below {least[name]}. Raise {name} to at least {least[name]}.")
    if n_classes < n_alphabets:
        raise ValueError(
            f"n_classes={n_classes} is below n_alphabets={n_alphabets}, so some alphabet would be empty. "
            f"Raise n_classes or lower n_alphabets."
        )


# ---- the script: what a character is --------------------------------------------------------------------------


@dataclass(frozen=True)
class _Style:
    """What the characters of one alphabet have in common."""

    motifs: Float[np.ndarray, "n_motifs n_points 2"]  # each goes from (0, 0) to (1, 0), or around that line
    weights: Float[np.ndarray, " n_motifs"]
    anchors: Float[np.ndarray, "n_anchors 2"]
    n_strokes: float  # mean
    upright: float  # dislike of slanting strokes
    headline: bool
    cursive: float  # share of strokes that go on from the last without lifting the pen
    symmetric: float  # share of strokes drawn again as in a mirror
    dotted: float  # share of characters with dots
    size: float


def _invent_alphabet(n_characters: int, rng: np.random.Generator) -> list[Strokes]:
    style = _invent_style(rng)
    roots = [_grow(np.empty((0, N_POINTS, 2)), rng.integers(1, 3), style, rng) for _ in range(2 + n_characters // 6)]
    characters: list[Strokes] = []
    looks: list[np.ndarray] = []
    for _ in range(n_characters):
        drafts = []
        for _ in range(REDRAWS):
            draft = _invent_character(style, roots, rng)
            look = _look(draft)
            novelty = min([_ENOUGH, *(float(np.abs(look - other).sum()) for other in looks)])
            merit = novelty - _faults(draft)
            drafts.append((merit, draft, look))
            if merit == _ENOUGH:
                break
        _, draft, look = max(drafts, key=lambda d: d[0])
        characters.append(draft)
        looks.append(look)
    return characters


def _invent_style(rng: np.random.Generator) -> _Style:
    curvy = rng.beta(0.6, 0.6)  # most scripts are mainly curved or mainly angular
    shapes = [_curve(rng) if rng.random() < curvy else _angle(rng) for _ in range(rng.integers(2, 5))]
    line = np.array([[0.0, 0.0], [1.0, 0.0]])
    weights = np.append(rng.uniform(0.2, 2.0) * (1.2 - curvy), rng.dirichlet(np.full(len(shapes), 2.0)))
    width, middle = rng.uniform(0.6, 1.1), rng.uniform(-0.25, 0.25)
    anchors = np.array([[x, y] for x in (-width, 0.0, width) for y in (-1.0, middle, 1.0)])
    return _Style(
        motifs=np.stack([_resample(shape) for shape in [line, *shapes]]),
        weights=weights / weights.sum(),
        anchors=anchors,
        n_strokes=rng.uniform(2.0, 4.5),
        upright=rng.uniform(0.3, 1.1) * (1 - 0.9 * curvy),
        headline=rng.random() < 0.12,
        cursive=rng.uniform(0.2, 0.8) if curvy > 0.5 else 0.1,
        symmetric=rng.choice([0.0, 0.6], p=[0.75, 0.25]),
        dotted=rng.choice([0.0, 0.12, 0.4], p=[0.4, 0.35, 0.25]),
        size=rng.uniform(0.5, 0.7),
    )


def _curve(rng: np.random.Generator) -> Stroke:
    """A curved shape over the line from (0, 0) to (1, 0)."""
    t = np.linspace(0, 1, 64)
    turn, deep = 2 * np.pi * t, rng.uniform(0.25, 0.5)
    match rng.integers(7):
        case 0 | 1:  # arc: a shallow bow up to nearly a full circle
            sweep = np.radians(rng.uniform(110, 290))
            angle = sweep * (t - 0.5)
            return (np.stack([np.sin(angle), np.cos(angle) - np.cos(sweep / 2)], 1) / np.sin(sweep / 2) + [1, 0]) / 2
        case 2:  # S
            return np.stack([t, 0.7 * deep * np.sin(turn)], 1)
        case 3:  # ring
            return np.stack([(1 - np.cos(turn)) / 2, max(deep, 0.38) * np.sin(turn)], 1)
        case 4:  # a pen loop on the way
            return np.stack([t - rng.uniform(0.25, 0.4) * np.sin(turn), 0.6 * deep * (1 - np.cos(turn))], 1)
        case 5:  # two humps
            return np.stack([t, deep * np.abs(np.sin(turn))], 1)
        case _:  # a stem that ends in a curl
            radius = rng.uniform(0.12, 0.25)
            angle = np.radians(rng.uniform(150, 330)) * t
            curl = np.stack([1 - radius + radius * np.sin(angle), radius * (1 - np.cos(angle))], 1)
            return np.concatenate([[[0.0, 0.0]], curl])


def _angle(rng: np.random.Generator) -> Stroke:
    """An angular shape over the line from (0, 0) to (1, 0)."""
    d = rng.uniform(0.3, 0.6)
    shapes = [
        [(0, 0), (0.5, 0.5), (1, 0)],  # a right angle, upright on diagonal anchors
        [(0, 0), (0.5, d), (1, 0)],
        [(0, 0), (0, d), (1, d), (1, 0)],
        [(0, 0), (0.35, d), (0.65, -d), (1, 0)],
        [(0, 0), (0.5, d), (1, 0), (0.5, -d), (0, 0)],
        [(0, 0), (0, d), (1, d), (1, 0), (0, 0)],
        [(0, 0), (1, 0), (0.5, 1.2 * d), (0, 0)],
        [(0, 0), (1, 0), (0.75, 0.6 * d)],
    ]
    return np.array(shapes[rng.integers(len(shapes))], float)


def _invent_character(style: _Style, roots: list[Strokes], rng: np.random.Generator) -> Strokes:
    root = roots[rng.integers(len(roots))] if rng.random() < 0.7 else np.empty((0, N_POINTS, 2))
    n_strokes = int(np.clip(rng.poisson(style.n_strokes - 1) + 1, len(root) + (len(root) > 0), MAX_STROKES - 3))
    strokes = _grow(root, n_strokes, style, rng)
    if style.headline:
        left, right = strokes[..., 0].min() - 0.15, strokes[..., 0].max() + 0.15
        top = strokes[..., 1].min()
        strokes = np.concatenate([strokes, _resample(np.array([[left, top], [right, top]]))[None]])
    low, high = strokes.min((0, 1)), strokes.max((0, 1))
    strokes = strokes - (low + high) / 2
    if rng.random() < style.dotted:
        strokes = _add_dots(strokes, rng)
    return strokes * style.size


def _grow(strokes: Strokes, n_strokes: int, style: _Style, rng: np.random.Generator) -> Strokes:
    """Add strokes until there are n_strokes, each the most fitting of many random placements."""
    while len(strokes) < n_strokes:
        joins = len(strokes) > 0 and rng.random() < style.cursive
        stroke = _place(strokes, joins, style, rng)
        if joins and len(strokes):
            joined = _resample(np.concatenate([strokes[-1], stroke[1:]]))
            strokes = np.concatenate([strokes[:-1], joined[None]])
            n_strokes -= 1
            continue
        added = [stroke]
        mirrored = stroke * [-1, 1]
        if rng.random() < style.symmetric and len(strokes) and _gap(mirrored, strokes).min() < 0.05:
            if _gap(mirrored, stroke[None]).mean() > 0.2:
                added.append(mirrored)
        strokes = np.concatenate([strokes, np.stack(added)])
    return strokes


def _place(strokes: Strokes, joins: bool, style: _Style, rng: np.random.Generator) -> Stroke:
    n = N_CANDIDATES
    shapes = style.motifs[rng.choice(len(style.motifs), n, p=style.weights)] * np.where(rng.random((n, 1, 1)) < 0.5, 1, [1, -1])
    if len(strokes) == 0:
        starts = style.anchors
    elif joins:
        starts = strokes[-1, -1:]
    else:
        starts = strokes[:, [0, N_POINTS // 2, -1]].reshape(-1, 2)
    a = starts[rng.integers(len(starts), size=n)]
    ends = np.concatenate([style.anchors, starts])
    b = ends[rng.integers(len(ends), size=n)]
    chord = b - a  # (n, 2)
    across = np.stack([-chord[:, 1], chord[:, 0]], 1)
    points = a[:, None] + shapes[..., :1] * chord[:, None] + shapes[..., 1:] * across[:, None]  # (n, n_points, 2)
    few = points[:, ::4]  # enough to judge by
    steps = np.abs(np.diff(few, axis=1))
    slanting = (steps.min(-1) / (steps.sum(-1) + 1e-9)).mean(1)
    outside = np.maximum(np.abs(few) - [style.anchors[:, 0].max(), 1.0], 0).mean((1, 2))
    length = np.hypot(*chord.T)
    badness = 6 * outside + 4 * np.maximum(0.6 - length, 0) + style.upright * slanting + rng.gumbel(0, 0.12, n)
    if len(strokes):
        gap = _gap(few, strokes)  # (n, n_points / 4)
        centre = (few.mean(1) + strokes.mean((0, 1)) * len(strokes)) / (len(strokes) + 1)
        badness += 4 * (gap < 0.22).mean(1) - 0.6 * np.minimum(gap, 0.7).mean(1) + 0.8 * np.hypot(*centre.T)
    else:
        badness -= 0.4 * np.minimum(length, 1.8)  # the first stroke spans the frame
    return points[badness.argmin()]


def _gap(points: np.ndarray, strokes: Strokes) -> np.ndarray:
    """How far each of the points (..., 2) is from the nearest stroke."""
    there = strokes[:, ::4].reshape(-1, 2)
    squares = (points**2).sum(-1)[..., None] + (there**2).sum(-1) - 2 * points @ there.T
    return np.sqrt(np.maximum(squares.min(-1), 0))


def _add_dots(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """One or two dots, where there is room beside, above, below or inside."""
    spots = rng.uniform(-1.25, 1.25, (40, 2)) * [1.0, 1.15]
    ring = _resample(np.stack([np.cos(np.linspace(0, 7, 20)), np.sin(np.linspace(0, 7, 20))], 1) * 0.06)
    spot = spots[np.abs(_gap(spots, strokes) - 0.38).argmin()]
    dots = [ring + spot]
    if rng.random() < 0.35 and abs(spot[0]) > 0.2:
        dots.append(ring + spot * [-1, 1])
    return np.concatenate([strokes, np.stack(dots)])


def _resample(path: np.ndarray) -> Stroke:
    """N_POINTS points at equal distances along a path (n, 2)."""
    along = np.concatenate([[0.0], np.hypot(*np.diff(path, axis=0).T).cumsum()])
    at = np.linspace(0, along[-1], N_POINTS)
    return np.stack([np.interp(at, along, path[:, 0]), np.interp(at, along, path[:, 1])], 1)


def _faults(strokes: Strokes) -> float:
    """How far a character is from legible: too bare, too flat or too full."""
    length = np.linalg.norm(np.diff(strokes, axis=1), axis=-1).sum()
    flat = np.ptp(strokes, axis=(0, 1)).min()
    return float(max(1.9 - length, 0) + 2 * max(0.45 - flat, 0) + max(length - 5.5, 0))


def _look(strokes: Strokes) -> np.ndarray:
    """Where the ink is, coarsely: a blurred histogram that sums to 1."""
    grid = np.linspace(-0.75, 0.75, 7)
    x, y = np.exp(-(((strokes.reshape(-1, 2).T[..., None] - grid) / 0.16) ** 2) / 2)  # (points, 7) each
    seen = np.tanh(y.T @ x / 4)
    return seen / seen.sum()


# ---- the hand: how a drawer draws it --------------------------------------------------------------------------


@dataclass(frozen=True)
class _Hands:
    """The habits of each drawer, all of shape (n_drawers, ...)."""

    affine: Float[np.ndarray, "n_drawers 2 2"]
    shift: Float[np.ndarray, "n_drawers 2"]
    warp: Float[np.ndarray, "n_drawers 5 2"]
    care: Float[np.ndarray, " n_drawers"]  # scales every slip; 1 is ordinary, above is careless
    round: Float[np.ndarray, " n_drawers"]
    bow: Float[np.ndarray, " n_drawers"]
    overshoot: Float[np.ndarray, " n_drawers"]
    tremor: Float[np.ndarray, " n_drawers"]
    width: Float[np.ndarray, " n_drawers"]


_MARGIN = 0.11  # half a pen's width and a little
_WARP = np.array([[0.05, 0.05], [0.06, 0.03], [0.03, 0.06], [0.05, 0.015], [0.015, 0.05]])  # stretches, hardly waves


def _draw_hands(n: int, rng: np.random.Generator) -> _Hands:
    return _Hands(
        affine=_affine(n, 1.0, rng),
        shift=rng.normal(0, 0.06, (n, 2)),
        warp=rng.normal(0, _WARP, (n, 5, 2)),
        care=np.exp(rng.normal(0, 0.25, n)),
        round=rng.beta(1, 1.5, n),
        bow=rng.normal(0, 0.03, n),
        overshoot=rng.normal(0.02, 0.05, n),
        tremor=0.006 * np.exp(rng.normal(0, 0.4, n)),
        width=1.35 * np.exp(rng.normal(0, 0.1, n)),
    )


def _affine(n: int, amount: float, rng: np.random.Generator) -> np.ndarray:
    """Size, proportion, slant and turn, as n matrices (n, 2, 2) to multiply points (x, y) from the left."""
    size, aspect, slant, turn = rng.normal(0, amount, (4, n)) * np.array([[0.13], [0.1], [0.1], [0.04]])
    rows = [np.exp(size + aspect), -slant - turn, turn, np.exp(size - aspect)]
    return np.stack(rows, 1).reshape(n, 2, 2)


def _write(strokes: Strokes, hands: _Hands, rng: np.random.Generator) -> np.ndarray:
    """One drawing by each hand: (n_drawers, n_strokes, n_points, 2), within about [-1, 1]."""
    n, s = len(hands.care), len(strokes)
    care = hands.care[:, None, None, None]
    t = np.linspace(0, 1, N_POINTS)
    ink = strokes[None] + (_SMOOTH @ strokes - strokes)[None] * hands.round[:, None, None, None]

    # each stroke is a little misplaced, mis-sized and turned about its own middle
    middle = ink.mean(2, keepdims=True)
    stretch = np.stack([_affine(n * s, 0.55, rng)], 0).reshape(n, s, 2, 2)
    own = (ink - middle) @ stretch.swapaxes(-1, -2)
    ink = ink + care * (own + middle - ink) + care * rng.normal(0, 0.035, (n, s, 1, 2))

    # along the stroke: bowed, wavering, running past its end or stopping short of it
    bow = hands.bow[:, None] + hands.care[:, None] * rng.normal(0, 0.05, (n, s))
    across = (ink[:, :, -1:] - ink[:, :, :1])[..., ::-1] * [1, -1]  # nought for closed strokes, which stay open to see
    ink = ink + across * (bow[..., None] * np.sin(np.pi * t))[..., None]
    tangent = np.gradient(ink, axis=2)
    heel = hands.overshoot[:, None, None] + care[..., 0] * rng.normal(0, 0.05, (n, s, 2))
    reach = heel[..., 1:] * t**5 - heel[..., :1] * (1 - t) ** 5  # (n, s, n_points)
    ink = ink + tangent / (np.linalg.norm(tangent, axis=-1, keepdims=True) + 1e-9) * reach[..., None]
    phase = rng.uniform(0, 2 * np.pi, (n, s, 3, 2, 1))
    waves = np.sin(2 * np.pi * np.array([1.7, 3.1, 5.3])[:, None, None] * t + phase).sum(2)
    ink = ink + hands.tremor[:, None, None, None] * waves.swapaxes(-1, -2)

    # the whole: a smooth warp keeps joints joined, then size, slant and place on the page
    x, y = ink[..., 0], ink[..., 1]
    basis = np.stack([x * y, x * x - 0.2, y * y - 0.2, np.sin(4 * x), np.sin(4 * y)], -1)
    warp = hands.warp + hands.care[:, None, None] * rng.normal(0, _WARP, (n, 5, 2))
    ink = ink + basis @ warp[:, None]
    affine = hands.affine @ _affine(n, 0.6, rng)
    shift = hands.shift + rng.normal(0, 0.09, (n, 2))
    ink = (ink @ affine.swapaxes(-1, -2)[:, None]).reshape(n, s * N_POINTS, 2)
    low, high = ink.min(1) - _MARGIN, ink.max(1) + _MARGIN  # (n, 2)
    fit = np.minimum(1, 2 / (high - low).max(1))[:, None]  # people stay inside the box that they are given
    shift = np.clip(shift, -1 - low * fit, 1 - high * fit)
    return (ink * fit[:, None] + shift[:, None]).reshape(n, s, N_POINTS, 2)


def _smoothing(width: float) -> np.ndarray:
    """A matrix (n_points, n_points) that averages a stroke along itself and keeps its ends."""
    i = np.arange(N_POINTS)
    reach = np.minimum(np.minimum(i, N_POINTS - 1 - i), 2 * width)[:, None] / 2 + 1e-3
    weight = np.exp(-(((i - i[:, None]) / reach) ** 2) / 2)
    return weight / weight.sum(1, keepdims=True)


_SMOOTH = _smoothing(4.0)


def _ink(points: np.ndarray, widths: np.ndarray, size: int) -> np.ndarray:
    """Draw strokes (n, n_strokes, n_points, 2), in pixels, with round pens of the given widths (n,).

    A Gaussian around every point, summed as one matrix product per image, is a soft minimum: its logarithm
    gives each pixel's distance to the ink without visiting all pairs of pixels and segments.
    """
    n, sigma = len(points), 0.65 * size / 28  # wide enough to melt the points of a stroke into one line
    step = np.linalg.norm(np.gradient(points, axis=2), axis=-1).reshape(n, 1, -1).astype(np.float32)
    x, y = (points.reshape(n, -1, 2) / sigma).astype(np.float32).transpose(2, 0, 1)  # (n, n_inked) each
    pixels = ((np.arange(size) + 0.5) / sigma).astype(np.float32)
    # Beyond 8 sigma nothing is seen, and smaller numbers are denormal: fifty times slower to multiply.
    across = np.exp(np.maximum((x[:, :, None] - pixels) ** 2 * np.float32(-0.5), -32))  # (n, n_inked, size)
    down = np.exp(np.maximum((y[:, None] - pixels[:, None]) ** 2 * np.float32(-0.5), -32)) * step
    density = down @ across / (sigma * np.sqrt(2 * np.pi))  # 1 on a long straight stroke
    distance = sigma * np.sqrt(-2 * np.log(np.clip(density, 1e-9, 1)))
    return np.round(255 * np.clip(widths[:, None, None] / 2 + 0.5 - distance, 0, 1)).astype(np.uint8)
