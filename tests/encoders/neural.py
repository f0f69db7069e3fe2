"""Tiny images, and what every encoder that trains a network has to hold to."""

import numpy as np
import torch

from umeta.data import ImageSet
from umeta.encoders import Encoder
from umeta.stage import OnStep, ignore_step

CPU = torch.device("cpu")


def bars(n: int = 48, channels: int = 1, side: int = 16, seed: int = 0) -> ImageSet:
    """Bars at random places: something to learn in a few steps."""
    rng = np.random.default_rng(seed)
    images = np.zeros((n, channels, side, side), np.uint8)
    for image, upright, place in zip(images, rng.random(n) < 0.5, rng.integers(1, side - 3, n), strict=True):
        image[:, :, place : place + 2] = 255 * upright
        image[:, place : place + 2] = np.maximum(image[:, place : place + 2], 255 * (not upright))
    images ^= rng.integers(0, 16, images.shape, np.uint8)
    return ImageSet("bars", images, [str(i) for i in range(n)])


def fit(encoder: Encoder, images: ImageSet, *, on_step: OnStep = ignore_step) -> dict[str, np.ndarray]:
    return encoder.fit(images, device=CPU, on_step=on_step)
