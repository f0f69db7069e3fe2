"""Images and what is known about them: image sets without labels, data sets with classes and splits.

`ImageSet` is all that an unsupervised stage ever sees. `Dataset` holds it together with the true classes and
the split of the classes, which only the oracle, the test tasks and what a person reveals may read.

One file per known set; `DATASETS` finds them by name.
"""

from umeta.data.dataset import SPLITS, Attribute, Dataset, DatasetCard, DatasetMethod, Whereabouts
from umeta.data.image_set import ImageSet
from umeta.data.registry import DATASETS, DatasetAtHand, datasets_at_hand, download_dataset
from umeta.data.splits import split_by_counts, split_items

__all__ = [
    "DATASETS",
    "SPLITS",
    "Attribute",
    "Dataset",
    "DatasetAtHand",
    "DatasetCard",
    "DatasetMethod",
    "ImageSet",
    "Whereabouts",
    "datasets_at_hand",
    "download_dataset",
    "split_by_counts",
    "split_items",
]
