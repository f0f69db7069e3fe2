"""The first two steps of the API: a data set, and an embedding of its images."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from jaxtyping import Float32, Int

from umeta.api.arguments import BUDGET, check_type, method_of
from umeta.baselines import BASELINES, Baseline
from umeta.cache import Home
from umeta.data import DATASETS, Dataset, DatasetMethod, ImageSet
from umeta.device import pick_device
from umeta.encoders import ENCODERS, Embedding, Encoder
from umeta.runs import products
from umeta.runs.config import DEFAULT_BASELINES
from umeta.stage import Method, OnStep, ignore_step


@dataclass(frozen=True, eq=False)
class Data:
    """A loaded data set, as `umeta.load` returns it."""

    method: DatasetMethod
    dataset: Dataset = field(repr=False)
    """The images, and apart from them the true classes and the split."""

    @property
    def images(self) -> ImageSet:
        """All images, without labels; uint8 `(n_items, channels, height, width)`."""
        return self.dataset.images

    @property
    def meta_train(self) -> Int[np.ndarray, " n_split_items"]:
        """The numbers of the items that encoders, partitions and learners are fitted on."""
        return self.dataset.items("meta_train")

    @property
    def sections(self) -> dict[str, Any]:
        """The sections of a run's config that this step decides."""
        return {"dataset": self.method}


@dataclass(frozen=True, eq=False)
class EmbeddedData:
    """A data set with an embedding of its images, as `umeta.embed` returns it."""

    data: Data
    encoder: Encoder
    embedding: Embedding = field(repr=False)
    """The vectors, and the key of what made them."""

    @property
    def vectors(self) -> Float32[np.ndarray, "n_items dim"]:
        """The vector of each image."""
        return self.embedding.vectors

    @property
    def sections(self) -> dict[str, Any]:
        """The sections of a run's config that the steps so far decide."""
        return {**self.data.sections, "encoder": self.encoder}

    def baselines(self, *names: str | Mapping[str, Any], seed: int = 0) -> "list[EmbeddingBaseline]":
        """Return baselines on this embedding, to be evaluated beside learners.

        Args:
            names: Baselines by name, or mappings of options with a `name`; without any, those of `umeta run`.
            seed: The seed of baselines that draw random numbers.

        Raises:
            UserError: an unknown baseline or option.
        """
        methods = [BASELINES.parse(name, BUDGET) for name in names or DEFAULT_BASELINES]
        return [EmbeddingBaseline(self, method, seed) for method in methods]


@dataclass(frozen=True, eq=False)
class EmbeddingBaseline:
    """A baseline on an embedding, fitted on the support of each task, as `EmbeddedData.baselines` returns it."""

    embedded: EmbeddedData
    method: Baseline
    seed: int

    @property
    def data(self) -> Data:
        """The data set."""
        return self.embedded.data


def load(name: str, *, on_step: OnStep = ignore_step, **options: Any) -> Data:
    """Load a data set and split its classes.

    Args:
        name: A name of `umeta datasets`, such as `glyphs`, `omniglot`, `folder:photos/birds` or `table:birds.csv`.
        on_step: Receives each progress event.
        options: Options of the data set, such as `split`, `split_seed` or `size`.

    Raises:
        UserError: an unknown set or option, or its files are not at hand; the message says what to do.
    """
    method = method_of(DATASETS, name, options)
    dataset = method.load(Home.from_environment(), on_step=on_step)
    return Data(method.of_content(dataset), dataset)


def embed(
    data: Data, encoder: str | Method, *, on_step: OnStep = ignore_step, **options: Any
) -> EmbeddedData:
    """Fit an encoder on the images of meta_train and embed every image.

    Args:
        data: What `load` returned.
        encoder: A name such as `pca`, `simclr` or `import:vectors.npy`; or an encoder of your own.
        on_step: Receives each progress event.
        options: Options of the encoder, such as `dim`.

    Raises:
        UserError: an unknown encoder or option, or the images cannot be embedded with these options.
    """
    check_type("embed", data, Data, "umeta.load(…)")
    method = method_of(ENCODERS, encoder, options)
    home, device = Home.from_environment(), pick_device("auto")
    embedding = products.embed(data.dataset, method, home, device=device, on_step=on_step)
    return EmbeddedData(data, method, embedding)
