"""Colours: which group gets which, so that groups that matter can be told apart by everyone.

Up to ten groups have a colour each (Petroff-10, whose colours stay apart under every colour deficiency), up to
twenty a colour and a shape. Beyond that colour is no longer a name: groups are tinted so that those which touch on
the map differ.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int, UInt8

Colour = tuple[int, int, int]

PETROFF: tuple[Colour, ...] = (
    (63, 144, 218),
    (255, 169, 14),
    (189, 31, 1),
    (148, 164, 162),
    (131, 45, 182),
    (169, 107, 89),
    (231, 99, 0),
    (185, 172, 112),
    (113, 117, 129),
    (146, 218, 221),
)
"""Petroff, "Accessible color sequences for data visualization", arXiv 2107.02270, in its order."""

GREY: Colour = (150, 155, 165)
"""Items in no group, on either theme."""

TINTS = (0, 1, 2, 4, 5, 6, 7, 9)
"""Petroff's colours that are not grey: beyond twenty groups grey is kept for items in no cluster."""

_STOPS = {
    "viridis": (
        (68, 1, 84),
        (72, 40, 120),
        (62, 74, 137),
        (49, 104, 142),
        (38, 130, 142),
        (31, 158, 137),
        (53, 183, 121),
        (110, 206, 88),
        (181, 222, 43),
        (253, 231, 37),
    ),
    "cividis": (
        (0, 34, 78),
        (18, 53, 112),
        (59, 73, 108),
        (87, 93, 109),
        (112, 113, 115),
        (138, 134, 120),
        (165, 156, 116),
        (195, 179, 105),
        (225, 204, 85),
        (254, 232, 56),
    ),
}
RAMPS = tuple(_STOPS)
"""The ramps for quantities, dark to light; both are read alike by everyone."""


@dataclass(frozen=True, eq=False)
class GroupColours:
    """One colour for each of some groups, and whether it needs the second shape to be told from another group."""

    ids: Int[np.ndarray, " n_groups"]
    """The groups, ascending."""
    colours: UInt8[np.ndarray, "n_groups 3"]
    second: Bool[np.ndarray, " n_groups"]
    """Groups 11 to 20 of at most 20: the same ten colours, another shape."""

    def of(self, group: int) -> Colour:
        """Return the colour of one group, grey for one that is not among them."""
        place = int(np.searchsorted(self.ids, group))
        if place == len(self.ids) or self.ids[place] != group:
            return GREY
        red, green, blue = self.colours[place].tolist()
        return red, green, blue

    def painted(self, groups: Int[np.ndarray, " n_points"]) -> tuple[np.ndarray, np.ndarray]:
        """Return each point's colour (n_points, 3) and whether it takes the second shape (n_points,)."""
        colours = np.vstack([self.colours, np.array([GREY], np.uint8)])
        second = np.append(self.second, False)
        place = np.searchsorted(self.ids, groups)
        has_colour = place < len(self.ids)
        has_colour[has_colour] = self.ids[place[has_colour]] == groups[has_colour]
        place = np.where(has_colour, place, len(self.ids))
        return colours[place], second[place]


def hex_of(colour: Sequence[int]) -> str:
    """Return `#rrggbb`."""
    return "#{:02x}{:02x}{:02x}".format(*(int(part) for part in colour))


def row_colours(n_way: int) -> list[Colour]:
    """Return a colour for each row of a task; beyond eight rows they come round again."""
    return [PETROFF[TINTS[row % len(TINTS)]] for row in range(n_way)]


def colour_groups(
    groups: Int[np.ndarray, " n_points"],
    positions: Float[np.ndarray, "n_points 2"] | None = None,
    *,
    ids: Sequence[int] | None = None,
) -> GroupColours:
    """Choose a colour for each group; the same input always gets the same colours.

    Args:
        groups: Each point's group, negative for none.
        positions: Where the points lie; with more than twenty groups, those that touch there get different tints.
        ids: All groups that there are, where not each of them has a point; a group's place among them is its
            colour, whatever else is shown.
    """
    group_ids = np.unique(np.asarray(ids if ids is not None else groups))
    group_ids = group_ids[group_ids >= 0]
    number = np.arange(len(group_ids))
    if len(group_ids) <= 2 * len(PETROFF):
        table = np.array(PETROFF, np.uint8)
        return GroupColours(group_ids, table[number % len(PETROFF)], number >= len(PETROFF))
    table = np.array([PETROFF[k] for k in TINTS], np.uint8)
    place = np.searchsorted(group_ids, np.asarray(groups))
    place = np.where(np.asarray(groups) >= 0, np.minimum(place, len(group_ids) - 1), -1)
    edges = {} if positions is None else touching(place, positions)
    return GroupColours(
        group_ids, table[tint(len(group_ids), edges, len(TINTS))], np.zeros(len(group_ids), bool)
    )


