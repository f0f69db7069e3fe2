"""What each array of a file is: images, classes or ids, of which part of the set's own split, by its name."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from umeta.data.files.array_file import ArrayFile
from umeta.data.naming import name_some
from umeta.stage import UserError

PARTS = {
    "train": 0, "training": 0, "val": 1, "valid": 1, "validation": 1, "dev": 1,
    "test": 2, "testing": 2,
}  # fmt: skip
"""The words for the parts of a split, with the split's number."""
WHOLE = -1
"""The part of what is of no part."""
_ROLES = {
    "images": ("images", "image", "imgs", "x", "data"),
    "labels": ("labels", "label", "y", "classes", "class", "targets", "target"),
    "ids": ("ids", "id", "filenames", "names"),
}
_MANY = 200


@dataclass(frozen=True)
class Roles:
    """The names of the arrays that are read, by the part that they are of."""

    images: Mapping[int, str]
    labels: Mapping[int, str] = field(default_factory=dict)
    ids: Mapping[int, str] = field(default_factory=dict)
    unused: tuple[str, ...] = ()


def roles_of(file: ArrayFile, images: str | None, labels: str | None) -> Roles:
    """Find the arrays of images, and those of classes and ids beside them.

    Args:
        file: the arrays.
        images: the name of the array of images as a person gives it, or None.
        labels: that of the classes.

    Raises:
        UserError: it is not clear which arrays are images, or a part of a split has none.
    """
    if len(file.headers) > _MANY:
        raise UserError(
            f"{file.path} holds {len(file.headers):,} arrays; the images are to be in one, or in one for each part of "
            "a split."
        )
    by_role: dict[str, dict[int, str]] = {role: {} for role in _ROLES}
    for name in file.headers:
        role, part = _role(name)
        if role is None or (images and role != "ids") or (role == "images" and not _is_images(file, name)):
            continue
        if part in by_role[role]:
            raise _unclear(file, f"{by_role[role][part]} and {name} may both be the {role}")
        by_role[role][part] = name
    _name(file, "dataset.image_array", images, by_role["images"])
    _name(file, "dataset.class_array", labels, by_role["labels"])
    if not by_role["images"]:
        by_role["images"] = {WHOLE: _only_images(file)}
    return _matched(file, by_role)


def _role(name: str) -> tuple[str | None, int]:
    words = name.lower().replace("-", "_").split("_")
    parts = [word for word in words if word in PARTS]
    others = [word for word in words if word not in PARTS]
    if len(parts) > 1 or len(others) != 1:
        return None, WHOLE
    role = next((role for role, names in _ROLES.items() if others[0] in names), None)
    return role, PARTS[parts[0]] if parts else WHOLE


def _is_images(file: ArrayFile, name: str) -> bool:
    header = file.headers[name]
    return len(header.shape) in (3, 4) and header.dtype.kind in "biuf"


def _name(file: ArrayFile, key: str, name: str | None, of_role: dict[int, str]) -> None:
    """Let the array that a person names be the only one of its role."""
    if name is None:
        return
    if name not in file.headers:
        raise UserError(f"{key}={name}: {file.path} has no such array, but {file.named() or 'none'}.")
    of_role.clear()
    of_role[WHOLE] = name


def _only_images(file: ArrayFile) -> str:
    candidates = [name for name in file.headers if _is_images(file, name)]
    if len(candidates) == 1:
        return candidates[0]
    if candidates:
        raise _unclear(file, "several may be the images")
    vectors = any(len(header.shape) == 2 for header in file.headers.values())
    instead = " Vectors without images are dataset=vectors:PATH." if vectors else ""
    raise UserError(
        f"{file.path} holds no images but {_listed(file)}. Save them as one array (n, height, width) or (n, height, "
        f"width, channels).{instead}"
    )


def _unclear(file: ArrayFile, why: str) -> UserError:
    return UserError(
        f"{file.path}: {why}; it holds {file.named()}. Name the images by dataset.image_array, and their classes by "
        "dataset.class_array."
    )


def _matched(file: ArrayFile, by_role: Mapping[str, Mapping[int, str]]) -> Roles:
    """Return the roles of arrays that fit to each other."""
    images = by_role["images"]
    if WHOLE in images and len(images) > 1:
        raise _unclear(file, f"{images[WHOLE]} is of no part of a split and {len(images) - 1} others are")
    if images.keys() == {1} or images.keys() == {2}:
        images = {WHOLE: next(iter(images.values()))}
    for role in ("labels", "ids"):
        for part, name in by_role[role].items():
            n_images = file.headers[images[part]].shape[0] if part in images else 0
            n_rows = (file.headers[name].shape or (0,))[0]
            if part in images and n_rows != n_images:
                raise UserError(
                    f"{file.path}: {n_rows:,} {role} in {name} for {n_images:,} images; give one each."
                )
    labels, ids = (
        {part: name for part, name in by_role[role].items() if part in images} for role in ("labels", "ids")
    )
    used = {*images.values(), *labels.values(), *ids.values()}
    return Roles(images, labels, ids, tuple(name for name in file.headers if name not in used))


def _listed(file: ArrayFile) -> str:
    shapes = [f"{name or 'one array'} {header}" for name, header in file.headers.items()]
    return name_some(shapes, max_names=8) or "no arrays"
