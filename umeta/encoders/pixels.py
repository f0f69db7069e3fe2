"""The raw pixels as the embedding, whitened on request."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np
from jaxtyping import Float32, Float64, UInt8

from umeta.data import ImageSet
from umeta.encoders.encoder import State
from umeta.large_arrays import blocks_of, is_large, joined, release
from umeta.stage import Method, OnStep, Step, UserError, ignore_step

if TYPE_CHECKING:
    import torch

MAX_ZCA_PIXELS = 4096
"""The whitening matrix is (n_pixels, n_pixels): 64 MB and half a minute at this size, 1.8 GB for 84 × 84 colour."""
CONTRAST_FLOOR = 10
"""Added to an image's variance on the scale of 0 to 255: flat images stay flat (Coates & Ng)."""
EIGENVALUE_FLOOR = 1e-5
"""Added to the variances that whitening divides by (the CACTUs paper's value; Coates & Ng use 0.1)."""


Images = UInt8[np.ndarray, "n_images channels height width"]


class Pixels(Method):
    """Pixels in [0, 1], flattened.

    With `zca` every image is first normalised in contrast, and all are whitened by what meta_train's have in common.
    Images of more than 128 MB together are worked on in blocks, and the embedding is written as they come.

    Reference: Coates, Ng, "Learning Feature Representations with K-means", Neural Networks: Tricks of the Trade 2012.
    """

    trains: ClassVar[bool] = False

    name: Literal["pixels"] = "pixels"
    dim: None = None
    zca: bool = False

    def fit(self, images: ImageSet, *, device: "torch.device", on_step: OnStep = ignore_step) -> State:
        """Learn nothing, or the mean and the whitening matrix of the images.

        Raises:
            UserError: images of so many pixels that the matrix would not fit, or without any contrast.
        """
        if not self.zca:
            return {}
        n_pixels = images.images[0].size
        if n_pixels > MAX_ZCA_PIXELS:
            raise UserError(
                f"encoder.zca=true whitens images of at most {MAX_ZCA_PIXELS} pixels; these have {n_pixels}. "
                "Lower dataset.size, leave encoder.zca out or take encoder=pca."
            )
        on_step(Step("encoder", 0, 1))
        mean, covariance = _mean_and_covariance(images.images)
        variances, directions = np.linalg.eigh(covariance)
        if variances[-1] <= EIGENVALUE_FLOOR:
            raise UserError(
                f"the {len(images)} images have no contrast to whiten (largest variance {variances[-1]:.2g}); "
                "leave encoder.zca out."
            )
        scales = 1 / np.sqrt(np.maximum(variances, 0) + EIGENVALUE_FLOOR)
        on_step(Step("encoder", 1, 1))
        return {
            "mean": mean.astype(np.float32),
            "whitening": ((directions * scales) @ directions.T).astype(np.float32),
        }

    def encode(
        self, state: State, images: ImageSet, *, device: "torch.device", on_step: OnStep = ignore_step
    ) -> Float32[np.ndarray, "n_items dim"]:
        """Return the pixels, divided by 255 or whitened."""
        if not self.zca:
            return in_blocks(images, flat_pixels, on_step)
        return in_blocks(
            images, lambda part: (contrast_normalised(part) - state["mean"]) @ state["whitening"], on_step
        )


def in_blocks(
    images: ImageSet, encode: Callable[[Images], Float32[np.ndarray, "n_images dim"]], on_step: OnStep
) -> Float32[np.ndarray, "n_items dim"]:
    """Encode images all at once, or if they are large, some at a time."""

    def encoded() -> Iterator[np.ndarray]:
        for rows in blocks_of(images.images):
            yield encode(images.images[rows])
            if is_large(images.images):
                on_step(Step("encoder", rows.stop, len(images), note="encoding"))

    return joined(encoded(), len(images), beside=images.images)


def flat_pixels(images: Images) -> Float32[np.ndarray, "n_images n_pixels"]:
    """Return the images as rows of pixels in [0, 1]."""
    return images.reshape(len(images), -1).astype(np.float32) / 255


def contrast_normalised(images: Images) -> Float32[np.ndarray, "n_images n_pixels"]:
    """Return each image's pixels, 0 to 255, less their mean and divided by their spread: (x - mean) / √(var + 10)."""
    pixels = images.reshape(len(images), -1).astype(np.float32)
    spread = np.sqrt(pixels.var(axis=1, keepdims=True) + CONTRAST_FLOOR)
    return (pixels - pixels.mean(axis=1, keepdims=True)) / spread


def _mean_and_covariance(
    images: Images,
) -> tuple[Float64[np.ndarray, " n_pixels"], Float64[np.ndarray, "n_pixels n_pixels"]]:
    """Return both of the images with their contrast normalised, summed over blocks in float64."""
    n_images = len(images)
    sums = (contrast_normalised(images[rows]).sum(axis=0, dtype=np.float64) for rows in blocks_of(images))
    mean = sum(sums, np.zeros(images[0].size)) / n_images
    total = np.zeros((len(mean), len(mean)))
    for rows in blocks_of(images):
        pixels = contrast_normalised(images[rows])
        for start in range(0, len(pixels), 4096):
            block = pixels[start : start + 4096] - mean
            total += block.T @ block
        release(images)
    return mean, total / n_images
