"""Does low noise or high diversity go with the gain? Rank correlations with intervals, over several sets of points."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from umeta.plane.points import Point

LEAST_POINTS = 5
"""Points below which no correlation is told."""


class Correlation(NamedTuple):
    """A rank correlation with its 95% interval."""

    rho: float
    low: float
    high: float
    n: int

    @property
    def is_told(self) -> bool:
        """Whether the interval leaves its sign no doubt."""
        return self.low > 0 or self.high < 0


@dataclass(frozen=True)
class Association:
    """How the gain goes with noise and with diversity over some points."""

    over: str
    noise: Correlation
    diversity: Correlation


def associations(points: Sequence[Point]) -> list[Association]:
    """Return the correlations over all points, with the encoder held fixed, and over each dial, of enough points."""
    of_clusters = [point for point in points if point.encoder]
    groups: list[tuple[str, Sequence[Point], Callable[[Point], str] | None]] = [
        ("all constructions", points, None),
        ("clusters, the encoder held fixed", of_clusters, lambda point: point.encoder),
        (
            "number of clusters k, the encoder held fixed",
            [point for point in of_clusters if point.made_by == "kmeans" and not point.dials],
            lambda point: f"{point.encoder} {point.n_partitions}",
        ),
        (
            "number of partitions P, the encoder held fixed",
            [point for point in of_clusters if point.made_by == "kmeans" and not point.dials],
            lambda point: f"{point.encoder} {point.asked_clusters}",
        ),
        ("noise, image by image", _on_the_dial(points, "random"), None),
        ("noise, in pieces", _on_the_dial(points, "clustered"), None),
    ]
    found = []
    for over, chosen, held in groups:
        groups_of = [held(point) if held else "" for point in chosen]
        kept = [(p, g) for p, g in zip(chosen, groups_of, strict=True) if groups_of.count(g) > 1]
        n_groups = len({group for _, group in kept})
        if len(kept) - n_groups + 1 < LEAST_POINTS:
            continue
        gain, noise, diversity = (
            _within(np.array(values), [group for _, group in kept])
            for values in zip(*((p.gain, p.noise, np.log(p.diversity)) for p, _ in kept), strict=True)
        )
        freedom = len(kept) - n_groups + 1
        found.append(Association(over, spearman(noise, gain, freedom), spearman(diversity, gain, freedom)))
    return found


def spearman(a: Float[np.ndarray, " n"], b: Float[np.ndarray, " n"], n: int | None = None) -> Correlation:
    """Return Spearman's rank correlation of two quantities.

    Args:
        a: One quantity.
        b: The other.
        n: Of how many independent values the interval is; fewer than there are where means of groups were taken off.

    Reference: Bonett, Wright, "Sample size requirements for estimating Pearson, Kendall and Spearman correlations",
    Psychometrika 2000, for the variance of Fisher's transform.
    """
    n = len(a) if n is None else n
    ranks = [_ranks(values) for values in (a, b)]
    if min(np.ptp(rank) for rank in ranks) == 0 or n < 4:
        return Correlation(float("nan"), float("nan"), float("nan"), n)
    rho = float(np.corrcoef(ranks)[0, 1])
    half = 1.96 * ((1 + rho**2 / 2) / (n - 3)) ** 0.5
    most = 1 - 1 / n  # a perfect order of few values is no certainty, as the transform of 1 would have it
    middle = np.arctanh(np.clip(rho, -most, most))
    low, high = float(np.tanh(middle - half)), float(np.tanh(middle + half))
    return Correlation(rho, min(low, rho), max(high, rho), n)


def sentence(found: Association) -> str:
    """Return what the correlations over some points say, in a sentence."""
    noise = found.noise
    low_noise = Correlation(-noise.rho, -noise.high, -noise.low, noise.n)
    said = f"low noise {_said(low_noise)} and high diversity {_said(found.diversity)}"
    return f"Over {found.over} (n = {noise.n}), {said}."


def _said(value: Correlation) -> str:
    if value.rho != value.rho:
        return "is the same everywhere"
    way = "larger" if value.rho > 0 else "smaller"
    verdict = f"goes with a {way} gain" if value.is_told else "does not tell the gain"
    return f"{verdict} (ρ = {value.rho:+.2f} [{value.low:+.2f}, {value.high:+.2f}])"


def _on_the_dial(points: Sequence[Point], form: str) -> list[Point]:
    """Return true classes with noise of a form, from none to all."""
    return [
        point
        for point in points
        if point.made_by == "oracle"
        and set(point.dials) <= {"noise", "noise_form"}
        and (not point.dials or point.dials.get("noise_form", "random") == form)
    ]


def _within(values: Float[np.ndarray, " n"], groups: Sequence[str]) -> Float[np.ndarray, " n"]:
    """Take each group's mean off."""
    _, rows = np.unique(groups, return_inverse=True)
    return values - (np.bincount(rows, values) / np.bincount(rows))[rows]


def _ranks(values: Float[np.ndarray, " n"]) -> Float[np.ndarray, " n"]:
    """Return ranks from 0; equal values share their mean rank."""
    _, rows, counts = np.unique(np.round(values, 12), return_inverse=True, return_counts=True)
    return (np.cumsum(counts) - (counts + 1) / 2)[rows]
