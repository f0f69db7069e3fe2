"""Encoders whose weights come with umeta: `pretrained:glyphs`, trained on invented letters alone.

What an embedding was made from is told without torch, so that pages find stored ones at once.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np
from jaxtyping import Float32
from safetensors.numpy import load_file

from umeta.data import ImageSet
from umeta.encoders.encoder import State
from umeta.stage import Method, OnStep, ignore_step

if TYPE_CHECKING:
    import torch

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
        return self.record()["encoder"]["dim"]

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

    def weights(self) -> State:
        """Return the weights that come with umeta, most of them in half precision."""
        return load_file(FOLDER / f"{self.argument}.safetensors")

    def fit(self, images: ImageSet, *, device: "torch.device", on_step: OnStep = ignore_step) -> State:
        """Learn nothing: the weights come with umeta."""
        return {}

    def encode(
        self, state: State, images: ImageSet, *, device: "torch.device", on_step: OnStep = ignore_step
    ) -> Float32[np.ndarray, "n_items dim"]:
        """Return projections of length 1 of the images, made like the drawings that the weights were trained on."""
        from umeta.encoders.pretrained_network import embed_as_drawings

        return embed_as_drawings(images, self.weights(), self.record(), device=device, on_step=on_step)
