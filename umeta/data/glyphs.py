"""Glyphs: invented scripts drawn by invented people, for a machine that has no network yet.

An *alphabet* is a style: a few stroke shapes, a grid of anchors, and habits (bars, dots, symmetry, joined-up
writing). A *character* is strokes of those shapes between anchors, mostly grown from a root that others of
its alphabet share. A *drawer* is a hand: size, slant, pen, tremor, care. An *item* is one character as one
drawer drew it once. A stroke is N_POINTS points at equal distances, in a frame of about [-1, 1], y downwards.

Reference: Lake, Salakhutdinov, Tenenbaum, "Human-level concept learning through probabilistic program
induction", Science 2015, whose Omniglot shows how people draw unknown characters; nothing of it is copied.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int32, UInt8

N_POINTS = 64  # even the longest stroke then has a point in every pixel that it crosses
N_CANDIDATES = 24  # placements weighed for each new stroke
N_DRAFTS = 8  # attempts at a legible character unlike the others of its alphabet, before taking the best
UNLIKE = 0.22  # difference of two _looks, of at most 2, that the eye does not miss
LONGEST = 6.0  # of a stroke, in a frame 2 wide

Path = Float[np.ndarray, "n_knots 2"]
Stroke = Float[np.ndarray, "n_points 2"]
Strokes = Float[np.ndarray, "_n_strokes n_points 2"]  # _ because a function may return more than it was given


class Glyphs(NamedTuple):
    """Items ordered by class, then by drawer: every drawer draws every class once."""

    images: UInt8[np.ndarray, "n_items 1 size size"]  # ink is 255 on 0
    classes: Int32[np.ndarray, " n_items"]
    alphabets: Int32[np.ndarray, " n_items"]
    drawers: Int32[np.ndarray, " n_items"]
    stroke_widths: Float[np.ndarray, " n_items"]  # of the pen, in pixels


def draw_glyphs(*, n_alphabets: int, n_classes: int, n_drawers: int, size: int = 28, seed: int = 0) -> Glyphs:
    """Invent n_alphabets scripts of n_classes characters in all, and draw each character by n_drawers hands.

    The same arguments give the same bytes in any process. Classes are shared out evenly; the first alphabets
    take what is left over.

    Raises: ValueError: a count below 1, a size below 8, a negative seed, or more alphabets than classes.
    """
    _check(n_alphabets=n_alphabets, n_classes=n_classes, n_drawers=n_drawers, size=size, seed=seed)
    hands = _train_hands(n_drawers, np.random.default_rng([seed, 0]))
    images = np.empty((n_classes, n_drawers, size, size), np.uint8)
    widths = np.empty((n_classes, n_drawers), np.float32)
    alphabets = np.empty(n_classes, np.int32)
    for alphabet, members in enumerate(np.array_split(np.arange(n_classes), n_alphabets)):
        alphabets[members] = alphabet
        characters = _invent_alphabet(len(members), np.random.default_rng([seed, 1, alphabet]))
        for k, strokes in zip(members, characters, strict=True):
            rng = np.random.default_rng([seed, 2, k])
            written = _write(strokes, hands, rng)
            widths[k] = hands.width * np.exp(rng.normal(0, 0.06, n_drawers)) * size / 28
            images[k] = _ink((written + 1) * size / 2, widths[k], size)
    return Glyphs(
        images=images.reshape(-1, 1, size, size),
        classes=np.repeat(np.arange(n_classes, dtype=np.int32), n_drawers),
        alphabets=np.repeat(alphabets, n_drawers),
        drawers=np.tile(np.arange(n_drawers, dtype=np.int32), n_classes),
        stroke_widths=widths.reshape(-1),
    )


def _check(**given: int) -> None:
    least = {"n_alphabets": 1, "n_classes": 1, "n_drawers": 1, "size": 8, "seed": 0}
    for name, value in given.items():
        if value < least[name]:
            raise ValueError(f"{name} must be at least {least[name]}, but {name}={value}. Raise {name}.")
    if given["n_classes"] < given["n_alphabets"]:
        raise ValueError(
            f"Every alphabet needs a class, but n_alphabets={given['n_alphabets']} is more than "
            f"n_classes={given['n_classes']}. Raise n_classes or lower n_alphabets."
        )


# ---- the script: what a character is -----------------------------------------------------------------------


@dataclass(frozen=True)
class _Style:
    """What the characters of one alphabet have in common."""

    shapes: Float[np.ndarray, "n_shapes n_points 2"]  # each lies over the line from (0, 0) to (1, 0)
    weights: Float[np.ndarray, " n_shapes"]
    anchors: Float[np.ndarray, "n_anchors 2"]
    n_strokes: float  # mean
    upright: float  # dislike of slanting strokes
    cursive: float  # share of strokes that go on from the last without lifting the pen
    symmetric: float  # share of strokes that are drawn again as in a mirror
    dotted: float  # share of characters with dots
    headline: bool  # every character hangs from a bar
    size: float


def _invent_style(rng: np.random.Generator) -> _Style:
    curvy = rng.beta(0.6, 0.6)  # most scripts are mainly curved or mainly angular
    shapes = [_curve(rng) if rng.random() < curvy else _angle(rng) for _ in range(rng.integers(2, 5))]
    line = np.array([[0.0, 0.0], [1.0, 0.0]])
    weights = np.append(rng.uniform(0.2, 2.0) * (1.2 - curvy), rng.dirichlet(np.full(len(shapes), 2.0)))
    half_width, middle = rng.uniform(0.6, 1.1), rng.uniform(-0.25, 0.25)
    return _Style(
        shapes=np.stack([_resample(shape) for shape in [line, *shapes]]),
        weights=weights / weights.sum(),
        anchors=np.array([[x, y] for x in (-half_width, 0.0, half_width) for y in (-1.0, middle, 1.0)]),
        n_strokes=rng.uniform(2.0, 4.5),
        upright=rng.uniform(0.3, 1.1) * (1 - 0.9 * curvy),
        cursive=rng.uniform(0.2, 0.8) if curvy > 0.5 else 0.1,
        symmetric=rng.choice([0.0, 0.6], p=[0.75, 0.25]),
        dotted=rng.choice([0.0, 0.12, 0.4], p=[0.4, 0.35, 0.25]),
        headline=bool(rng.random() < 0.12),
        size=rng.uniform(0.5, 0.7),
    )


def _curve(rng: np.random.Generator) -> Path:
    t = np.linspace(0, 1, N_POINTS)
    turn, deep = 2 * np.pi * t, rng.uniform(0.25, 0.5)
    match rng.integers(7):
        case 0 | 1:  # an arc, from a shallow bow to nearly a full circle
            sweep = np.radians(rng.uniform(110, 290))
            arc = np.stack([np.sin(sweep * (t - 0.5)), np.cos(sweep * (t - 0.5)) - np.cos(sweep / 2)], 1)
            return (arc / np.sin(sweep / 2) + [1, 0]) / 2
        case 2:  # an S
            return np.stack([t, 0.7 * deep * np.sin(turn)], 1)
        case 3:  # a ring
            return np.stack([(1 - np.cos(turn)) / 2, max(deep, 0.38) * np.sin(turn)], 1)
        case 4:  # a pen loop on the way
            return np.stack([t - rng.uniform(0.25, 0.4) * np.sin(turn), 0.6 * deep * (1 - np.cos(turn))], 1)
        case 5:  # two humps
            return np.stack([t, deep * np.abs(np.sin(turn))], 1)
        case _:  # a stem that ends in a curl
            radius, angle = rng.uniform(0.12, 0.25), np.radians(rng.uniform(150, 330)) * t
            curl = np.stack([1 - radius + radius * np.sin(angle), radius * (1 - np.cos(angle))], 1)
            return np.concatenate([[[0.0, 0.0]], curl])


def _angle(rng: np.random.Generator) -> Path:
    d = rng.uniform(0.3, 0.6)
    shapes = [
        [(0, 0), (0.5, 0.5), (1, 0)],  # between diagonal anchors, an upright corner
        [(0, 0), (0.5, d), (1, 0)],
        [(0, 0), (0, d), (1, d), (1, 0)],
        [(0, 0), (0.35, d), (0.65, -d), (1, 0)],
        [(0, 0), (0.5, d), (1, 0), (0.5, -d), (0, 0)],
        [(0, 0), (0, d), (1, d), (1, 0), (0, 0)],
        [(0, 0), (1, 0), (0.5, 1.2 * d), (0, 0)],
        [(0, 0), (1, 0), (0.75, 0.6 * d)],
    ]
    return np.array(shapes[rng.integers(len(shapes))], float)


def _invent_alphabet(n_characters: int, rng: np.random.Generator) -> list[Strokes]:
    style = _invent_style(rng)
    blank = np.empty((0, N_POINTS, 2))
    roots = [_grow(blank, int(rng.integers(1, 3)), style, rng) for _ in range(2 + n_characters // 6)]
    characters: list[Strokes] = []
    looks: list[np.ndarray] = []
    for _ in range(n_characters):
        best, most = blank, -np.inf
        for _ in range(N_DRAFTS):
            root = roots[rng.integers(len(roots))] if rng.random() < 0.7 else blank
            draft = _invent_character(root, style, rng)
            look = _look(draft)
            merit = min([UNLIKE, *(float(np.abs(look - other).sum()) for other in looks)]) - _faults(draft)
            if merit > most:
                best, most = draft, merit
            if merit == UNLIKE:
                break
        characters.append(best)
        looks.append(_look(best))
    return characters


def _invent_character(root: Strokes, style: _Style, rng: np.random.Generator) -> Strokes:
    n_more = int(np.clip(rng.poisson(style.n_strokes - 1) + 1 - len(root), 1, 5))
    strokes = _grow(root, n_more, style, rng)
    low, high = strokes.min((0, 1)), strokes.max((0, 1))
    if style.headline:
        bar = _resample(np.array([[low[0] - 0.15, low[1]], [high[0] + 0.15, low[1]]]))
        strokes = np.concatenate([strokes, bar[None]])
    strokes = strokes - (low + high) / 2
    if rng.random() < style.dotted:
        strokes = np.concatenate([strokes, _dots(strokes, rng)])
    return strokes * style.size


def _grow(strokes: Strokes, n_more: int, style: _Style, rng: np.random.Generator) -> Strokes:
    """Add n_more strokes, joined to the last one or mirrored where the style has it so."""
    for _ in range(n_more):
        joins = len(strokes) > 0 and rng.random() < style.cursive
        mirrors = len(strokes) > 0 and rng.random() < style.symmetric
        stroke = _place(strokes, joins, style, rng)
        mirrored = stroke * [-1, 1]
        if joins and _lengths(np.stack([strokes[-1], stroke])).sum() < LONGEST:
            joined = _resample(np.concatenate([strokes[-1], stroke[1:]]))
            strokes = np.concatenate([strokes[:-1], joined[None]])
        elif mirrors and _gaps(mirrored, strokes).min() < 0.05 and _gaps(mirrored, stroke[None]).mean() > 0.2:
            strokes = np.concatenate([strokes, stroke[None], mirrored[None]])
        else:
            strokes = np.concatenate([strokes, stroke[None]])
    return strokes


def _place(strokes: Strokes, joins: bool, style: _Style, rng: np.random.Generator) -> Stroke:
    """The most fitting of many random placements of a shape between two anchors or joints."""
    n = N_CANDIDATES
    shapes = style.shapes[rng.choice(len(style.shapes), n, p=style.weights)]
    shapes = shapes * np.where(rng.random((n, 1, 1)) < 0.5, 1, [1, -1])  # either side of the line
    joints = strokes[-1, -1:] if joins else strokes[:, [0, N_POINTS // 2, -1]].reshape(-1, 2)
    starts = joints if len(strokes) else style.anchors
    ends = np.concatenate([style.anchors, joints])
    start = starts[rng.integers(len(starts), size=n)]
    chord = ends[rng.integers(len(ends), size=n)] - start
    frame = np.stack([chord, chord[:, ::-1] * [-1, 1]], 1)  # along the line and across it: (n, 2, 2)

    few = start[:, None] + shapes[:, ::4] @ frame  # points enough to judge by: (n, n_points / 4, 2)
    steps = np.abs(np.diff(few, axis=1))
    slanting = (steps.min(-1) / (steps.sum(-1) + 1e-9)).mean(1)
    outside = np.maximum(np.abs(few) - [style.anchors[:, 0].max(), 1.0], 0).mean((1, 2))
    length = np.hypot(*chord.T)
    badness = (
        6 * outside + 4 * np.maximum(0.6 - length, 0) + style.upright * slanting + rng.gumbel(0, 0.12, n)
    )
    if len(strokes):
        gaps = _gaps(few, strokes)
        centre = (few.mean(1) + strokes.mean((0, 1)) * len(strokes)) / (len(strokes) + 1)
        badness += 4 * (gaps < 0.22).mean(1) - 0.6 * np.minimum(gaps, 0.7).mean(1) + 0.8 * np.hypot(*centre.T)
    else:
        badness -= 0.4 * np.minimum(length, 1.8)  # the first stroke spans the frame
    best = badness.argmin()
    return start[best] + shapes[best] @ frame[best]


def _dots(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """One dot, or a pair, where there is just enough room for it."""
    turn = np.linspace(0, 2 * np.pi, N_POINTS)
    dot = 0.06 * np.stack([np.cos(turn), np.sin(turn)], 1)
    spots = rng.uniform(-1.25, 1.25, (40, 2))
    spot = spots[np.abs(_gaps(spots, strokes) - 0.38).argmin()]
    pair = rng.random() < 0.35 and abs(spot[0]) > 0.2
    return np.stack([dot + spot, dot + spot * [-1, 1]] if pair else [dot + spot])


def _resample(path: Path) -> Stroke:
    along = np.append(0.0, np.hypot(*np.diff(path, axis=0).T).cumsum())
    at = np.linspace(0, along[-1], N_POINTS)
    return np.stack([np.interp(at, along, path[:, 0]), np.interp(at, along, path[:, 1])], 1)


def _lengths(strokes: Strokes) -> Float[np.ndarray, " _n_strokes"]:
    return np.linalg.norm(np.diff(strokes, axis=1), axis=-1).sum(1)


def _gaps(points: np.ndarray, strokes: Strokes) -> np.ndarray:
    """How far each of the points (..., 2) is from the nearest stroke."""
    there = strokes[:, ::4].reshape(-1, 2)
    squares = (points**2).sum(-1)[..., None] + (there**2).sum(-1) - 2 * points @ there.T
    return np.sqrt(np.maximum(squares.min(-1), 0))


def _faults(strokes: Strokes) -> float:
    """How far a character is from legible: too bare, too flat or too full."""
    length, flat = _lengths(strokes).sum(), np.ptp(strokes, axis=(0, 1)).min()
    return float(max(1.9 - length, 0) + 2 * max(0.45 - flat, 0) + max(length - 5.5, 0))


def _look(strokes: Strokes) -> Float[np.ndarray, "rows columns"]:
    """Where the ink is, seen from afar; sums to 1."""
    grid = np.linspace(-0.75, 0.75, 7)
    x, y = np.exp(-(((strokes.reshape(-1, 2).T[..., None] - grid) / 0.16) ** 2) / 2)
    seen = np.tanh(y.T @ x * 10 / N_POINTS)
    return seen / seen.sum()


# ---- the hand: how a drawer draws it -----------------------------------------------------------------------

# By how much x y, x², y², sin 4x and sin 4y displace x and y: proportions vary, lines stay nearly straight.
_WARP = np.array([[0.05, 0.05], [0.06, 0.03], [0.03, 0.06], [0.05, 0.015], [0.015, 0.05]])
_MARGIN = 0.11  # half the pen, and a little


@dataclass(frozen=True)
class _Hands:
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


def _train_hands(n: int, rng: np.random.Generator) -> _Hands:
    return _Hands(
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


def _write(
    strokes: Strokes, hands: _Hands, rng: np.random.Generator
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


def _ink(
    points: Float[np.ndarray, "n n_strokes n_points 2"], widths: Float[np.ndarray, " n"], size: int
) -> UInt8[np.ndarray, "n size size"]:
    """Draw strokes, in pixels, with round pens of the given widths.

    A Gaussian around every point, summed by one matrix product per image, is a soft minimum: its logarithm is
    each pixel's distance from the ink, without going through all pairs of pixels and segments.
    """
    n, sigma = len(points), 0.65 * size / 28  # wide enough to melt the points of a stroke into one line
    step = np.linalg.norm(np.gradient(points, axis=2), axis=-1).reshape(n, 1, -1).astype(np.float32)
    x, y = (points.reshape(n, -1, 2) / sigma).astype(np.float32).transpose(2, 0, 1)
    pixels = ((np.arange(size) + 0.5) / sigma).astype(np.float32)
    # Past 8 sigma nothing is seen, and smaller numbers would be denormal: fifty times slower to multiply.
    across = np.exp(np.maximum((x[:, :, None] - pixels) ** 2 * np.float32(-0.5), -32))
    down = np.exp(np.maximum((y[:, None] - pixels[:, None]) ** 2 * np.float32(-0.5), -32)) * step
    density = down @ across / (sigma * np.sqrt(2 * np.pi))  # 1 on a long straight stroke
    distance = sigma * np.sqrt(-2 * np.log(np.clip(density, 1e-9, 1)))
    return np.round(255 * np.clip(widths[:, None, None] / 2 + 0.5 - distance, 0, 1)).astype(np.uint8)
