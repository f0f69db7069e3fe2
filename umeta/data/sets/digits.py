"""scikit-learn's digits: 1,797 handwritten digits of 8 × 8 pixels, real and always at hand."""

from typing import ClassVar, Literal

import numpy as np
from PIL import Image
from pydantic import Field

from umeta.cache import Arrays, Home
from umeta.data.dataset import (
    Attribute,
    Dataset,
    DatasetCard,
    in_content_order,
    without_small_classes,
)
from umeta.data.dataset_method import DatasetConfig, Whereabouts
from umeta.data.image_set import ImageSet
from umeta.data.splits import split_items
from umeta.stage import OnStep, Step, ignore_step

SHARES = (0.6, 0.2, 0.2)


class Digits(DatasetConfig):
    """The digits, enlarged. Ten classes are too few to split, so their items are."""

    code_version: ClassVar[int] = 1
    splits: ClassVar[tuple[str, ...]] = ("items",)

    name: Literal["digits"] = "digits"
    split: Literal["items"] = "items"
    split_seed: int = Field(default=0, ge=0)
    size: int = Field(default=28, ge=8, le=256)

    @property
    def card(self) -> DatasetCard:
        """What can be said before the images are read."""
        return DatasetCard(
            title="Digits",
            what="1,797 handwritten digits of 10 classes, enlarged from 8 × 8 to "
            f"{self.size} × {self.size} pixels.",
            source="scikit-learn's load_digits: the test part of Alpaydin and Kaynak, Optical Recognition of "
            "Handwritten Digits, UCI 1998, https://doi.org/10.24432/C50P49",
            licence="CC BY 4.0",
            split=f"items: the images of each digit, shuffled by split_seed={self.split_seed}, into "
            "60 / 20 / 20%; items are split, not classes, so test tasks ask about new images of classes "
            "that meta_train holds too, unlabelled.",
        )

    def whereabouts(self, home: Home) -> Whereabouts:
        """The digits come with scikit-learn."""
        return Whereabouts()

    def load(self, home: Home, *, on_step: OnStep = ignore_step) -> Dataset:
        """Read and enlarge the digits, or take them from the cache, and split the items of each class."""
        made_from = {"dataset": self.name, "code_version": self.code_version, "size": self.size}
        arrays = home.arrays("images", made_from, lambda: _read(self.size, on_step))
        dataset = Dataset(
            images=ImageSet(self.name, arrays["images"], arrays["ids"].tolist()),
            classes=Attribute(arrays["classes"], [str(digit) for digit in range(10)]),
            split_of=split_items(arrays["classes"], SHARES, seed=self.split_seed),
            card=self.card,
        )
        return without_small_classes(dataset)


def _read(size: int, on_step: OnStep) -> Arrays:
    from sklearn.datasets import load_digits

    on_step(Step("dataset", 0, 1, note="reading digits"))
    small, classes = load_digits(return_X_y=True)
    rows = {
        "images": np.stack([_enlarge(image, size) for image in small.reshape(-1, 8, 8)])[:, None],
        "ids": np.array([f"digits/{k:04d}" for k in range(len(small))]),
        "classes": classes.astype(np.int32),
    }
    on_step(Step("dataset", 1, 1, note="reading digits"))
    return in_content_order(rows)


def _enlarge(image: np.ndarray, size: int) -> np.ndarray:
    """Enlarge an image of values 0–16 smoothly, ink 255."""
    large = Image.fromarray(image.astype(np.float32)).resize((size, size), Image.Resampling.BICUBIC)
    return np.clip(np.rint(np.asarray(large) * (255 / 16)), 0, 255).astype(np.uint8)
