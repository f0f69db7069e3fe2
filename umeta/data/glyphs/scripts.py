"""The invented scripts behind Glyphs: what a character is.

An *alphabet* is a style; a *character* is strokes of that style, often grown from a root that others of its
alphabet share.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Complex, Float

from umeta.data.glyphs.strokes import (
    N_POINTS,
    Path,
    Stroke,
    Strokes,
    as_complex,
    corners,
    gaps,
    lengths,
    means,
    resample,
    sides,
)

N_CANDIDATES = 24  # placements weighed for each new stroke
N_DRAFTS = 8  # attempts at a legible character unlike the others of its alphabet, before taking the best
UNLIKE = 0.22  # difference of two _looks, of at most 2, that the eye does not miss
N_SEEN = 7  # rows and columns of a _look
LONGEST = 6.0  # of a stroke, in a frame 2 wide

_SEEN = np.linspace(-0.75, 0.75, N_SEEN)


@dataclass(frozen=True)
class _Style:
    """What the characters of one alphabet have in common."""

    shapes: Float[np.ndarray, "n_shapes n_points 2"]  # each lies over the line from (0, 0) to (1, 0)
    few: Complex[np.ndarray, "2 n_shapes _few"]  # points enough to judge by, over the line and under it
    chances: Float[np.ndarray, " n_shapes"]  # that a stroke has this shape or one before it
    anchors: Float[np.ndarray, "n_anchors 2"]
    half_width: float  # of the anchors
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
    chances = (weights / weights.sum()).cumsum()
    half_width, middle = rng.uniform(0.6, 1.1), rng.uniform(-0.25, 0.25)
    shapes = np.stack([resample(shape) for shape in [line, *shapes]])
    few = as_complex(shapes[:, ::4])
    return _Style(
        shapes=shapes,
        few=np.stack([few, few.conj()]),
        chances=chances / chances[-1],
        anchors=np.array([[x, y] for x in (-half_width, 0.0, half_width) for y in (-1.0, middle, 1.0)]),
        half_width=half_width,
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
    looks = np.empty((n_characters, N_SEEN * N_SEEN))
    for k in range(n_characters):
        best, most = blank, -np.inf
        for _ in range(N_DRAFTS):
            root = roots[rng.integers(len(roots))] if rng.random() < 0.7 else blank
            draft = _invent_character(root, style, rng)
            look = _look(draft)
            merit = np.abs(looks[:k] - look).sum(1).min(initial=UNLIKE) - _faults(draft)
            if merit > most:
                best, most, looks[k] = draft, merit, look
            if merit == UNLIKE:
                break
        characters.append(best)
    return characters


def _invent_character(root: Strokes, style: _Style, rng: np.random.Generator) -> Strokes:
    n_more = int(np.clip(rng.poisson(style.n_strokes - 1) + 1 - len(root), 1, 5))
    strokes = _grow(root, n_more, style, rng)
    low, high = corners(strokes)
    if style.headline:
        bar = resample(np.array([[low[0] - 0.15, low[1]], [high[0] + 0.15, low[1]]]))
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
        if joins and lengths(np.stack([strokes[-1], stroke])).sum() < LONGEST:
            joined = resample(np.concatenate([strokes[-1], stroke[1:]]))
            strokes = np.concatenate([strokes[:-1], joined[None]])
        elif mirrors and gaps(mirrored, strokes).min() < 0.05 and gaps(mirrored, stroke[None]).mean() > 0.2:
            strokes = np.concatenate([strokes, stroke[None], mirrored[None]])
        else:
            strokes = np.concatenate([strokes, stroke[None]])
    return strokes


def _place(strokes: Strokes, joins: bool, style: _Style, rng: np.random.Generator) -> Stroke:
    """The most fitting of many random placements of a shape between two anchors or joints.

    They are weighed as complex numbers x + iy: a product turns and scales a shape from (0, 1) onto a line.
    """
    n = N_CANDIDATES
    shape = style.chances.searchsorted(rng.random(n), side="right")
    side = (rng.random(n) >= 0.5) * 1  # of the line
    joints = strokes[-1, -1:] if joins else strokes[:, [0, N_POINTS // 2, -1]].reshape(-1, 2)
    starts = joints if len(strokes) else style.anchors
    ends = np.concatenate([style.anchors, joints])
    start = as_complex(starts)[rng.integers(len(starts), size=n)]
    chord = as_complex(ends)[rng.integers(len(ends), size=n)] - start

    few = start[:, None] + style.few[side, shape] * chord[:, None]  # (n, n_points / 4)
    right, down = sides(few[:, 1:] - few[:, :-1])
    slanting = means(np.minimum(right, down) / (right + down + 1e-9))
    length = np.abs(chord)
    badness = 4 * np.maximum(0.6 - length, 0) + style.upright * slanting + rng.gumbel(0, 0.12, n)
    x, y = sides(few)
    of_points = 3 * (np.maximum(x - style.half_width, 0) + np.maximum(y - 1, 0))  # out of the frame
    if len(strokes):
        gap = gaps(few.view(float).reshape(n, -1, 2), strokes)
        of_points += 4 * (gap < 0.22) - 0.6 * np.minimum(gap, 0.7)
        centre = (means(few) + as_complex(strokes).sum() / N_POINTS) / (len(strokes) + 1)
        badness += 0.8 * np.abs(centre)
    else:
        badness -= 0.4 * np.minimum(length, 1.8)  # the first stroke spans the frame
    best = (badness + means(of_points)).argmin()
    along = chord[best]
    frame = np.array([[along.real, along.imag], [-along.imag, along.real]])  # along the line and across it
    begin = [start[best].real, start[best].imag]
    return begin + (style.shapes[shape[best]] * [1, 1 - 2 * side[best]]) @ frame


def _dots(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """One dot, or a pair, where there is just enough room for it."""
    turn = np.linspace(0, 2 * np.pi, N_POINTS)
    dot = 0.06 * np.stack([np.cos(turn), np.sin(turn)], 1)
    spots = rng.uniform(-1.25, 1.25, (40, 2))
    spot = spots[np.abs(gaps(spots, strokes) - 0.38).argmin()]
    pair = rng.random() < 0.35 and abs(spot[0]) > 0.2
    return np.stack([dot + spot, dot + spot * [-1, 1]] if pair else [dot + spot])


def _faults(strokes: Strokes) -> float:
    """How far a character is from legible: too bare, too flat or too full."""
    low, high = corners(strokes)
    length, flat = lengths(strokes).sum(), (high - low).min()
    return float(max(1.9 - length, 0) + 2 * max(0.45 - flat, 0) + max(length - 5.5, 0))


def _look(strokes: Strokes) -> Float[np.ndarray, " n_seen"]:
    """Where the ink is, seen from afar; sums to 1."""
    x, y = np.exp(-(((strokes.reshape(-1, 2).T[..., None] - _SEEN) / 0.16) ** 2) / 2)
    seen = np.tanh(y.T @ x * 10 / N_POINTS)
    return (seen / seen.sum()).ravel()
