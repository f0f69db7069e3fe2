"""The vectors that a data set's items came with."""

from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np
from jaxtyping import Float32

from umeta.data import ImageSet
from umeta.encoders.encoder import State
from umeta.stage import Method, OnStep, UserError, ignore_step

if TYPE_CHECKING:
    import torch


class GivenVectors(Method):
    """The vectors of a set such as `vectors:PATH`, as they are in its file."""

    trains: ClassVar[bool] = False
    embeds_new_images: ClassVar[bool] = False

    name: Literal["vectors"] = "vectors"
    dim: None = None

    @property
    def note(self) -> str:
        """The file does not say how they were made."""
        return "vectors made elsewhere"

    @property
    def labels_seen(self) -> Literal["none", "elsewhere", "unknown"]:
        """Nobody says whether labels were used in making them."""
        return "unknown"

    def fit(self, images: ImageSet, *, device: "torch.device", on_step: OnStep = ignore_step) -> State:
        """Learn nothing.

        Raises:
            UserError: the items came without vectors.
        """
        self._vectors(images)
        return {}

    def encode(
        self, state: State, images: ImageSet, *, device: "torch.device", on_step: OnStep = ignore_step
    ) -> Float32[np.ndarray, "n_items dim"]:
        """Return the vectors.

        Raises:
            UserError: the items came without vectors.
        """
        return self._vectors(images)

    def _vectors(self, images: ImageSet) -> np.ndarray:
        if images.vectors is None:
            raise UserError(
                f"encoder=vectors gives the vectors that a set came with, and {images.name} has images alone. Choose "
                "another encoder, or a set of vectors: dataset=vectors:PATH."
            )
        return np.ascontiguousarray(images.vectors)
