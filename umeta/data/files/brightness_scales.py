"""What is decided over all images of a set, so that brightness can be compared between them.

- **Depth.** The images of more than 8 bits that are of one kind share one scale. Black is 0, and white is the end of
  the smallest usual scale that holds all their numbers (1 for fractions, 255, 1,023, 4,095, 16,383, 65,535). Where no
  usual scale holds them, or they use less than a quarter of it, the smallest number is black and the largest is white.
- **Ground.** Transparent pictures of one set stand on one ground, the one on which the fewest of them vanish:
  white if it does as well as any other, then black, then middle grey.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float, UInt8

from umeta.wording import counted

Kind = str
SIXTEEN_BITS, WHOLE_NUMBERS, FRACTIONS = (
    "of 16 bits", "of 32 bits or signed numbers", "of floating-point numbers",
)  # fmt: skip
"""The kinds of images whose numbers need a scale."""

WHITES: Mapping[float, str] = {
    1.0: "", 255.0: "8 bits", 1023.0: "10 bits", 4095.0: "12 bits", 16383.0: "14 bits", 65535.0: "16 bits",
}  # fmt: skip
"""The largest number of each usual scale, and what it is called."""
USED_SHARE = 0.25
"""The share of a usual scale that a set must use for that scale to be believed."""

GROUNDS: Mapping[int, str] = {255: "white", 0: "black", 128: "grey"}
FAINT = 32.0
"""Grey levels; a drawing vanishes on a ground that it differs from by less on average."""


@dataclass(frozen=True)
class Span:
    """The smallest and the largest number in an image of some kind."""

    kind: Kind
    low: float
    high: float


@dataclass(frozen=True)
class Scale:
    """Which number is black and which is white."""

    black: float
    white: float

    def grey_levels(self, values: Float[np.ndarray, " *shape"]) -> UInt8[np.ndarray, " *shape"]:
        """Return numbers as grey levels 0 to 255."""
        levels = (values - self.black) * (255 / (self.white - self.black))
        return np.rint(levels).clip(0, 255).astype(np.uint8)


@dataclass(frozen=True)
class Rules:
    """The scale of each kind of image in a set, and the ground of its transparent pictures."""

    scales: Mapping[Kind, Scale] = field(default_factory=dict)
    ground: int = 255


def scale_of(span: Span) -> Scale:
    """Return the scale of images that hold the numbers of a span, by the rule above."""
    usual = [white for white in WHITES if white > 1 or span.kind == FRACTIONS]
    white = next((white for white in usual if span.low >= 0 and span.high <= white), None)
    used = span.high - span.low
    if white is None or 0 < used < USED_SHARE * white:
        return Scale(span.low, span.high) if used else Scale(span.low, span.low + 1)
    return Scale(0.0, white)


def contrasts(rgba: UInt8[np.ndarray, "height width 4"]) -> tuple[float, ...] | None:
    """Return by how many grey levels a drawing differs from each ground on average; None if it is all transparent."""
    opacity = rgba[..., 3].astype(np.float64)
    if not opacity.any():
        return None
    luminance = rgba[..., :3] @ np.array([0.299, 0.587, 0.114])
    return tuple(float(np.average(abs(luminance - ground), weights=opacity)) for ground in GROUNDS)


def decide(spans: Iterable[Span], drawings: Iterable[Sequence[float]]) -> tuple[Rules, list[str]]:
    """Return the rules for images of these spans and drawings of these contrasts, and a note for each rule used."""
    by_kind: dict[Kind, list[Span]] = {}
    for span in spans:
        by_kind.setdefault(span.kind, []).append(span)
    scales, notes = {}, []
    for kind, of_kind in sorted(by_kind.items()):
        whole = Span(kind, min(span.low for span in of_kind), max(span.high for span in of_kind))
        scales[kind] = scale_of(whole)
        notes.append(_scale_note(len(of_kind), whole, scales[kind]))
    ground, ground_notes = _ground([*drawings])
    return Rules(scales, ground), notes + ground_notes


def _scale_note(n_images: int, span: Span, scale: Scale) -> str:
    hold = "holds" if n_images == 1 else "hold"
    numbers = f"{counted(n_images, 'image')} {span.kind} {hold} {_number(span.low)} to {_number(span.high)}"
    bits = WHITES.get(scale.white, "") if scale.black == 0 else ""
    read_as = f"read as {bits}, " if bits else ""
    return f"{numbers}: {read_as}{_number(scale.black)} is black and {_number(scale.white)} white in all of them."


def _number(value: float) -> str:
    return f"{value:,.0f}" if value == round(value) and abs(value) < 1e15 else f"{value:.4g}"


def _ground(drawings: list[Sequence[float]]) -> tuple[int, list[str]]:
    if not drawings:
        return next(iter(GROUNDS)), []
    n_faint = (np.array(drawings) < FAINT).sum(axis=0)
    ground, name = [*GROUNDS.items()][int(n_faint.argmin())]
    has, it = ("has", "it stands") if len(drawings) == 1 else ("have", "all of them stand")
    vanish = f"; {n_faint.min():,} of them can hardly be seen there" if n_faint.min() else ""
    return ground, [f"{counted(len(drawings), 'image')} {has} transparent parts: {it} on {name}{vanish}."]
