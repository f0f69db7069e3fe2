"""The two text files of CelebA, checked line by line: the attributes of each image, and the part it belongs to."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import UInt8

from umeta.stage import UserError

N_ATTRIBUTES = 40
REMEDY = "Get it again from https://mmlab.ie.cuhk.edu.hk/projects/CelebA.html."


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{path} is not a readable list: {error}. {REMEDY}") from None


def read_attributes(path: Path) -> tuple[list[str], dict[str, UInt8[np.ndarray, " n_attributes"]]]:
    """Read the attributes of each file, 1 for having one, and their names.

    Raises:
        UserError: the count in the first line, the number of attributes or a row is not what it must be.
    """
    lines = _lines(path)
    head, names = [*lines, "", ""][:2]
    if not head.strip().isdigit() or len(names.split()) != N_ATTRIBUTES:
        raise UserError(
            f"{path} begins with {head.strip()[:40]!r} and {len(names.split())} names; the number of images and "
            f"{N_ATTRIBUTES} names of attributes are expected. {REMEDY}"
        )
    rows: dict[str, np.ndarray] = {}
    for number, line in enumerate(lines[2:], 3):
        name, *values = line.split() or [""]
        if not name:
            continue
        if len(values) != N_ATTRIBUTES or not set(values) <= {"-1", "1"}:
            odd = sorted(set(values) - {"-1", "1"})
            problem = f"the value {odd[0]!r}" if odd else f"{len(values)} values"
            raise UserError(
                f"{path}: line {number} ({name}) has {problem}; {N_ATTRIBUTES} values of 1 or -1 are "
                f"expected. {REMEDY}"
            )
        if name in rows:
            raise UserError(f"{path}: line {number} gives {name} a second time. {REMEDY}")
        rows[name] = np.array([value == "1" for value in values], np.uint8)
    if len(rows) != int(head):
        raise UserError(
            f"{path} says in its first line that it has {int(head):,} rows; it has {len(rows):,}, the last for "
            f"{next(reversed(rows), 'nothing')}. {REMEDY}"
        )
    return names.split(), rows


def read_parts(path: Path) -> dict[str, int]:
    """Read which split each file belongs to."""
    parts: dict[str, int] = {}
    for number, line in enumerate(_lines(path), 1):
        name, *values = line.split() or [""]
        if not name:
            continue
        if len(values) != 1 or values[0] not in ("0", "1", "2") or name in parts:
            raise UserError(
                f"{path}: line {number} is {line[:60]!r}; a file name that was not there before and 0, 1 or 2 are "
                f"expected. {REMEDY}"
            )
        parts[name] = int(values[0])
    return parts


def check_same(path: Path, names: Mapping[str, Any], other_path: Path, other: Mapping[str, Any]) -> None:
    """Check that two pieces name the same files.

    Raises:
        UserError: one of them names files that the other does not.
    """
    for here, there, has, lacks in (
        (names, other, path, other_path),
        (other, names, other_path, path),
    ):
        if missing := sorted(here.keys() - there.keys()):
            shown = ", ".join(missing[:3]) + (" …" if len(missing) > 3 else "")
            raise UserError(
                f"CelebA: {len(missing):,} of {len(here):,} images of {has} are missing in {lacks}, e.g. {shown}. "
                f"{REMEDY}"
            )
