"""The raw pixels as the embedding."""

from typing import Literal

import numpy as np
import torch
from jaxtyping import Float32

from umeta.data import ImageSet
from umeta.encoders.encoder import State
from umeta.stage import Method, OnStep, ignore_step


class Pixels(Method):
    """Pixels in [0, 1], flattened."""

    name: Literal["pixels"] = "pixels"
    dim: None = None

    def fit(
        self,
        images: ImageSet,
        *,
        rng: np.random.Generator,
        device: torch.device,
        on_step: OnStep = ignore_step,
    ) -> State:
        """Learn nothing."""
        return {}

    def encode(
        self, state: State, images: ImageSet, *, device: torch.device, on_step: OnStep = ignore_step
    ) -> Float32[np.ndarray, "n_items dim"]:
        """Return the pixels, divided by 255."""
        return flat_pixels(images)


def flat_pixels(images: ImageSet) -> Float32[np.ndarray, "n_items n_pixels"]:
    """Return the images as rows of pixels in [0, 1]."""
    return images.images.reshape(len(images), -1).astype(np.float32) / 255
