"""What the images are: image sets without labels, and data sets with classes, attributes and splits.

`ImageSet` is all that an unsupervised stage ever sees. `Dataset` holds it together with the true classes and
the split of the classes, which only the oracle, the test tasks and what a person reveals may read.

`sets/` holds a file for each known set, `files/` readers of file formats, `glyphs/` the invented letters; `DATASETS`
finds the sets by name.
"""

from umeta.data.dataset import SPLITS, Attribute, Dataset, DatasetCard
from umeta.data.dataset_method import DatasetConfig, DatasetMethod, Whereabouts
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
    "DatasetConfig",
    "DatasetMethod",
    "ImageSet",
    "Whereabouts",
    "datasets_at_hand",
    "download_dataset",
    "split_by_counts",
    "split_items",
]
