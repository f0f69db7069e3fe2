"""Rounds of training in which two images that are each other's near neighbours are views of one thing."""

from dataclasses import dataclass
from functools import partial

import numpy as np
import torch
import torch.nn.functional as F
from jaxtyping import Bool, Int, UInt8
from torch import Tensor, nn

from umeta.backbones import cosine
from umeta.backbones.optimizers import Adam
from umeta.backbones.torch_modules import channels_last
from umeta.data import ImageSet
from umeta.data.augmentation import Images, PolicyName, augment
from umeta.encoders.mild_views import encode_with_views
from umeta.encoders.simclr import nt_xent
from umeta.encoders.training import minibatch, minimise, montage, train
from umeta.randomness import Stream, drawn_seed
from umeta.stage import OnStep, Step
from umeta.vectors.mutual import mutual_neighbours, pairs_of

MINING_VIEWS = 2
"""Mild views that with the image itself decide who its neighbours are."""
COLUMNS = 10  # of the live picture


@dataclass(frozen=True)
class NeighbourRounds:
    """How a network is trained on pairs of mutual neighbours.

    A round embeds the images, pairs each with those of its nearest others that have it among their own nearest, and
    goes on training: the views of a pair are to be recognised from each other among all views of a batch of pairs, but
    for those of other images that are mutual neighbours of theirs, which count for neither side.

    Reference: Qin, Gammeter, Bossard, Quack, Van Gool, "Hello Neighbor: Accurate Object Retrieval with k-Reciprocal
    Nearest Neighbors", CVPR 2011 (mutual neighbours, there of finished features); Khosla et al., "Supervised
    Contrastive Learning", NeurIPS 2020, L_out (the loss, with a pair for a class).
    """

    count: int
    steps: int
    """Of each round."""
    batch_size: int
    """Pairs of a step; each image of a pair has two views."""
    lr: float
    """At the start of a round, from where it falls to 0."""
    n_neighbours: int
    """Nearest others among which a neighbour must be, on both sides."""
    temperature: float
    augmentation: PolicyName
    strength: float
    seed: int

    def train(
        self,
        network: nn.Sequential,
        images: ImageSet,
        *,
        device: torch.device,
        on_step: OnStep,
        before: int = 0,
    ) -> None:
        """Train a network, round by round.

        Args:
            network: With a projector on top, as `network_with_projector` returns it.
            images: What is learned from.
            device: Where the network is.
            on_step: Gets each progress event.
            before: Steps that were trained before the first round, for progress.
        """
        total = before + self.count * self.steps
        for number in range(self.count):
            done = before + number * self.steps
            neighbours = self._neighbours(
                network.eval(), images, device=device, on_step=partial(_found, on_step, done, total)
            )
            seed = drawn_seed(self.seed, Stream.MUTUAL_NEIGHBOURS, number)
            told = part_of(on_step, done, total)
            self._round(network.train(), images, neighbours, seed, device=device, on_step=told)
        network.eval()

    def _neighbours(
        self, network: nn.Sequential, images: ImageSet, *, device: torch.device, on_step: OnStep
    ) -> Int[np.ndarray, "n_items count"]:
        vectors = encode_with_views(
            network,
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
        network: nn.Sequential,
        images: ImageSet,
        neighbours: Int[np.ndarray, "n_items count"],
        seed: int,
        *,
        device: torch.device,
        on_step: OnStep,
    ) -> None:
        optimizer = Adam(network.parameters(), lr=self.lr, fused=True)
        pairs = pairs_of(neighbours)
        items, pictured = np.empty(0, np.int64), torch.empty(0)

        def draw(step: int) -> Int[np.ndarray, " two_of_each_pair"]:
            nonlocal items
            items = pairs[minibatch(len(pairs), self.batch_size, seed=seed, step=step)].T.ravel()
            return items

        def update(batch: Tensor, generator: torch.Generator, share: float) -> dict[str, Tensor]:
            nonlocal pictured
            pictured = batch
            cosine(optimizer, self.lr, share)
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
            steps=self.steps,
            batch_size=self.batch_size,
            seed=seed,
            device=device,
            on_step=on_step,
            picture=lambda: picture_of_pairs(pictured),
            draw=draw,
        )


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


def picture_of_pairs(batch: Images) -> UInt8[np.ndarray, "..."]:
    """Return some pairs of a batch as a picture: images, and below each the one that was found alike."""
    first, second = batch.chunk(2)
    return montage(torch.stack([first[:COLUMNS], second[:COLUMNS]]))


def part_of(on_step: OnStep, done: int, total: int) -> OnStep:
    """Return what takes the steps of one of several trainings and tells them as those of the whole."""

    def tell(step: Step) -> None:
        on_step(Step(step.stage, done + step.done, total, step.values, step.note, step.picture))

    return tell


def _found(on_step: OnStep, done: int, total: int, step: Step) -> None:
    """Tell that images are embedded between two trainings."""
    on_step(Step("encoder", done, total, note="mutual neighbours"))
