"""Marks: the classes that a person gave to a few images, in a file that the app writes and the command line reads.

    {"schema_version": 1, "content": "0123456789abcdef", "classes": {"apple": ["a.jpg", "b.jpg"], "pear": ["c.jpg"]}}

or a CSV with the columns `id` and `class`. `content` says which images they are of; a CSV does not say it.
"""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from umeta.data.dataset import Attribute
from umeta.data.known_classes import MIN_CLASSES, MIN_IMAGES
from umeta.data.naming import name_some
from umeta.stage import UserError, content_hash

SCHEMA_VERSION = 1
MAX_BYTES = 50_000_000
"""Of a file of marks; 100,000 ids of 200 letters are less than half of it."""
MAX_NAME = 80
"""Letters of the name of a class."""


@dataclass(frozen=True)
class Marks:
    """Which images a person put into which class, in the order in which they did."""

    classes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The ids of the images of each class; one that has none yet may be there."""
    content: str = ""
    """The hash of the images that they are of; empty if that is not known."""

    @cached_property
    def class_of(self) -> dict[str, str]:
        """The class of each marked id."""
        return {name: label for label, ids in self.classes.items() for name in ids}

    @property
    def digest(self) -> str:
        """A hash of the marks themselves, whatever images they are of."""
        return content_hash([[label, list(ids)] for label, ids in self.classes.items()])

    @property
    def is_enough(self) -> bool:
        """Whether a task can be made of them at all."""
        return sum(len(ids) >= MIN_IMAGES for ids in self.classes.values()) >= MIN_CLASSES


def read_marks(path: Path) -> Marks:
    """Read a file of marks.

    Raises:
        UserError: it is not there, too large, or no file of marks.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise UserError(
                f"{path} has {path.stat().st_size:,} bytes; a file of marks has at most {MAX_BYTES:,}."
            )
        return parse_marks(path.read_bytes(), path.name)
    except (OSError, ValueError) as error:
        if isinstance(error, UserError):
            raise
        raise UserError(
            f"labels={path}: the file cannot be read ({error}). Give the path of another."
        ) from None


def parse_marks(data: bytes, name: str) -> Marks:
    """Read marks from the bytes of a JSON or a CSV file; `name` is what errors call it.

    Raises:
        UserError: they are no marks, or an id is in two classes.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UserError(f"{name} is not UTF-8 text; save it as UTF-8.") from None
    marks = _from_json(text, name) if text.lstrip().startswith(("{", "[")) else _from_csv(text, name)
    classes: dict[str, str] = {}
    for label, ids in marks.classes.items():
        for item in ids:
            if classes.setdefault(item, label) != label:
                raise UserError(
                    f"{name}: the image {item!r} is in two classes, {classes[item]!r} and {label!r}; keep one."
                )
    return replace(marks, classes={label: tuple(dict.fromkeys(ids)) for label, ids in marks.classes.items()})


def marks_as_json(marks: Marks) -> str:
    """Return marks as `parse_marks` reads them."""
    classes = {label: list(ids) for label, ids in marks.classes.items()}
    whole = {"schema_version": SCHEMA_VERSION, "content": marks.content, "classes": classes}
    return json.dumps(whole, indent=1, ensure_ascii=False)


def marks_as_csv(marks: Marks) -> str:
    """Return marks as CSV with the columns id and class; which images they are of is not in it."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("id", "class"))
    writer.writerows((item, label) for label, ids in marks.classes.items() for item in ids)
    return out.getvalue()


def changed_by(before: Marks, after: Marks, onto: Marks) -> Marks:
    """Make on marks the changes that lead from one state of them to another; what others marked meanwhile stays.

    Args:
        before: What a person saw.
        after: What they made of it.
        onto: What stands now.
    """
    class_of = dict(onto.class_of)
    for item in before.class_of.keys() - after.class_of.keys():
        class_of.pop(item, None)
    class_of |= {item: label for item, label in after.class_of.items() if before.class_of.get(item) != label}
    gone = before.classes.keys() - after.classes.keys()
    labels = [*after.classes, *(label for label in onto.classes if label not in after.classes)]
    classes: dict[str, list[str]] = {label: [] for label in labels}
    for item, label in class_of.items():
        classes.setdefault(label, []).append(item)
    kept = {label: tuple(ids) for label, ids in classes.items() if ids or label not in gone}
    return Marks(kept, onto.content or after.content)


