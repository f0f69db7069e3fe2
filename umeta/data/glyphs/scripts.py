"""The invented scripts behind Glyphs: what a character is.

An *alphabet* is a style; a *character* is strokes of that style, often grown from a root that others of its
alphabet share. A stroke is `N_POINTS` points at equal distances, in a frame of about [-1, 1], y downwards.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

N_POINTS = 64  # even the longest stroke then has a point in every pixel that it crosses
N_CANDIDATES = 24  # placements weighed for each new stroke
N_DRAFTS = 8  # attempts at a legible character unlike the others of its alphabet, before taking the best
UNLIKE = 0.22  # difference of two _looks, of at most 2, that the eye does not miss
LONGEST = 6.0  # of a stroke, in a frame 2 wide

Path = Float[np.ndarray, "n_knots 2"]
Stroke = Float[np.ndarray, "n_points 2"]
Strokes = Float[np.ndarray, "_n_strokes n_points 2"]  # _ because a function may return more than it was given


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


def invent_alphabet(n_characters: int, rng: np.random.Generator) -> list[Strokes]:
    """Draw a style and that many characters in it, each unlike the others."""
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
    chances = style.weights.cumsum()
    shapes = style.shapes[(chances / chances[-1]).searchsorted(rng.random(n), side="right")]
    shapes = shapes * np.where(rng.random((n, 1, 1)) < 0.5, 1, [1, -1])  # either side of the line
    joints = strokes[-1, -1:] if joins else strokes[:, [0, N_POINTS // 2, -1]].reshape(-1, 2)
    starts = joints if len(strokes) else style.anchors
    ends = np.concatenate([style.anchors, joints])
    start = starts[rng.integers(len(starts), size=n)]
    chord = ends[rng.integers(len(ends), size=n)] - start
    frame = np.stack([chord, chord[:, ::-1] * [-1, 1]], 1)  # along the line and across it: (n, 2, 2)

    few = start[:, None] + shapes[:, ::4] @ frame  # points enough to judge by: (n, n_points / 4, 2)
    right, down = np.moveaxis(np.abs(few[:, 1:] - few[:, :-1]), -1, 0)
    slanting = _mean(np.minimum(right, down) / (right + down + 1e-9), 1)
    outside = _mean(np.maximum(np.abs(few) - [style.anchors[:, 0].max(), 1.0], 0), (1, 2))
    length = np.hypot(*chord.T)
    badness = (
        6 * outside + 4 * np.maximum(0.6 - length, 0) + style.upright * slanting + rng.gumbel(0, 0.12, n)
    )
    if len(strokes):
        gaps = _gaps(few, strokes)
        centre = (_mean(few, 1) + _mean(strokes, (0, 1)) * len(strokes)) / (len(strokes) + 1)
        badness += (
            4 * _mean(gaps < 0.22, 1) - 0.6 * _mean(np.minimum(gaps, 0.7), 1) + 0.8 * np.hypot(*centre.T)
        )
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
    here, there = points.reshape(-1, 2), strokes[:, ::4].reshape(-1, 2)
    squares = _squares(there)[:, None] + _squares(here) - 2 * there @ here.T
    return np.sqrt(np.maximum(squares.min(0), 0)).reshape(points.shape[:-1])


def _squares(points: np.ndarray) -> np.ndarray:
    """The squared lengths of points (..., 2): numpy is slow along an axis of two."""
    return points[..., 0] ** 2 + points[..., 1] ** 2


def _mean(values: np.ndarray, axis: int | tuple[int, ...]) -> np.ndarray:
    """The mean of a few numbers, by half of what `mean` needs for them."""
    total = values.sum(axis)
    return total / (values.size // total.size)


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
