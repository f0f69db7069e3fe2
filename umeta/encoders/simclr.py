"""SimCLR: two views of an image lie closer together than views of different images."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, ClassVar, Literal

import numpy as np
import torch
import torch.nn.functional as F
from jaxtyping import Bool, Float, Float32
from pydantic import Field
from torch import Tensor, nn

from umeta.backbones import cosine
from umeta.backbones.optimizers import Adam
from umeta.backbones.torch_modules import channels_last, fresh, from_arrays, strided_stack, to_arrays
from umeta.data import ImageSet
from umeta.data.augmentation import PolicyName, augment
from umeta.encoders.encoder import State
from umeta.encoders.mild_views import encode_with_views
from umeta.encoders.training import (
    Length,
    check_images,
    encode,
    minimise,
    montage,
    steps_for,
    train,
)
from umeta.randomness import Stream, drawn_seed, torch_generator
from umeta.stage import Method, OnStep, ignore_step

STEPS: Mapping[str, tuple[int, int]] = {"smoke": (20, 5), "short": (1_500, 1_000), "paper": (40_000, 40_000)}
COLUMNS = 10  # of the live picture

Views = Float[Tensor, "batch projected"]
"""The projection of one view of each image, of length 1."""


class SimClr(Method):
    """A network trained so that two random views of an image agree and those of different images do not.

    Alignment, the mean squared distance of the two views, and uniformity, the log of the mean of exp(−2 ‖x − y‖²)
    over different images (Wang & Isola, ICML 2020), both of projected unit vectors, fall as training works.

    The loss works on the output of a projector on top of the network's features. Its authors throw the projector away
    after training, since classes may differ in what the views differ in. Where they don't, what it has learned to
    ignore is what should be ignored: on Omniglot nearest prototypes are 6 points better with it (meta_val).

    Reference: Chen, Kornblith, Norouzi, Hinton, "A Simple Framework for Contrastive Learning of Visual
    Representations", ICML 2020, algorithm 1; a small network and Adam instead of ResNet-50 and LARS, and as many views
    of an image as `n_views`.
    """

    budgets: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        name: {"steps": name} for name in ("smoke", "short", "paper")
    }

    name: Literal["simclr"] = "simclr"
    dim: int = Field(default=256, ge=1)
    """Of the features and of their projections."""
    embedding: Literal["projected", "features"] = "projected"
    """What an image becomes: its projection, scaled to length 1 as in the loss, or the features below the projector."""
    n_filters: int = Field(default=64, ge=1)
    temperature: float = Field(default=0.1, gt=0)
    batch_size: int = Field(default=256, ge=2)
    n_views: int = Field(default=2, ge=2, exclude_if=lambda n_views: n_views == 2)
    """Views of each image of a batch; each is to be recognised from every other of its image."""
    lr: float = Field(default=1e-3, gt=0)
    steps: Length = "short"
    augmentation: PolicyName = "auto"
    strength: float = Field(default=1.0, ge=0)
    seed: int = Field(default=0, ge=0)
    test_views: int = Field(default=0, ge=0, exclude_if=lambda test_views: test_views == 0)
    """Mild views of an image whose mean it becomes, each image by itself; 0 for its own vector alone."""

    def as_fitted(self) -> "SimClr":
        """Return the encoder with one vector for each image: views of it are made after training."""
        return self.model_copy(update={"test_views": 0})

    def fit(self, images: ImageSet, *, device: torch.device, on_step: OnStep = ignore_step) -> State:
        """Train the network with a projector on top; both are kept."""
        check_images(images, self.name)
        seed = drawn_seed(self.seed, Stream.ENCODER)
        make = partial(network_with_projector, images.item_shape, self.n_filters, self.dim)
        network = fresh(make, generator=torch_generator(seed, Stream.ENCODER_WEIGHTS), device=device).train()
        optimizer = Adam(network.parameters(), lr=self.lr, fused=True)
        last_batch: dict[str, Tensor] = {}

        def update(batch: Tensor, generator: torch.Generator, share: float) -> dict[str, Tensor]:
            cosine(optimizer, self.lr, share)
            views = [
                augment(batch, self.augmentation, generator=generator, strength=self.strength)
                for _ in range(self.n_views)
            ]
            projected = F.normalize(network(channels_last(torch.cat(views))), dim=1).chunk(self.n_views)
            loss = nt_xent(projected, self.temperature)
            minimise(loss, optimizer)
            first, second = projected[:2]
            last_batch.update(images=batch, first=views[0], second=views[1], projected=first.detach())
            with torch.no_grad():
                return {
                    "loss": loss.detach(),
                    "alignment": alignment(first, second),
                    "uniformity": uniformity(first),
                }

        train(
            images,
            update,
            steps=steps_for(self.steps, images, STEPS),
            batch_size=self.batch_size,
            seed=seed,
            device=device,
            on_step=on_step,
            picture=lambda: _picture(**last_batch),
        )
        return to_arrays(network)

    def encode(
        self, state: State, images: ImageSet, *, device: torch.device, on_step: OnStep = ignore_step
    ) -> Float32[np.ndarray, "n_items dim"]:
        """Return projections of length 1, or the features below the projector; of either the mean over mild views."""
        network = from_arrays(
            partial(network_with_projector, images.item_shape, self.n_filters, self.dim), state, device=device
        )
        if self.test_views:
            return encode_with_views(
                network if self.embedding == "projected" else nn.Sequential(network[0]),
                images,
                n_views=self.test_views,
                policy=self.augmentation,
                device=device,
                on_step=on_step,
            )
        if self.embedding == "features":
            return encode(network[0], images, device=device, on_step=on_step)
        projected = encode(network, images, device=device, on_step=on_step)
        return projected / np.linalg.norm(projected, axis=1, keepdims=True).clip(min=1e-12)


def network_with_projector(item_shape: tuple[int, int, int], n_filters: int, dim: int) -> nn.Sequential:
    """Return the network and its projector."""
    projector = nn.Sequential(
        nn.BatchNorm1d(dim), nn.ReLU(inplace=True), nn.Linear(dim, dim),
        nn.BatchNorm1d(dim), nn.ReLU(inplace=True), nn.Linear(dim, dim)
    )  # fmt: skip
    return nn.Sequential(strided_stack(item_shape, n_filters, dim), projector)


def nt_xent(
    views_of_batch: Sequence[Views], temperature: float, aside: Bool[Tensor, "n_views n_views"] | None = None
) -> Float[Tensor, ""]:
    """Return the mean cross-entropy of recognising a view's partner among all other views of the batch.

    With more than two views of an image the mean is over each view's partners too: the loss L_out of Khosla et al.,
    "Supervised Contrastive Learning", NeurIPS 2020, where each image is a class of its own.

    Args:
        views_of_batch: One view of each image, another of each, and so on.
        temperature: Of the softmax.
        aside: From which other views a view is not to be told, without being their partner; None for none.
    """
    views, n_images, n_views = torch.cat(list(views_of_batch)), len(views_of_batch[0]), len(views_of_batch)
    logits = views @ views.T / temperature
    itself = torch.eye(len(views), dtype=torch.bool, device=views.device)
    logits = logits.masked_fill(itself if aside is None else itself | aside, -torch.inf)
    order = torch.arange(len(views), device=views.device)
    partners = [order.roll(n_images * k) for k in range(1, n_views)]
    return torch.stack([F.cross_entropy(logits, partner) for partner in partners]).mean()


def alignment(first: Views, second: Views) -> Float[Tensor, ""]:
    """Return the mean squared distance of partners: 0 where they coincide."""
    return (first - second).square().sum(1).mean()


def uniformity(views: Views) -> Float[Tensor, ""]:
    """Return the log of the mean of exp(−2 × the squared distance) over pairs: the lower, the more spread out."""
    n = len(views)
    return (4 * (views @ views.T) - 4).exp().fill_diagonal_(0).sum().div(n * (n - 1)).log()


def _picture(images: Tensor, first: Tensor, second: Tensor, projected: Tensor) -> np.ndarray:
    """Show, from above: images, two views of each, and the other image of the batch that the network finds nearest."""
    n_columns = min(COLUMNS, len(images))
    similarity = projected[:n_columns] @ projected.T
    similarity.fill_diagonal_(-torch.inf)
    rows = [images[:n_columns], first[:n_columns], second[:n_columns], images[similarity.argmax(1)]]
    return montage(torch.stack(rows))
