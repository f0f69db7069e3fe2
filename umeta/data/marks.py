"""Marks: the classes that a person gave to a few images."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from umeta.data.dataset import Attribute
from umeta.data.known_classes import MIN_CLASSES, MIN_IMAGES
from umeta.data.naming import name_some
from umeta.stage import UserError, content_hash

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
