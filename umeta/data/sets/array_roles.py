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
    chosen = {"images": images, "labels": labels}
    by_role: dict[str, dict[int, str]] = {role: {} for role in _ROLES}
    for name in file.headers:
        role, part = _role(name)
        if role is None or chosen.get(role) or name in chosen.values():
            continue
        if role == "images" and not _is_images(file, name):
            continue
        if part in by_role[role]:
            raise _unclear(file, f"{by_role[role][part]} and {name} may both be the {role}")
        by_role[role][part] = name
    if images is not None:
        _check_there(file, "dataset.image_array", images)
        by_role["images"] = {_role(images)[1]: images}
    if labels is not None:
        _check_there(file, "dataset.class_array", labels)
        by_role["labels"] = {WHOLE: labels}
    if not by_role["images"]:
        by_role["images"] = {WHOLE: _only_images(file)}
    roles = _matched(file, by_role, is_chosen=images is not None)
    if labels is not None and labels not in roles.labels.values():
        shown = ", ".join(f"{name} {file.headers[name]}" for name in roles.images.values())
        raise UserError(
            f"dataset.class_array={labels}: it is {file.headers[labels]}, and does not fit the images {shown}. Name "
            "the images that it is of by dataset.image_array, or save the classes of the parts as y_train and y_test."
        )
    return roles


def _role(name: str) -> tuple[str | None, int]:
    words = name.lower().replace("-", "_").split("_")
    parts = [word for word in words if word in PARTS]
    others = [word for word in words if word not in PARTS]
    part = PARTS[parts[0]] if len(parts) == 1 else WHOLE
    if len(parts) > 1 or len(others) != 1:
        return None, part
    return next((role for role, names in _ROLES.items() if others[0] in names), None), part


def _is_images(file: ArrayFile, name: str) -> bool:
    header = file.headers[name]
    return len(header.shape) in (3, 4) and header.dtype.kind in "biuf"


def _check_there(file: ArrayFile, key: str, name: str) -> None:
    if name not in file.headers:
        raise UserError(f"{key}={name}: {file.path} has no such array, but {file.named() or 'none'}.")


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


def _matched(file: ArrayFile, by_role: Mapping[str, Mapping[int, str]], *, is_chosen: bool) -> Roles:
    """Return the roles of arrays that fit to each other; a single array of images that is chosen is of no part."""
    images = by_role["images"]
    if WHOLE in images and len(images) > 1:
        raise _unclear(file, f"{images[WHOLE]} is of no part of a split and {len(images) - 1} others are")
    labels, ids = (
        _beside(file, images, by_role[role], role, is_chosen=is_chosen) for role in ("labels", "ids")
    )
    if len(images) == 1 and (is_chosen or 0 not in images):  # a split needs a training part
        (part,) = images
        images, labels, ids = ({WHOLE: of[part]} if part in of else {} for of in (images, labels, ids))
    used = {*images.values(), *labels.values(), *ids.values()}
    return Roles(images, labels, ids, tuple(name for name in file.headers if name not in used))


def _beside(
    file: ArrayFile, images: Mapping[int, str], others: Mapping[int, str], role: str, *, is_chosen: bool
) -> dict[int, str]:
    """Return the arrays of a role by the part whose images they are of.

    A single one is that of a single array of as many images, whatever part the two are named for. One of another length
    is left out if the images are chosen or the two are named for different parts, and refused if not.
    """
    if len(images) == len(others) == 1 and (is_chosen or images.keys() != others.keys()):
        (part, image), (name,) = *images.items(), others.values()
        return {part: name} if _n_rows(file, name) == _n_rows(file, image) else {}
    for part in images.keys() & others.keys():
        n_images, n_rows = _n_rows(file, images[part]), _n_rows(file, others[part])
        if n_rows != n_images:
            raise UserError(
                f"{file.path}: {n_rows:,} {role} in {others[part]} for {n_images:,} images; give one each."
            )
    return {part: name for part, name in others.items() if part in images}


def _n_rows(file: ArrayFile, name: str) -> int:
    return (file.headers[name].shape or (0,))[0]


def _listed(file: ArrayFile) -> str:
    shapes = [f"{name or 'one array'} {header}" for name, header in file.headers.items()]
    return name_some(shapes, max_names=8) or "no arrays"
