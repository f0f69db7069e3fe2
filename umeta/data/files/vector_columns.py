"""Which columns of a table are the dimensions of its vectors. Nothing is guessed: one list, or one family."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from itertools import pairwise

from umeta.data.naming import name_some
from umeta.stage import UserError

ID_COLUMNS = (
    "id", "ids", "item", "image", "filename", "file_name", "file", "path", "image_id", "image_path",
)  # fmt: skip
LABEL_COLUMNS = (
    "label", "labels", "class", "classes", "target", "targets", "category", "class_name", "label_name",
    "fine_label", "coarse_label", "y",
)  # fmt: skip
SPLIT_COLUMN = "split"
_LISTS, _DECIMALS = "lists of decimal numbers", "decimal numbers"
_NEVER_STEMS = {"id", "ids", *LABEL_COLUMNS, SPLIT_COLUMN, "fold", "index", "unnamed", "__index_level"}
_NUMBERED = re.compile(r"(?P<stem>.*?)(?P<number>\d{1,9})")


@dataclass(frozen=True)
class VectorColumns:
    """The columns that hold the vectors."""

    names: tuple[str, ...]
    """One column of lists, or one column for each dimension, in the order of the dimensions."""
    are_lists: bool


def is_label(name: str) -> bool:
    """Return whether a column's name says that it holds classes."""
    return name.lower() in LABEL_COLUMNS


def choose_vectors(
    kinds: Mapping[str, str], pattern: str | None, *, option: str, file: object
) -> VectorColumns:
    """Choose the columns of the vectors: those that `pattern` names, or the only ones that can be meant.

    Args:
        kinds: what each column holds, as `TableFile.kinds` says it.
        pattern: names and patterns such as `e*`, separated by commas; None to take the only candidate.
        option: the key of the pattern as a person types it, for the remedy.
        file: the file, for the message.

    Raises:
        UserError: there is no candidate, or more than one, or a family has gaps or holds something else.
    """
    if pattern is not None:
        return _chosen(kinds, pattern, option, file)
    families = _families(kinds)
    lists = [name for name, kind in kinds.items() if kind == _LISTS]
    candidates = [VectorColumns((name,), True) for name in lists]
    candidates += [VectorColumns(tuple(names), False) for names in families.values()]
    if len(candidates) == 1:
        if not candidates[0].are_lists:
            _check_family(candidates[0].names, kinds, option, file)
        return candidates[0]
    if candidates:
        several = " and ".join(_family_text(candidate.names) for candidate in candidates[:4])
        raise UserError(
            f"{file} may hold several kinds of vectors: {several}. Say which are meant, e.g. "
            f"{option}={_pattern_of(candidates[0].names)}."
        )
    raise UserError(
        f"{file} has no column of vectors and no family of numbered columns of decimal numbers (e0, e1, …), but "
        f"{described(kinds)}. Name the columns of the vectors by {option}, e.g. {option}=embedding or {option}=e*."
    )


def described(kinds: Mapping[str, str], max_names: int = 12) -> str:
    """Return columns with what they hold, for a message."""
    return (
        name_some([f"{name} ({kind})" for name, kind in kinds.items()], max_names=max_names) or "no columns"
    )


def is_reserved(name: str) -> bool:
    """Return whether a column's name says that it holds ids, classes, a split or an index, numbered or not."""
    plain = name.lower()
    match = _NUMBERED.fullmatch(plain.rstrip("_"))
    return (
        plain in ID_COLUMNS
        or plain in _NEVER_STEMS
        or (match is not None and match["stem"].rstrip("_-.: ") in _NEVER_STEMS)
    )


def _chosen(kinds: Mapping[str, str], pattern: str, option: str, file: object) -> VectorColumns:
    names: list[str] = []
    for part in (part.strip() for part in pattern.split(",")):
        matching = [part] if part in kinds else _matching(kinds, part)
        if not matching:
            raise UserError(
                f"{option}={pattern}: {file} has no column {part} of numbers, but {described(kinds)}."
            )
        names += [name for name in matching if name not in names]
    lists = [name for name in names if kinds[name].startswith("lists of ")]
    if lists and len(names) > 1:
        raise UserError(
            f"{option}={pattern} names {name_some(names)} of {file}; choose one column of lists, or columns of numbers."
        )
    return VectorColumns(tuple(names), bool(lists))


def _matching(kinds: Mapping[str, str], pattern: str) -> list[str]:
    """Return the columns of numbers that a pattern fits; what is named for ids or classes must be named in full."""
    fitting = [name for name in kinds if fnmatchcase(name, pattern) and not is_reserved(name)]
    fitting = [name for name in fitting if kinds[name] in (_DECIMALS, "whole numbers")]
    numbers = [_NUMBERED.fullmatch(name) for name in fitting]
    if all(numbers) and len({match["stem"] for match in numbers if match}) == 1:
        return sorted(fitting, key=_number_of)
    return fitting


def _families(kinds: Mapping[str, str]) -> dict[str, list[str]]:
    """Return families of numbered columns that hold some decimal numbers, by their stems, in numerical order."""
    families: dict[str, list[str]] = {}
    for name in kinds:
        match = _NUMBERED.fullmatch(name)
        if match and not is_reserved(name):
            families.setdefault(match["stem"], []).append(name)
    return {
        stem: sorted(names, key=_number_of)
        for stem, names in families.items()
        if len(names) > 1 and any(kinds[name] == _DECIMALS for name in names)
    }


def _check_family(names: Sequence[str], kinds: Mapping[str, str], option: str, file: object) -> None:
    remedy = f"Mend the table, or name the columns that are meant: {option}={_pattern_of(names)}."
    family, stem = _family_text(names), _stem_of(names[0])
    numbers = [_number_of(name) for name in names]
    if numbers[0] > 1:
        raise UserError(f"{file}: the family {family} begins with neither {stem}0 nor {stem}1. {remedy}")
    for before, number in pairwise(numbers):
        if number == before:
            raise UserError(f"{file}: the family {family} has the number {number} twice. {remedy}")
        if number > before + 1:
            raise UserError(f"{file}: the family {family} lacks {stem}{before + 1}. {remedy}")
    others = [f"{name} ({kinds[name]})" for name in names if kinds[name] != _DECIMALS]
    if others:
        raise UserError(
            f"{file}: of the family {family}, {name_some(others)} differ from the others. {remedy}"
        )


def _family_text(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{names[0]} … {names[-1]}"


def _pattern_of(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{_stem_of(names[0])}*"


def _stem_of(name: str) -> str:
    match = _NUMBERED.fullmatch(name)
    return match["stem"] if match else name


def _number_of(name: str) -> int:
    match = _NUMBERED.fullmatch(name)
    return int(match["number"]) if match else -1
