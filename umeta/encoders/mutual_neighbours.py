"""SimCLR that goes on with the images it finds alike: mutual nearest neighbours are views of one thing, too."""

from collections.abc import Mapping
from functools import partial
from typing import Any, ClassVar, Literal

import numpy as np
import torch
import torch.nn.functional as F
from jaxtyping import Bool, Float32, Int
from pydantic import Field
from torch import Tensor

from umeta.backbones import cosine
from umeta.backbones.optimizers import Adam
from umeta.backbones.torch_modules import channels_last, from_arrays, to_arrays
from umeta.data import ImageSet
from umeta.data.augmentation import PolicyName, augment
from umeta.encoders.encoder import State
from umeta.encoders.mild_views import encode_with_views
from umeta.encoders.simclr import SimClr, network_with_projector, nt_xent
from umeta.encoders.training import Length, minibatch, minimise, steps_for, train
from umeta.randomness import Stream, drawn_seed
from umeta.stage import Method, OnStep, Step, ignore_step
from umeta.vectors.mutual import mutual_neighbours, pairs_of

STEPS: Mapping[str, tuple[int, int]] = {"smoke": (20, 5), "short": (2_500, 1_000), "paper": (40_000, 40_000)}
ROUND_STEPS: Mapping[str, tuple[int, int]] = {"smoke": (5, 2), "short": (400, 200), "paper": (4_000, 4_000)}
MINING_VIEWS = 2
"""Mild views that with the image itself decide who its neighbours are."""


class MutualNeighbours(Method):
    """SimCLR with four views of an image, then rounds in which two images that are each other's neighbours are one.

    A round embeds the images, pairs each with those of its nearest others that have it among their own nearest, and
    goes on training: the views of a pair are to be recognised from each other among all views of a batch of pairs, but
    for those of other images that are mutual neighbours of theirs, which count for neither side.

    Reference: Chen, Kornblith, Norouzi, Hinton, "A Simple Framework for Contrastive Learning of Visual
    Representations", ICML 2020; Qin, Gammeter, Bossard, Quack, Van Gool, "Hello Neighbor: Accurate Object Retrieval
    with k-Reciprocal Nearest Neighbors", CVPR 2011 (mutual neighbours, there of finished features); Khosla et al.,
    "Supervised Contrastive Learning", NeurIPS 2020, L_out (the loss, with a pair for a class).
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
        total = first + self.rounds * each
        first_stage = self.first_stage.model_copy(update={"steps": first})
        state = first_stage.fit(images, device=device, on_step=_part_of(on_step, 0, total))
        for number in range(self.rounds):
            done = first + number * each
            found = partial(_neighbours_found, on_step, done, total)
            neighbours = self._neighbours(state, images, device=device, on_step=found)
            seed = drawn_seed(self.seed, Stream.MUTUAL_NEIGHBOURS, number)
            told = _part_of(on_step, done, total)
            state = self._round(state, images, neighbours, each, seed, device=device, on_step=told)
        return state

    def encode(
        self, state: State, images: ImageSet, *, device: torch.device, on_step: OnStep = ignore_step
    ) -> Float32[np.ndarray, "n_items dim"]:
        """Return projections of length 1, or the means of those of mild views."""
        return self.first_stage.encode(state, images, device=device, on_step=on_step)

    def _network(self, state: State, images: ImageSet, device: torch.device) -> torch.nn.Sequential:
        make = partial(network_with_projector, images.item_shape, self.n_filters, self.dim)
        return from_arrays(make, state, device=device)

    def _neighbours(
        self, state: State, images: ImageSet, *, device: torch.device, on_step: OnStep
    ) -> Int[np.ndarray, "n_items count"]:
        vectors = encode_with_views(
            self._network(state, images, device),
            images,
            n_views=MINING_VIEWS,
            policy=self.augmentation,
            and_itself=True,
            device=device,
            on_step=on_step,
        )
        return mutual_neighbours(vectors, min(self.n_neighbours, len(images) - 1))

    def _round(
        self,
        state: State,
        images: ImageSet,
        neighbours: Int[np.ndarray, "n_items count"],
        steps: int,
        seed: int,
        *,
        device: torch.device,
        on_step: OnStep,
    ) -> State:
        """Return the state after one round of training on pairs."""
        network = self._network(state, images, device).train()
        optimizer = Adam(network.parameters(), lr=self.round_lr, fused=True)
        pairs = pairs_of(neighbours)
        items = np.empty(0, np.int64)

        def draw(step: int) -> Int[np.ndarray, " two_of_each_pair"]:
            nonlocal items
            items = pairs[minibatch(len(pairs), self.batch_size, seed=seed, step=step)].T.ravel()
            return items

        def update(batch: Tensor, generator: torch.Generator, share: float) -> dict[str, Tensor]:
            cosine(optimizer, self.round_lr, share)
            views = [
                augment(batch, self.augmentation, generator=generator, strength=self.strength)
                for _ in range(2)
            ]
            projected = F.normalize(network(channels_last(torch.cat(views))), dim=1)
            aside = torch.from_numpy(neither_side(items, neighbours)).to(device).repeat(2, 2)
            loss = nt_xent(projected.chunk(4), self.temperature, aside)
            minimise(loss, optimizer)
            return {"loss": loss.detach()}

        train(
            images,
            update,
            steps=steps,
            batch_size=self.batch_size,
            seed=seed,
            device=device,
            on_step=on_step,
            draw=draw,
        )
        return to_arrays(network)


def neither_side(
    items: Int[np.ndarray, " n"], neighbours: Int[np.ndarray, "n_items count"]
) -> Bool[np.ndarray, "n n"]:
    """Return which images of a batch are neither partners of each other nor told apart.

    They are the same image, or mutual neighbours, in two pairs of the batch.

    Args:
        items: The first item of each pair, then the second of each.
        neighbours: What `mutual_neighbours` returns.
    """
    alike = (items[:, None] == items) | (neighbours[items][:, None, :] == items[:, None]).any(2)
    pair = np.arange(len(items)) % (len(items) // 2)
    return alike & (pair[:, None] != pair)


def _part_of(on_step: OnStep, done: int, total: int) -> OnStep:
    """Return what takes the steps of one of several trainings and tells them as those of the whole."""

    def tell(step: Step) -> None:
        on_step(Step(step.stage, done + step.done, total, step.values, step.note, step.picture))

    return tell


def _neighbours_found(on_step: OnStep, done: int, total: int, step: Step) -> None:
    """Tell that images are embedded between two trainings."""
    on_step(Step("encoder", done, total, note="mutual neighbours"))
