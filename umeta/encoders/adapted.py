"""The encoder that comes with umeta, taught on by the images it is to embed: `adapted:glyphs`."""

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

import numpy as np
import torch
from jaxtyping import Float32
from pydantic import Field

from umeta.backbones.torch_modules import to_arrays
from umeta.data import ImageSet
from umeta.encoders.encoder import State
from umeta.encoders.mild_views import encode_with_views
from umeta.encoders.neighbour_rounds import NeighbourRounds
from umeta.encoders.pretrained import Pretrained
from umeta.encoders.pretrained_network import drawings_of, embed_as_drawings, network_of
from umeta.encoders.training import check_images
from umeta.stage import Method, OnStep, ignore_step

START = Pretrained()


class Adapted(Method):
    """`pretrained:glyphs`, taught on by which of one's own images are each other's neighbours, without any label.

    Its network, trained on invented letters, finds pairs of alike images among those of meta_train, and goes on with
    them in the rounds of `NeighbourRounds`. Images are made like the invented drawings first, as for
    `pretrained:glyphs`: one channel, light ink on black, 28 × 28.

    Reference: what `NeighbourRounds` names.
    """

    budgets: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "smoke": {"round_steps": 5},
        "short": {"round_steps": 400},
        "paper": {"round_steps": 4_000},
    }

    name: Literal["adapted:glyphs"] = "adapted:glyphs"
    rounds: int = Field(default=3, ge=0)
    round_steps: int = Field(default=400, ge=1)
    """Of each round."""
    round_lr: float = Field(default=5e-4, gt=0)
    batch_size: int = Field(default=128, ge=2)
    """Pairs of a step; each image of a pair has two views."""
    n_neighbours: int = Field(default=3, ge=1)
    """Nearest others among which a neighbour must be, on both sides."""
    temperature: float = Field(default=0.1, gt=0)
    strength: float = Field(default=1.0, ge=0)
    seed: int = Field(default=0, ge=0)
    test_views: int = Field(default=0, ge=0, exclude_if=lambda test_views: test_views == 0)
    """Mild views of an image whose mean it becomes, each image by itself; 0 for its own vector alone."""

    @property
    def dim(self) -> int:
        """The dimension of the embedding."""
        return START.dim

    @property
    def note(self) -> str:
        """What it was trained on before."""
        return "trained on other images first: invented letters, without labels"

    def as_fitted(self) -> "Adapted":
        """Return the encoder with one vector for each image: views of it are made after training."""
        return self.model_copy(update={"test_views": 0})

    def made_from(self) -> dict[str, Any]:
        """Return what identifies the embedding: options, and the weights that training begins with."""
        return {**super().made_from(), "weights": START.made_from()["weights"]}

    def fit(self, images: ImageSet, *, device: torch.device, on_step: OnStep = ignore_step) -> State:
        """Train the network that comes with umeta, round by round."""
        check_images(images, self.name)
        network = network_of(START.weights(), START.record(), device=device)
        rounds = NeighbourRounds(
            count=self.rounds,
            steps=self.round_steps,
            batch_size=self.batch_size,
            lr=self.round_lr,
            n_neighbours=self.n_neighbours,
            temperature=self.temperature,
            augmentation="glyphs",
            strength=self.strength,
            seed=self.seed,
        )
        rounds.train(network, self._drawings(images), device=device, on_step=on_step)
        return to_arrays(network)

    def encode(
        self, state: State, images: ImageSet, *, device: torch.device, on_step: OnStep = ignore_step
    ) -> Float32[np.ndarray, "n_items dim"]:
        """Return projections of length 1 as `pretrained:glyphs` does, or the means of those of mild views."""
        if not self.test_views:
            return embed_as_drawings(images, state, START.record(), device=device, on_step=on_step)
        return encode_with_views(
            network_of(state, START.record(), device=device),
            self._drawings(images),
            n_views=self.test_views,
            policy="glyphs",
            device=device,
            on_step=on_step,
        )

    def _drawings(self, images: ImageSet) -> ImageSet:
        return drawings_of(images, START.record()["item_shape"][-1])
