"""The split that a person's images come with: folders or a column named for training, validation and test."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Bool, Int, Int8

from umeta.data.naming import name_some
from umeta.data.sets.split_request import SplitItems, SplitRequest
from umeta.randomness import Stream, numpy_generator

VAL_SHARE = 0.2
"""Of meta_train, for meta_val where there is none."""


def split_by_parts(
    request: SplitRequest,
    classes: Int[np.ndarray, " n_items"],
    class_names: Sequence[str],
    parts: Int8[np.ndarray, " n_items"],
    kept: Bool[np.ndarray, " n_items"],
) -> SplitItems:
    """Take the parts of the items that are kept as they are; without a validation or test part make do and say so."""
    split_of, notes = np.where(kept, parts, -1).astype(np.int8), []
    if not (split_of == 2).any():  # the validation part is all that is held out
        split_of[split_of == 1] = 2
        notes.append(
            f"There is no test part, so that the validation part is meta_test: {(split_of == 2).sum():,} images."
        )
    is_disjoint, relation = _relation(split_of, classes, class_names)
    if not (split_of == 1).any():
        notes.append(_take_val_from_train(request, split_of, classes, whole_classes=is_disjoint))
    n_outside = int((kept & (parts < 0)).sum())
    if n_outside:
        notes.append(f"Left out, as they lie in no part of the set's own split: {n_outside:,} images.")
    sizes = " / ".join(f"{(split_of == split).sum():,}" for split in range(3))
    sentence = f"own: the set's own training, validation and test parts, {sizes} images; {relation}"
    return SplitItems(split_of, sentence, tuple(notes))


def _relation(split_of: np.ndarray, classes: np.ndarray, class_names: Sequence[str]) -> tuple[bool, str]:
    """Return whether no class is in two parts, and the sentence on which are."""
    of_part = [set(np.unique(classes[(split_of == split) & (classes >= 0)]).tolist()) for split in range(3)]
    if not any(of_part):
        return False, "no class is known."
    train, val, test = of_part
    if not test:
        return not train & val, (
            "no class is known in the test part. dataset.split=classes would split the classes of the others."
        )
    shared: list[int] = sorted((train & val) | (train & test) | (val & test))
    if not shared:
        return True, "each has classes of its own, so test tasks ask about classes that no training sees."
    if train == test and val in (train, set()):
        return False, (
            "all have the same classes, so test tasks ask about new images of classes that meta_train holds too, "
            "unlabelled."
        )
    named = name_some([class_names[k] for k in shared])
    n_new = len(test - train - val)
    return False, (
        f"{len(shared)} of {len(train | val | test)} classes are in several ({named}), so test tasks ask about "
        f"{n_new} classes that only meta_test has and about new images of the other {len(test) - n_new}. "
        "dataset.split=classes would split the classes anew."
    )


def _take_val_from_train(
    request: SplitRequest, split_of: np.ndarray, classes: np.ndarray, *, whole_classes: bool
) -> str:
    """Move a fifth of meta_train to meta_val: whole classes, or images of each class; return the note on it."""
    items = np.flatnonzero(split_of == 0)
    known = np.unique(classes[items][classes[items] >= 0])
    if whole_classes and len(known) > 1:
        rng = numpy_generator(request.seed, Stream.CLASS_SPLIT)
        chosen = rng.permutation(known)[: max(1, round(VAL_SHARE * len(known)))]
        split_of[items[np.isin(classes[items], chosen)]] = 1
        what = f"{len(chosen)} of the {len(known)} training classes"
    else:
        rng = numpy_generator(request.seed, Stream.ITEM_SPLIT)
        for name in np.unique(classes[items]):
            members = rng.permutation(items[classes[items] == name])
            split_of[members[: round(VAL_SHARE * len(members))]] = 1
        what = f"{(split_of == 1).sum():,} of the {len(items):,} training images"
    return f"There is no validation part, so that {what}, drawn by split_seed={request.seed}, are meta_val."
