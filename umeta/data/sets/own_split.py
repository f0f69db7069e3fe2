"""How a person's own images are split into meta_train, meta_val and meta_test."""

from collections.abc import Sequence
from typing import TypeGuard

import numpy as np
from jaxtyping import Bool, Int, Int8

from umeta.data.naming import name_some_with_counts
from umeta.data.sets.own_parts import split_by_parts
from umeta.data.sets.split_request import SplitItems, SplitRequest
from umeta.data.splits import MIN_ITEMS, split_by_counts, split_items
from umeta.stage import UserError

Counts = tuple[int, int, int]

SHARES = (0.64, 0.16, 0.20)  # those of miniImageNet
ITEM_SHARES = (0.6, 0.2, 0.2)
TASK_WAYS = 5
"""Classes of a usual test task: meta_test has as many wherever a third of the classes allows it."""
MIN_UNLABELLED = 5
"""Images without classes from which on each of three parts gets some."""
MIN_CLASSES = 6
"""Classes from which on they are split, if nothing else is said; fewer are too few for tasks about new ones."""


def split_own(
    request: SplitRequest,
    classes: Int[np.ndarray, " n_items"],
    class_names: Sequence[str],
    parts: Int8[np.ndarray, " n_items"] | None,
) -> SplitItems:
    """Split items as asked for.

    Args:
        request: Which split, and its options.
        classes: Each item's class, -1 where it is not known.
        class_names: Their names.
        parts: The set's own split: an index into `SPLITS` for each item, -1 for items in none; None if it has none.

    Raises:
        UserError: the split asked for does not fit; the message names the classes and what would fit.
    """
    if request.split == "items" and request.counts:
        raise UserError(
            "dataset.counts are of classes, and dataset.split=items splits images. Leave one of the two out."
        )
    kept, notes = _large_enough(request, classes, class_names)
    if request.split == "own" and request.counts is None and _is_split(parts, kept):
        split = split_by_parts(request, classes, class_names, parts, kept)
    elif _splits_classes(request, classes, kept):
        split = _split_classes(request, classes, kept)
    else:
        split = _split_items(request, classes, class_names, kept)
    return split._replace(notes=(*notes, *split.notes))


def _is_split(parts: np.ndarray | None, kept: np.ndarray) -> TypeGuard[np.ndarray]:
    """Return whether the set has a training part and another."""
    return parts is not None and {0} < set(np.unique(parts[kept & (parts >= 0)]).tolist())


