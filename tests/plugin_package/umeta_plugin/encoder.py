"""An encoder: a linear autoencoder."""

from typing import Literal

import numpy as np
import torch
from pydantic import Field

from umeta.data import ImageSet
from umeta.stage import Method, OnStep, Step, ignore_step


class LinearAutoencoder(Method):
    """Rebuild the pixels from `dim` numbers, by one matrix and its transpose."""

    name: Literal["linear-autoencoder"] = "linear-autoencoder"
    dim: int = Field(default=16, ge=1)
    epochs: int = Field(default=20, ge=1)

    def fit(self, images: ImageSet, *, device: torch.device, on_step: OnStep = ignore_step):
        """Learn the matrix and return it as the state, a dict of arrays."""
        pixels = torch.from_numpy(_pixels(images))
        weight = torch.randn(pixels.shape[1], self.dim, generator=torch.Generator().manual_seed(0))
        weight = (weight / pixels.shape[1] ** 0.5).requires_grad_()
        optimizer = torch.optim.Adam([weight], lr=0.01)
        for epoch in range(self.epochs):
            loss = (pixels @ weight @ weight.T - pixels).square().mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            on_step(Step("encoder", epoch + 1, self.epochs, {"loss": loss.item()}))
        return {"weight": weight.detach().numpy()}

    def encode(self, state, images: ImageSet, *, device: torch.device, on_step: OnStep = ignore_step):
        """Return float32 vectors `(n_items, dim)`."""
        return _pixels(images) @ state["weight"]


def _pixels(images: ImageSet) -> np.ndarray:
    return images.images.reshape(len(images), -1).astype(np.float32) / 255
