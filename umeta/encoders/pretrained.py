"""Encoders whose weights come with umeta: `pretrained:glyphs`, trained on invented letters alone."""

import json
from collections.abc import Mapping
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, ClassVar, Literal

import numpy as np
import torch
import torch.nn.functional as F
from jaxtyping import Float, Float32
from safetensors.numpy import load
from torch import Tensor, nn

from umeta.backbones.torch_modules import from_arrays, without_batch_norm
from umeta.data import ImageSet
from umeta.data.augmentation import Images, background
from umeta.encoders.encoder import State
from umeta.encoders.simclr import SimClr, network_with_projector
from umeta.encoders.training import encode
from umeta.stage import Method, OnStep, ignore_step

SOFTNESS = (0.2, 0.6, 0.2)
"""The filter, along rows and columns, that makes an image as soft as what the network was trained on.

It saw views alone, which are read between pixels: on average that is a filter of 1:4:1. Of 1:3:1, 1:4:1 and 1:6:1 the
first is best on meta_val of Omniglot (5-way 1-shot 96.6 %, without any 94.2 %).
"""
IMAGES_AT_ONCE = 256
"""More than these leave a processor's cache, and cost a third more."""
FOLDER = Path(__file__).parent / "weights"


class Pretrained(Method):
    """SimCLR trained by the project on computer-made drawings of invented letters, and on nothing else.

    It has seen no image of the set that it embeds, and no label of any: views of the drawings are what taught it.
    Images are made like these drawings first: one channel, light ink on black, 28 × 28. How it was trained stands in
    `glyphs.json` beside the weights (`umeta.encoders.pretraining`).
    """

    trains: ClassVar[bool] = False

    name: Literal["pretrained:glyphs"] = "pretrained:glyphs"

    @property
    def dim(self) -> int:
        """The dimension of the embedding."""
        return self._trained().dim

    @property
    def note(self) -> str:
        """What it was trained on."""
        return "trained on other images: invented letters, without labels"

    def made_from(self) -> dict[str, Any]:
        """Return what identifies the embedding: the content of the weights."""
        return {"name": self.name, "weights": self.record()["sha256"], "code_version": self.code_version}

    def record(self) -> Mapping[str, Any]:
        """Return how the weights were made: data set, encoder, command, device and versions."""
        return json.loads((FOLDER / f"{self.argument}.json").read_text("utf-8"))

    def fit(self, images: ImageSet, *, device: torch.device, on_step: OnStep = ignore_step) -> State:
        """Learn nothing: the weights come with umeta."""
        return {}

    def encode(
        self, state: State, images: ImageSet, *, device: torch.device, on_step: OnStep = ignore_step
    ) -> Float32[np.ndarray, "n_items dim"]:
        """Return projections of length 1 of the images, made like the drawings that the weights were trained on."""
        trained, (channels, height, side) = self._trained(), self.record()["item_shape"]
        make = partial(network_with_projector, (channels, height, side), trained.n_filters, trained.dim)
        network = without_batch_norm(from_arrays(make, _weights(self.argument), device=device))
        return encode(_Letters(network, side), images, device=device, on_step=on_step)

    def _trained(self) -> SimClr:
        return SimClr(**self.record()["encoder"])


@lru_cache(maxsize=1)
def _weights(name: str) -> State:
    return load((FOLDER / f"{name}.safetensors").read_bytes())


class _Letters(nn.Module):
    """From pixels in [0, 1] to vectors of length 1."""

    def __init__(self, network: nn.Module, side: int) -> None:
        super().__init__()
        self.network, self.side = network, side

    def forward(self, pixels: Images) -> Float[Tensor, "n_items dim"]:
        parts = pixels.split(IMAGES_AT_ONCE)
        return torch.cat([F.normalize(self.network(as_drawings(part, self.side)), dim=1) for part in parts])


def as_drawings(pixels: Images, side: int) -> Float[Tensor, "n_items 1 side side"]:
    """Return images as light ink on black, in one channel, of `side` pixels a side, as soft as a training's views.

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
    softness = torch.tensor(SOFTNESS, device=ink.device)
    return F.conv2d(ink, torch.outer(softness, softness)[None, None], padding=1)