def touching(
    groups: Int[np.ndarray, " n_points"], positions: Float[np.ndarray, "n_points 2"], *, neighbours: int = 6
) -> dict[tuple[int, int], int]:
    """Return the pairs of groups that touch, and how often: a point of one has a point of the other next to it."""
    from scipy.spatial import KDTree

    inside = groups >= 0
    groups, positions = groups[inside].astype(np.int64), positions[inside]
    count = min(neighbours + 1, len(groups))
    if count < 2:
        return {}
    near = np.asarray(KDTree(positions).query(positions, count)[1])  # the first is the point itself
    first, second = np.repeat(groups, count - 1), groups[near[:, 1:]].ravel()
    first, second = first[first != second], second[first != second]
    base = int(groups.max()) + 1  # a pair as one number: numbers are counted ten times as fast as rows
    pairs, counts = np.unique(
        np.minimum(first, second) * base + np.maximum(first, second), return_counts=True
    )
    return {divmod(pair, base): count for pair, count in zip(pairs.tolist(), counts.tolist(), strict=True)}


def tint(n_groups: int, edges: dict[tuple[int, int], int], n_tints: int) -> Int[np.ndarray, " n_groups"]:
    """Give each group one of some tints, different ones to groups that touch wherever there are enough.

    Groups are taken by DSATUR, the one whose neighbours show the most tints first; where no tint is free it gets
    the one that touches it least, and of equally good ones the least used.

    Reference: Brélaz, "New methods to color the vertices of a graph", CACM 1979.
    """
    weight = np.zeros((n_groups, n_tints))  # how much each group touches each tint so far
    beside: list[list[tuple[int, int]]] = [[] for _ in range(n_groups)]
    for (a, b), count in edges.items():
        beside[a].append((b, count))
        beside[b].append((a, count))
    degree = np.array([len(neighbours) for neighbours in beside])
    chosen = np.full(n_groups, -1)
    used = np.zeros(n_tints)
    saturation = np.zeros(n_groups)
    for _ in range(n_groups):
        waiting = np.flatnonzero(chosen < 0)
        group = waiting[np.lexsort((waiting, -degree[waiting], -saturation[waiting]))[0]]
        best = np.lexsort((np.arange(n_tints), used, weight[group]))[0]
        chosen[group] = best
        used[best] += 1
        for other, count in beside[group]:
            weight[other, best] += count
            saturation[other] = np.count_nonzero(weight[other])
    return chosen


def ramp(
    values: Float[np.ndarray, " n_values"],
    *,
    name: str = "viridis",
    low: float | None = None,
    high: float | None = None,
) -> UInt8[np.ndarray, "n_values 3"]:
    """Return a colour for each quantity, dark for low ones; not-a-number is grey.

    Args:
        values: The quantities.
        name: One of `RAMPS`.
        low: The value of the darkest colour, the least value by default; anything below it looks the same.
        high: The value of the lightest colour, the greatest value by default.
    """
    values = np.asarray(values, float)
    finite = np.isfinite(values)
    if not finite.any():
        return np.tile(np.array([GREY], np.uint8), (len(values), 1))
    low = float(values[finite].min()) if low is None else low
    high = float(values[finite].max()) if high is None else high
    share = np.clip((values - low) / (high - low), 0, 1) if high > low else np.full(len(values), 0.5)
    stops = np.array(_STOPS[name], float)
    share = np.where(finite, share, 0.0) * (len(stops) - 1)
    colours = np.stack([np.interp(share, np.arange(len(stops)), stops[:, c]) for c in range(3)], axis=1)
    return np.where(finite[:, None], np.rint(colours), np.array(GREY)).astype(np.uint8)


def ramp_colour(share: float, name: str = "viridis") -> Colour:
    """Return the colour at a share of the ramp, 0 to 1."""
    red, green, blue = ramp(np.array([share]), name=name, low=0.0, high=1.0)[0].tolist()
    return red, green, blue
