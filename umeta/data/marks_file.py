"""Files of marks, which the app writes and the command line reads.

    {"schema_version": 1, "content": "0123456789abcdef", "classes": {"apple": ["a.jpg", "b.jpg"], "pear": ["c.jpg"]}}

or a CSV with the columns `id` and `class`. `content` says which images they are of; a CSV does not say it.
"""

import csv
import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from umeta.data.dataset import Attribute
from umeta.data.known_classes import MIN_CLASSES, MIN_IMAGES
from umeta.data.marks import MAX_NAME, Marks, check_marks, classes_of
from umeta.stage import UserError

SCHEMA_VERSION = 1
MAX_BYTES = 50_000_000
"""Of a file of marks; 100,000 ids of 200 letters are less than half of it."""


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
        why = error.strerror if isinstance(error, OSError) else error
        raise UserError(
            f"labels={path}: the file cannot be read ({why}). Give the path of another."
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
