"""The network whose weights come with umeta, and what is made of an image before it looks at it."""

import math
from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from jaxtyping import Float, Float32, UInt8
from torch import Tensor, nn

from umeta.backbones import to_pixels
from umeta.backbones.torch_modules import from_arrays, without_batch_norm
from umeta.data import ImageSet
from umeta.data.augmentation import Images, background
from umeta.encoders.encoder import State
from umeta.encoders.simclr import SimClr, network_with_projector
from umeta.encoders.training import PIXELS_AT_ONCE, encode
from umeta.large_arrays import joined
from umeta.stage import OnStep

SOFTNESS = (0.2, 0.6, 0.2)
"""The filter, along rows and columns, that makes an image as soft as what the network was trained on.

It saw views alone, which are read between pixels: on average that is a filter of 1:4:1. Of 1:3:1, 1:4:1 and 1:6:1 the
first is best on meta_val of Omniglot (5-way 1-shot 96.6 %, without any 94.2 %).
"""
IMAGES_AT_ONCE = 256
"""More than these leave a processor's cache, and cost a third more."""


def embed_as_drawings(
    images: ImageSet, weights: State, record: Mapping[str, Any], *, device: torch.device, on_step: OnStep
) -> Float32[np.ndarray, "n_items dim"]:
    """Return projections of length 1 of the images, made like the drawings that the weights were trained on.

    Args:
        images: Images of any channels and size.
        weights: Of the network.
        record: How they were made, as `Pretrained.record` tells it.
        device: Where the images are embedded.
        on_step: Is told of progress.
    """
    network = without_batch_norm(network_of(weights, record, device=device))
    return encode(_Letters(network, record["item_shape"][-1]), images, device=device, on_step=on_step)


def network_of(weights: State, record: Mapping[str, Any], *, device: torch.device) -> nn.Sequential:
    """Return the network with its projector, in running mode."""
    trained, (channels, height, side) = SimClr(**record["encoder"]), record["item_shape"]
    make = partial(network_with_projector, (channels, height, side), trained.n_filters, trained.dim)
    return from_arrays(make, weights, device=device)


def drawings_of(images: ImageSet, side: int) -> ImageSet:
    """Return a set of the images made like drawings of `side` pixels a side, not softened: views will do that."""

    def drawn(part: slice) -> UInt8[np.ndarray, "part 1 side side"]:
        pixels = to_pixels(torch.from_numpy(images.images[part].copy()))  # a mapped file is read-only
        return ink_of(pixels, side).mul(255).round().byte().numpy()

    size = max(1, PIXELS_AT_ONCE // math.prod(images.item_shape))
    parts = (drawn(slice(start, start + size)) for start in range(0, len(images), size))
    return ImageSet(images.name, joined(parts, len(images), beside=images.images), images.ids)


class _Letters(nn.Module):
    """From pixels in [0, 1] to vectors of length 1."""

    def __init__(self, network: nn.Module, side: int) -> None:
        super().__init__()
        self.network, self.side = network, side

    def forward(self, pixels: Images) -> Float[Tensor, "n_items dim"]:
        parts = pixels.split(IMAGES_AT_ONCE)
        return torch.cat([F.normalize(self.network(as_drawings(part, self.side)), dim=1) for part in parts])


def as_drawings(pixels: Images, side: int) -> Float[Tensor, "n_items 1 side side"]:
    """Return images as `ink_of` does, as soft as a training's views."""
    softness = torch.tensor(SOFTNESS, device=pixels.device)
    return F.conv2d(ink_of(pixels, side), torch.outer(softness, softness)[None, None], padding=1)


def ink_of(pixels: Images, side: int) -> Float[Tensor, "n_items 1 side side"]:
    """Return images as light ink on black, in one channel, of `side` pixels a side.

    Ink is how far a pixel is from its image's background, the median of the outermost pixels: dark ink on white paper
    becomes light on black. Images that are not square get black edges.
    """
    ink = (pixels - background(pixels)).abs().mean(1, keepdim=True)
    height, width = ink.shape[-2:]
    longer = max(height, width)
    left, above = (longer - width) // 2, (longer - height) // 2
    ink = F.pad(ink, (left, longer - width - left, above, longer - height - above))
    if longer != side:
        ink = F.interpolate(ink, size=(side, side), mode="bilinear", antialias=True)
    return ink
