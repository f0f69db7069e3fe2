"""A network with random weights: how much of an embedding's worth is architecture alone."""

from functools import partial
from typing import ClassVar, Literal

import numpy as np
import torch
from jaxtyping import Float32
from pydantic import Field

from umeta.backbones import to_pixels
from umeta.backbones.torch_modules import fresh, from_arrays, strided_stack, to_arrays
from umeta.data import ImageSet
from umeta.encoders.encoder import State
from umeta.encoders.training import check_images, encode
from umeta.randomness import Stream, numpy_generator, torch_generator
from umeta.stage import Method, OnStep, Step, ignore_step

CALIBRATED_ON = 1000  # images: enough for means and variances


class Untrained(Method):
    """SimCLR's network, without the projector, before any training.

    The weights are random; the batch norms' averages are those of some training images.
    """

    trains: ClassVar[bool] = False

    name: Literal["untrained"] = "untrained"
    dim: int = Field(default=256, ge=1)
    n_filters: int = Field(default=64, ge=1)
    seed: int = Field(default=0, ge=0)

    def fit(self, images: ImageSet, *, device: torch.device, on_step: OnStep = ignore_step) -> State:
        """Draw the weights, then set each batch norm's averages to those of up to 1,000 images."""
        check_images(images, self.name)
        on_step(Step("encoder", 0, 1))
        make = partial(strided_stack, images.item_shape, self.n_filters, self.dim)
        rng = numpy_generator(self.seed, Stream.ENCODER)
        generator = torch_generator(int(rng.integers(2**62)), Stream.ENCODER_WEIGHTS)
        network = fresh(make, generator=generator, device=device)
        for layer in network:
            if isinstance(layer, torch.nn.BatchNorm2d):
                layer.momentum = None  # a plain mean of what is seen
        items = np.sort(rng.permutation(len(images))[:CALIBRATED_ON])
        with torch.inference_mode():
            network.train()(to_pixels(torch.from_numpy(images.images[items]).to(device)))
        on_step(Step("encoder", 1, 1))
        return to_arrays(network)

    def encode(
        self, state: State, images: ImageSet, *, device: torch.device, on_step: OnStep = ignore_step
    ) -> Float32[np.ndarray, "n_items dim"]:
        """Return the network's features."""
        make = partial(strided_stack, images.item_shape, self.n_filters, self.dim)
        return encode(from_arrays(make, state, device=device), images, device=device, on_step=on_step)
