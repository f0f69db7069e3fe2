"""What an encoder is."""

from typing import TYPE_CHECKING, Any, ClassVar, Literal, Protocol, runtime_checkable

import numpy as np
from jaxtyping import Float32

from umeta.data import ImageSet
from umeta.stage import OnStep, ignore_step

if TYPE_CHECKING:
    import torch

State = dict[str, np.ndarray]
"""What `fit` learned: named arrays, stored as safetensors. Empty for an encoder with nothing to learn."""


@runtime_checkable
class Encoder(Protocol):
    """Images to embeddings. Fitted on meta_train alone; it never sees labels, since `ImageSet` has none."""

    trains: ClassVar[bool]
    """Whether `fit` trains for minutes, so that a person is asked first."""
    embeds_new_images: ClassVar[bool]
    """Whether `encode` takes any image, also views; False where it only knows vectors of given images."""

    @property
    def name(self) -> str:
        """The registered name."""
        ...

    @property
    def dim(self) -> int | None:
        """The dimension of the embedding; None where the images decide it."""
        ...

    @property
    def note(self) -> str:
        """What must be said wherever results on the embedding are shown; empty for most."""
        ...

    @property
    def labels_seen(self) -> Literal["none", "elsewhere", "unknown"]:
        """Whether labels were used where it was trained before it came here; none for what is fitted here."""
        ...

    def as_fitted(self) -> "Encoder":
        """Return the encoder with the options that `fit` does not read at their defaults: one state serves them all."""
        ...

    def made_from(self) -> dict[str, Any]:
        """Return what identifies the product: options and code version."""
        ...

    def fit(self, images: ImageSet, *, device: "torch.device", on_step: OnStep = ignore_step) -> State:
        """Learn from the images and return the state.

        Raises:
            UserError: the images cannot be embedded with these options (too few, too small, constant).
        """
        ...

    def encode(
        self, state: State, images: ImageSet, *, device: "torch.device", on_step: OnStep = ignore_step
    ) -> Float32[np.ndarray, "n_items dim"]:
        """Embed images with a fitted state; each image by itself."""
        ...