def merged(marks: Marks, more: Marks) -> Marks:
    """Add further marks; an image that both have keeps the class of the first."""
    classes = {label: list(ids) for label, ids in marks.classes.items()}
    for label, ids in more.classes.items():
        classes.setdefault(label, []).extend(item for item in ids if item not in marks.class_of)
    return replace(marks, classes={label: tuple(ids) for label, ids in classes.items()})


def check_marks(marks: Marks, ids: Sequence[str], content: str, name: str) -> None:
    """Check that marks are of these images.

    Raises:
        UserError: they were made on others, or name images that are not here.
    """
    if marks.content and content and marks.content != content:
        raise UserError(
            f"{name}: the marks were made on other images (their hash is {marks.content}, that of these is {content}). "
            "If the marked images are the same and only others changed, empty `content` in the file."
        )
    unknown = sorted(marks.class_of.keys() - set(ids))
    if unknown:
        raise UserError(
            f"{name}: {len(unknown):,} of {len(marks.class_of):,} marked ids are not here: {name_some(unknown)}. The "
            f"ids of these images are like {name_some(sorted(ids)[:3])}."
        )


def classes_of(marks: Marks, ids: Sequence[str]) -> Attribute:
    """Return the class of every image, -1 for one that is not marked.

    Args:
        marks: Checked marks.
        ids: The ids of the images, in their order.
    """
    numbers = {label: number for number, label in enumerate(marks.classes)}
    class_of = marks.class_of
    values = [numbers[class_of[item]] if item in class_of else -1 for item in ids]
    return Attribute(np.array(values, np.int32), list(marks.classes))


def labels_of_file(path: Path, ids: Sequence[str], content: str) -> Attribute:
    """Read a file of marks and return the class of every image, -1 for one that is not marked.

    Raises:
        UserError: it is no file of marks, is of other images, or marks too few for any task.
    """
    marks, name = read_marks(path), f"labels={path}"
    check_marks(marks, ids, content, name)
    if not marks.is_enough:
        counts = ", ".join(f"{label} ({len(of_class)})" for label, of_class in marks.classes.items())
        raise UserError(
            f"{name}: a task needs {MIN_CLASSES} classes of {MIN_IMAGES} images, and the file marks "
            f"{counts or 'nothing'}. Mark more images."
        )
    return classes_of(marks, ids)


def _from_json(text: str, name: str) -> Marks:
    try:
        whole = json.loads(text, object_pairs_hook=lambda pairs: _without_doubles(pairs, name))
    except (json.JSONDecodeError, RecursionError) as error:
        raise UserError(f"{name} is no JSON ({error}); export the marks again.") from None
    version = whole.get("schema_version") if isinstance(whole, dict) else None
    if not isinstance(version, int) or not isinstance(whole.get("classes"), dict):
        raise UserError(
            f"{name} holds no marks: `schema_version` and `classes` are missing. Export them again."
        )
    if version > SCHEMA_VERSION:
        raise UserError(
            f"{name} has schema version {version}, and this umeta reads {SCHEMA_VERSION}; update umeta."
        )
    return _marks(whole["classes"].items(), str(whole.get("content") or ""), name)


def _from_csv(text: str, name: str) -> Marks:
    head = text.partition("\n")[0]
    delimiter = max(",;\t", key=head.count)
    try:
        rows = list(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise UserError(f"{name} is no CSV ({error}).") from None
    if not rows or not {"id", "class"} <= {str(key) for key in rows[0]}:
        raise UserError(
            f"{name} needs the columns id and class, and a row for each marked image; its first line is {head[:80]!r}."
        )
    classes: dict[str, list[str]] = {}
    for row in rows:
        if (row["class"] or "").strip():
            classes.setdefault(row["class"].strip(), []).append(row["id"] or "")
    return _marks(classes.items(), "", name)


def _marks(classes: Iterable[tuple[str, Any]], content: str, name: str) -> Marks:
    checked: dict[str, tuple[str, ...]] = {}
    for label, ids in classes:
        if not isinstance(ids, list) or not all(isinstance(item, str) for item in ids):
            raise UserError(f"{name}: class {label[:MAX_NAME]!r} is no list of ids. Export the marks again.")
        if not 0 < len(label.strip()) <= MAX_NAME:
            raise UserError(
                f"{name}: the name of a class has 1 to {MAX_NAME} letters, not {label[:MAX_NAME]!r}."
            )
        checked[label.strip()] = (*checked.get(label.strip(), ()), *ids)
    return Marks(checked, content)


def _without_doubles(pairs: list[tuple[str, Any]], name: str) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for key, value in pairs:
        if key in values:
            raise UserError(f"{name}: {key[:MAX_NAME]!r} stands there twice; put the two together.")
        values[key] = value
    return values