def counts_for(n_classes: int) -> Counts:
    """Return how many of some classes are meta_train, meta_val and meta_test if nothing else is said.

    64 / 16 / 20%, but five for meta_test where there are fifteen, and five for meta_val where there are 25, so that
    usual tasks can be drawn; of fewer as many as a third and a fifth. From four classes on meta_test has two.
    """
    test = max(round(SHARES[2] * n_classes), min(TASK_WAYS, n_classes // 3), min(2, n_classes - 2))
    val = max(round(SHARES[1] * n_classes), min(TASK_WAYS, n_classes // 5), 2 if n_classes > 7 else 1)
    return n_classes - val - test, val, test


def _large_enough(
    request: SplitRequest, classes: np.ndarray, class_names: Sequence[str]
) -> tuple[Bool[np.ndarray, " n_items"], tuple[str, ...]]:
    """Return which items are of classes of `min_images` or of unknown class, and say which classes are not."""
    sizes = np.bincount(classes[classes >= 0], minlength=len(class_names))
    small = np.flatnonzero((sizes > 0) & (sizes < request.min_images))
    if len(small) == 0:
        return np.ones(len(classes), bool), ()
    named = name_some_with_counts(class_names, sizes, small)
    note = f"Left out, as dataset.min_images={request.min_images} are needed of a class: {named}."
    return ~np.isin(classes, small), (note,)


def _splits_classes(request: SplitRequest, classes: np.ndarray, kept: np.ndarray) -> bool:
    """Return whether it is the classes that are split, not the items."""
    if request.split != "own":
        return request.split == "classes"
    sizes = np.unique(classes[kept & (classes >= 0)], return_counts=True)[1]
    too_small_for_items = len(sizes) > 2 and bool(max(sizes) < MIN_ITEMS)
    return request.counts is not None or len(sizes) >= MIN_CLASSES or too_small_for_items


def _split_classes(request: SplitRequest, classes: np.ndarray, kept: np.ndarray) -> SplitItems:
    is_known = kept & (classes >= 0)
    counts = _checked_counts(request, len(np.unique(classes[is_known])), labelled=bool((classes >= 0).any()))
    split_of = np.full(len(classes), -1, np.int8)
    split_of[is_known] = split_by_counts(classes[is_known], counts, seed=request.seed)
    sentence = (
        f"classes: the classes, shuffled by split_seed={request.seed}, into {' / '.join(map(str, counts))}."
    )
    n_unknown = int((kept & ~is_known).sum())
    if n_unknown == 0:
        return SplitItems(split_of, sentence, ())
    note = f"Left out of the split of classes, as their class is not known: {n_unknown:,} images."
    return SplitItems(split_of, sentence, (note,))


def _checked_counts(request: SplitRequest, n_classes: int, *, labelled: bool) -> Counts:
    if not labelled:
        key = "dataset.counts" if request.counts else "dataset.split=classes"
        raise UserError(
            f"{key} is about classes, and {request.name} has none. Leave it out: then the images are split."
        )
    if n_classes < 3:
        raise UserError(
            f"{request.name} has {n_classes} classes of {request.min_images} images or more; meta_train, meta_val and "
            "meta_test need one each at least. Use dataset.split=items, or add class folders."
        )
    fitting = counts_for(n_classes)
    if request.counts is None:
        return fitting
    if sum(request.counts) != n_classes:
        raise UserError(
            f"dataset.counts={','.join(map(str, request.counts))} are {sum(request.counts)} classes; "
            f"{request.name} has {n_classes} of {request.min_images} images or more. Let the three add up to that, "
            f"e.g. dataset.counts={','.join(map(str, fitting))}, or leave dataset.counts out."
        )
    train, val, test = request.counts
    return train, val, test


def _split_items(
    request: SplitRequest, classes: np.ndarray, class_names: Sequence[str], kept: np.ndarray
) -> SplitItems:
    split_of = np.full(len(classes), -1, np.int8)
    if not (classes[kept] >= 0).any():
        return _split_unlabelled(request, kept, split_of)
    kept, notes = _without_small_for_items(request, classes, class_names, kept)
    split_of[kept] = split_items(classes[kept], ITEM_SHARES, seed=request.seed, names=class_names)
    why = ""
    if request.split == "own":
        n_classes = len(np.unique(classes[kept & (classes >= 0)]))
        noun = "class is" if n_classes == 1 else "classes are"
        why = f" {n_classes} {noun} too few to split"
        why += "; dataset.split=classes would do it." if n_classes > 2 else "."
    sentence = (
        f"items: the images of each class, shuffled by split_seed={request.seed}, into 60 / 20 / 20%; items are "
        f"split, not classes, so test tasks ask about new images of classes that meta_train holds too, unlabelled.{why}"
    )
    return SplitItems(split_of, sentence, notes)


def _split_unlabelled(request: SplitRequest, kept: np.ndarray, split_of: np.ndarray) -> SplitItems:
    n_items = int(kept.sum())
    if n_items < MIN_UNLABELLED:
        raise UserError(
            f"{request.name} has {n_items} images; meta_train, meta_val and meta_test need some each, "
            f"{MIN_UNLABELLED} in all at least. Add images."
        )
    split_of[kept] = split_items(np.zeros(n_items, np.int32), SHARES, seed=request.seed)
    sentence = (
        f"items: the images, of which no class is known, shuffled by split_seed={request.seed}, into "
        "64 / 16 / 20%."
    )
    return SplitItems(split_of, sentence, ())


def _without_small_for_items(
    request: SplitRequest, classes: np.ndarray, class_names: Sequence[str], kept: np.ndarray
) -> tuple[np.ndarray, tuple[str, ...]]:
    """Return which items are of classes large enough that each part gets some, and say which are not."""
    sizes = np.bincount(classes[kept & (classes >= 0)], minlength=len(class_names))
    small = np.flatnonzero((sizes > 0) & (sizes < MIN_ITEMS))
    if len(small) == 0:
        return kept, ()
    named = name_some_with_counts(class_names, sizes, small)
    if (sizes[sizes > 0] < MIN_ITEMS).all():
        raise UserError(
            f"{request.name}: a split of items takes {MIN_ITEMS} images of a class, and no class has as many: {named}. "
            "Add images, or use dataset.split=classes."
        )
    note = (
        f"Left out, as a split of items takes {MIN_ITEMS} images of a class: {named}. Add images of them, or use "
        "dataset.split=classes."
    )
    return kept & ~np.isin(classes, small), (note,)
