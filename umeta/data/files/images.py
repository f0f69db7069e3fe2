"""Photographs and drawings of any size and format, read into rows of one size on disk."""

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import UInt8
from PIL import Image, UnidentifiedImageError

from umeta.data.files.brightness_scales import Rules, decide
from umeta.data.files.file_tree import FileTree, Read, Unreadable
from umeta.data.files.pixels import MAX_PIXELS, TRAITS, TooLarge, decode
from umeta.data.files.row_store import Outcome, RowStore
from umeta.data.files.square_fit import Fit
from umeta.data.naming import left_out, name_some
from umeta.stage import Cancelled, OnStep, Step, UserError
from umeta.wording import counted

MAX_BYTES = 12_000_000_000
"""What the images of a whole set may take on disk."""
PART = 200
"""Images that are written at once; so many are read again where a reading was killed."""

FEW_LEVELS = 16
"""Of 256 grey levels; images that use fewer, all of them together, look blank to the eye."""

Refuse = Callable[[str, str], None]


@dataclass(frozen=True)
class Reading:
    """What reading a list of image files gave."""

    store: RowStore
    names: Sequence[str]
    rule_notes: Sequence[str]
    """What was decided over the whole set."""

    @property
    def kept(self) -> list[int]:
        """The numbers of the files that were read."""
        return [k for k in range(len(self.names)) if not self.store.outcomes[k].reason]

    @property
    def is_grey(self) -> bool:
        """Whether every image is grey."""
        return all(self.store.outcomes[k].is_grey for k in self.kept)

    def unreadable(self) -> list[str]:
        """Return each file that cannot be read, with the reason."""
        reasons = ((name, self.store.outcomes[k].reason) for k, name in enumerate(self.names))
        return [f"{name} {reason}" for name, reason in reasons if reason]

    def notes(self) -> list[str]:
        """Return what was left out, assumed or found odd, one line each."""
        outcomes = [(self.names[k], self.store.outcomes[k]) for k in self.kept]
        notes = left_out("cannot be read", self.unreadable())
        notes += self.rule_notes
        for trait, what in TRAITS.items():
            if having := [name for name, outcome in outcomes if trait in outcome.traits]:
                notes.append(f"{counted(len(having), 'image')} {what}: {name_some(having)}.")
        blank = [name for name, outcome in outcomes if outcome.is_blank]
        if blank:
            is_are = "is" if len(blank) == 1 else "are"
            share = ", all there are," if len(blank) == len(outcomes) > 1 else ""
            notes.append(
                f"{counted(len(blank), 'image')}{share} {is_are} blank, all of one colour: {name_some(blank)}."
            )
        levels = [level for _, outcome in outcomes for level in outcome.levels]
        if levels and len(blank) < len(outcomes):
            notes += few_levels(min(levels), max(levels))
        return notes


def few_levels(low: int, high: int) -> list[str]:
    """Return a note where images that are not blank use so few grey levels that they look so; no note if not."""
    if high - low >= FEW_LEVELS:
        return []
    return [
        f"All images together use no grey levels but {low} to {high} of 0 to 255: they look blank, though they are not."
    ]


def read_images(
    tree: FileTree,
    names: Sequence[str],
    size: int,
    work: Path,
    *,
    fit: Fit = "crop",
    on_unreadable: Refuse | None = None,
    on_step: OnStep,
) -> Reading:
    """Read images of a folder or zip as RGB of `size` × `size` into the folder `work`.

    Parts that were read stay there if the reading is stopped, and the next reading of the same names goes on after
    them. What cannot be read is left out, after `on_unreadable(name, reason)`, which may raise to stop the reading.

    Raises:
        UserError: so many images of this size are too many, or the folder or zip cannot be read.
        StorageError: the disk is full or not writable.
    """
    needed = len(names) * 3 * size**2
    if needed > MAX_BYTES:
        raise UserError(
            f"{tree.path}: {len(names):,} images of {size} × {size} pixels take {needed / 1e9:.1f} GB, at most "
            f"{MAX_BYTES / 1e9:.0f} GB are kept. Lower dataset.size."
        )
    store = RowStore(work, names, size)
    with tree.opened() as files, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow's, on odd files; what matters is noted
        reader = _Reader(tree, names, size, fit, store, files.read, on_unreadable, on_step)
        reader.read([k for k in range(len(names)) if k not in store.outcomes], None, "reading")
        outcomes = [store.outcomes[k] for k in range(len(names))]
        rules, notes = decide(
            (outcome.span for outcome in outcomes if outcome.span),
            (outcome.contrasts for outcome in outcomes if outcome.contrasts),
        )
        reader.read(
            [k for k, outcome in enumerate(outcomes) if outcome.is_pending], rules, "fitting brightness of"
        )
    return Reading(store, names, notes)


@dataclass(frozen=True)
class _Reader:
    tree: FileTree
    names: Sequence[str]
    size: int
    fit: Fit
    store: RowStore
    read_file: Read
    on_unreadable: Refuse | None
    on_step: OnStep

    def read(self, numbers: Sequence[int], rules: Rules | None, what: str) -> None:
        """Read the files of these numbers; what was read before an error is written."""
        before = len(self.names) - len(numbers)
        for start in range(0, len(numbers), PART):
            rows: dict[int, np.ndarray] = {}
            outcomes: dict[int, Outcome] = {}
            try:
                for done, k in enumerate(numbers[start : start + PART], start=before + start):
                    if done % 100 == 0 or done == before:
                        self.on_step(
                            Step("dataset", done, len(self.names), note=f"{what} {self.tree.path.name}")
                        )
                    outcomes[k] = self._read_one(k, rules, rows)
            finally:
                if outcomes:
                    self.store.write(rows, outcomes)

    def _read_one(self, k: int, rules: Rules | None, rows: dict[int, np.ndarray]) -> Outcome:
        try:
            decoded = decode(self.read_file(self.names[k]), self.size, self.fit, rules)
        except Cancelled:
            raise
        except Exception as error:  # on hostile files Pillow's decoders raise nearly anything
            reason = _reason(error)
            if self.on_unreadable:
                self.on_unreadable(self.names[k], reason)
            return Outcome(reason)
        first = self.store.outcomes.get(k, Outcome(traits=decoded.traits))
        if decoded.pixels is None:
            return replace(first, is_pending=True, span=decoded.span, contrasts=decoded.contrasts)
        rows[k] = decoded.pixels.transpose(2, 0, 1)
        return replace(first, is_pending=False, **_look(decoded.pixels))


def _look(pixels: UInt8[np.ndarray, "size size 3"]) -> dict[str, Any]:
    grey = (pixels[..., 0] == pixels[..., 1]).all() and (pixels[..., 0] == pixels[..., 2]).all()
    blank = (pixels == pixels[:1, :1]).all()
    return {"is_grey": bool(grey), "is_blank": bool(blank), "levels": (int(pixels.min()), int(pixels.max()))}


def _reason(error: Exception) -> str:
    if isinstance(error, Unreadable):
        return error.reason
    if isinstance(error, TooLarge):
        return str(error)
    if isinstance(error, UnidentifiedImageError):
        return "is no image of a kind that is read"
    if isinstance(error, Image.DecompressionBombError):
        return f"is larger than {MAX_PIXELS / 1e6:.0f} million pixels"
    return f"is not a readable image ({str(error) or type(error).__name__})".replace("\n", " ")
