"""Rotations of a class as classes of their own, on which much of the literature trains, and some of it tests.

Reference: Santoro et al., "Meta-Learning with Memory-Augmented Neural Networks", ICML 2016, which made four classes of
each character of Omniglot; Vinyals et al., "Matching Networks for One Shot Learning", NeurIPS 2016.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from umeta.data.dataset import SPLITS, Attribute, Dataset, assemble

TURNS = (1, 2, 3)
"""Quarters of a full turn, counterclockwise."""


def with_rotated_classes(dataset: Dataset, splits: Sequence[str]) -> Dataset:
    """Return a data set with three more classes for each class of some splits: its images, turned.

    A turned class is in the split of its class, and its images have the attributes of the images that were turned.

    Args:
        dataset: labelled square images, each item of a known class.
        splits: of `SPLITS`.
    """
    turned = np.flatnonzero(np.isin(dataset.split_of, [SPLITS.index(split) for split in splits]))
    images, ids, names = dataset.images.images, dataset.images.ids, list(dataset.classes.names)
    own_classes, places = np.unique(dataset.classes.values[turned], return_inverse=True)
    all_images, all_ids, classes = [images], list(ids), [dataset.classes.values]
    for turns in TURNS:
        all_images.append(np.rot90(images[turned], turns, axes=(2, 3)))
        all_ids += [f"{ids[int(item)]} turned {90 * turns}°" for item in turned]
        classes.append(len(names) + places)
        names += [f"{dataset.classes.names[int(k)]} turned {90 * turns}°" for k in own_classes]
    rows = np.concatenate([np.arange(len(images)), *[turned] * len(TURNS)])
    note = (
        f"Of each class of {', '.join(splits)} there are four, turned by 0, 90, 180 and 270 degrees: numbers on them "
        "are not those of papers that turn none."
    )
    return assemble(
        dataset.images.name,
        np.concatenate(all_images),
        all_ids,
        classes=Attribute(np.concatenate(classes), names),
        attributes={
            name: Attribute(attribute.values[rows], attribute.names)
            for name, attribute in dataset.attributes.items()
        },
        split_of=dataset.split_of[rows],
        card=replace(dataset.card, notes=(*dataset.card.notes, note)),
    )
