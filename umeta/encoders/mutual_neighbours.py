"""SimCLR that goes on with the images it finds alike: mutual nearest neighbours are views of one thing, too."""

from collections.abc import Mapping
from functools import partial
from typing import Any, ClassVar, Literal

import numpy as np
import torch
from jaxtyping import Float32
from pydantic import Field

from umeta.backbones.torch_modules import from_arrays, to_arrays
from umeta.data import ImageSet
from umeta.data.augmentation import PolicyName
from umeta.encoders.encoder import State
from umeta.encoders.neighbour_rounds import NeighbourRounds, part_of
from umeta.encoders.simclr import SimClr, network_with_projector
from umeta.encoders.training import Length, steps_for
from umeta.stage import Method, OnStep, ignore_step

STEPS: Mapping[str, tuple[int, int]] = {"smoke": (20, 5), "short": (2_500, 1_000), "paper": (40_000, 40_000)}
ROUND_STEPS: Mapping[str, tuple[int, int]] = {"smoke": (5, 2), "short": (400, 200), "paper": (4_000, 4_000)}


class MutualNeighbours(Method):
    """SimCLR with four views of an image, then rounds in which two images that are each other's neighbours are one.

    The rounds are those of `NeighbourRounds`.

    Reference: Chen, Kornblith, Norouzi, Hinton, "A Simple Framework for Contrastive Learning of Visual
    Representations", ICML 2020, and what `NeighbourRounds` names.
    """

    budgets: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        name: {"steps": name, "round_steps": name} for name in ("smoke", "short", "paper")
    }

    name: Literal["mutual-neighbours"] = "mutual-neighbours"
    dim: int = Field(default=256, ge=1)
    n_filters: int = Field(default=64, ge=1)
    temperature: float = Field(default=0.1, gt=0)
    batch_size: int = Field(default=128, ge=2)
    """Images of a step before the rounds, pairs of a step in them."""
    n_views: int = Field(default=4, ge=2)
    """Views of each image before the rounds; in them each image of a pair has two."""
    lr: float = Field(default=1e-3, gt=0)
    steps: Length = "short"
    """Before the rounds."""
    rounds: int = Field(default=2, ge=0)
    round_steps: Length = "short"
    """Of each round."""
    round_lr: float = Field(default=5e-4, gt=0)
    n_neighbours: int = Field(default=3, ge=1)
    """Nearest others among which a neighbour must be, on both sides."""
    augmentation: PolicyName = "auto"
    strength: float = Field(default=1.0, ge=0)
    seed: int = Field(default=0, ge=0)
    test_views: int = Field(default=0, ge=0, exclude_if=lambda test_views: test_views == 0)
    """Mild views of an image whose mean it becomes; 0 for its own vector alone."""

    @property
    def first_stage(self) -> SimClr:
        """The training before the rounds; its network embeds in the end."""
        shared = set(SimClr.model_fields) & set(type(self).model_fields) - {"name", "steps"}
        return SimClr(**{name: getattr(self, name) for name in shared})

    def as_fitted(self) -> "MutualNeighbours":
        """Return the encoder with one vector for each image: views of it are made after training."""
        return self.model_copy(update={"test_views": 0})

    def fit(self, images: ImageSet, *, device: torch.device, on_step: OnStep = ignore_step) -> State:
        """Train as SimCLR does, then round by round."""
        first, each = steps_for(self.steps, images, STEPS), steps_for(self.round_steps, images, ROUND_STEPS)
        rounds = NeighbourRounds(
            count=self.rounds,
            steps=each,
            batch_size=self.batch_size,
            lr=self.round_lr,
            n_neighbours=self.n_neighbours,
            temperature=self.temperature,
            augmentation=self.augmentation,
            strength=self.strength,
            seed=self.seed,
        )
        first_stage = self.first_stage.model_copy(update={"steps": first})
        told = part_of(on_step, 0, first + self.rounds * each)
        state = first_stage.fit(images, device=device, on_step=told)
        make = partial(network_with_projector, images.item_shape, self.n_filters, self.dim)
        network = from_arrays(make, state, device=device)
        rounds.train(network, images, device=device, on_step=on_step, before=first)
        return to_arrays(network)

    def encode(
        self, state: State, images: ImageSet, *, device: torch.device, on_step: OnStep = ignore_step
    ) -> Float32[np.ndarray, "n_items dim"]:
        """Return projections of length 1, or the means of those of mild views."""
        return self.first_stage.encode(state, images, device=device, on_step=on_step)
