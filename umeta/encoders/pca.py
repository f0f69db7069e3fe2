"""Principal components of the pixels."""

import math
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np
from jaxtyping import Float32
from pydantic import Field

from umeta.data import ImageSet
from umeta.encoders.encoder import State
from umeta.encoders.pixels import flat_pixels, in_blocks
from umeta.encoders.subspace_iteration import N_PASSES, principal_components_of_blocks
from umeta.large_arrays import blocks_of, is_large, release
from umeta.randomness import Stream, drawn_seed, numpy_generator
from umeta.stage import Fit, Method, OnStep, Step, UserError, ignore_step

if TYPE_CHECKING:
    import torch


class Pca(Method):
    """The first `dim` principal components of the pixels, unwhitened: distances keep the images' own scale.

    Images of more than 128 MB together (6,340 of 84 × 84 in colour) are never all in memory as numbers: their
    components are found by subspace iteration over blocks of them, those of fewer images by scikit-learn.
    """

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

    def fit(self, images: ImageSet, *, device: "torch.device", on_step: OnStep = ignore_step) -> State:
        """Return the mean image and the components of the training images (randomised if the images are large)."""
        n_pixels = math.prod(images.item_shape)
        max_dim = min(len(images), n_pixels)
        if self.dim > max_dim:
            raise UserError(
                f"encoder.dim={self.dim} is more than the {len(images)} images of {n_pixels} pixels allow; "
                f"use encoder.dim={max_dim} or less."
            )
        find = self._in_blocks if is_large(images.images) else self._at_once
        mean, components = find(images, on_step)
        return {"mean": mean.astype(np.float32), "components": components.astype(np.float32)}

    def _at_once(self, images: ImageSet, on_step: OnStep) -> tuple[np.ndarray, np.ndarray]:
        from sklearn.decomposition import PCA

        on_step(Step("encoder", 0, 1))
        pca = PCA(self.dim, random_state=drawn_seed(0, Stream.ENCODER, below=2**31))
        pca.fit(flat_pixels(images.images))
        on_step(Step("encoder", 1, 1))
        return np.asarray(pca.mean_), np.asarray(pca.components_)

    def _in_blocks(self, images: ImageSet, on_step: OnStep) -> tuple[np.ndarray, np.ndarray]:
        n_images, done = len(images), 0
        total = n_images * (N_PASSES + 1)

        def blocks() -> Iterator[np.ndarray]:
            nonlocal done
            for rows in blocks_of(images.images):
                yield flat_pixels(images.images[rows])
                release(images.images)
                done += rows.stop - rows.start
                on_step(Step("encoder", done, total))

        return principal_components_of_blocks(blocks, self.dim, rng=numpy_generator(0, Stream.ENCODER))

    def encode(
        self, state: State, images: ImageSet, *, device: "torch.device", on_step: OnStep = ignore_step
    ) -> Float32[np.ndarray, "n_items dim"]:
        """Project the images onto the components."""
        return in_blocks(
            images, lambda part: (flat_pixels(part) - state["mean"]) @ state["components"].T, on_step
        )
