"""Principal components of the pixels."""

import math
from collections.abc import Mapping
from typing import ClassVar, Literal

import numpy as np
import torch
from jaxtyping import Float32
from pydantic import Field

from umeta.data import ImageSet
from umeta.encoders.encoder import State
from umeta.encoders.pixels import flat_pixels
from umeta.randomness import Stream, drawn_seed
from umeta.stage import Fit, Method, OnStep, Step, UserError, ignore_step


class Pca(Method):
    """The first `dim` principal components of the pixels, unwhitened: distances keep the images' own scale."""

    trains: ClassVar[bool] = False

    name: Literal["pca"] = "pca"
    dim: int = Field(default=64, ge=1)

    def unfit_options(self, n_items: int, item_shape: tuple[int, ...]) -> Mapping[str, Fit]:
        """Return the dimension that so many items can have at most, where it is lower than `dim`."""
        n_pixels = math.prod(item_shape)
        if self.dim <= (max_dim := min(n_items, n_pixels)):
            return {}
        reason = f"{n_items:,} images of {n_pixels:,} values have at most {max_dim} principal components"
        return {"dim": Fit(max_dim, reason)}

    def fit(self, images: ImageSet, *, device: torch.device, on_step: OnStep = ignore_step) -> State:
        """Return the mean image and the components of the training images (randomised if the images are large)."""
        from sklearn.decomposition import PCA

        pixels = flat_pixels(images)
        max_dim = min(pixels.shape)
        if self.dim > max_dim:
            raise UserError(
                f"encoder.dim={self.dim} is more than the {len(pixels)} images of {pixels.shape[1]} pixels allow; "
                f"use encoder.dim={max_dim} or less."
            )
        on_step(Step("encoder", 0, 1))
        pca = PCA(self.dim, random_state=drawn_seed(0, Stream.ENCODER, below=2**31)).fit(pixels)
        on_step(Step("encoder", 1, 1))
        mean, components = np.asarray(pca.mean_), np.asarray(pca.components_)
        return {"mean": mean.astype(np.float32), "components": components.astype(np.float32)}

    def encode(
        self, state: State, images: ImageSet, *, device: torch.device, on_step: OnStep = ignore_step
    ) -> Float32[np.ndarray, "n_items dim"]:
        """Project the images onto the components."""
        return (flat_pixels(images) - state["mean"]) @ state["components"].T
