"""BiGAN: an encoder and a generator that learn together to deceive a discriminator of pairs of image and code."""

import copy
import itertools
from collections.abc import Mapping
from functools import partial
from typing import Any, ClassVar, Literal

import numpy as np
import torch
import torch.nn.functional as F
from jaxtyping import Float, Float32
from pydantic import Field
from torch import Tensor, nn

from umeta.backbones.adversarial import Generator, add_spectral_norm, halving_stack
from umeta.backbones.optimizers import Adam
from umeta.backbones.torch_modules import LEAK, fresh, from_arrays, to_arrays
from umeta.data import ImageSet
from umeta.encoders.encoder import State
from umeta.encoders.training import (
    Length,
    check_images,
    encode,
    minimise,
    montage,
    picture_images,
    steps_for,
    train,
)
from umeta.randomness import Stream, drawn_seed, torch_generator
from umeta.stage import Method, OnStep, ignore_step

STEPS: Mapping[str, tuple[int, int]] = {
    "smoke": (20, 3),
    "short": (2_400, 1_000),
    "paper": (100_000, 100_000),
}
COLUMNS = 8  # of the live picture
EMA = 0.99  # share of the running mean of weights that a step keeps; a plain mean at first
BETAS = (0.5, 0.999)
DISCRIMINATOR_LR = 0.2  # times the others': with equal steps it tells all pairs apart and teaches nothing


class BiGan(Method):
    """A generator of images from codes and an encoder of images to codes that become each other's inverse.

    A discriminator sees pairs: an image with its code, or a code with its image. Generator and encoder learn together
    to exchange the two. Codes come from a uniform prior on [−1, 1]. The embedding is the encoder's output, with the
    running mean of its weights over the last hundred steps, since adversaries never settle.

    Reference: Donahue, Krähenbühl, Darrell, "Adversarial Feature Learning", ICLR 2017, section 3, with the
    exchanged labels of 3.4; spectral instead of batch normalisation in the discriminator.
    """

    budgets: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        name: {"steps": name} for name in ("smoke", "short", "paper")
    }

    name: Literal["bigan"] = "bigan"
    dim: int = Field(default=200, ge=1)
    n_filters: int = Field(default=32, ge=1)
    batch_size: int = Field(default=64, ge=2)
    lr: float = Field(default=1e-3, gt=0)
    steps: Length = "short"
    seed: int = Field(default=0, ge=0)

    def fit(self, images: ImageSet, *, device: torch.device, on_step: OnStep = ignore_step) -> State:
        """Train the three networks; the encoder and the generator stay in the state."""
        check_images(images, self.name)
        seed = drawn_seed(self.seed, Stream.ENCODER)
        training = _Training(self, images, torch_generator(seed, Stream.ENCODER_WEIGHTS), device)
        pictured = picture_images(images, COLUMNS, seed, device)
        picture_generator = torch_generator(seed, Stream.ENCODER_PICTURE)
        codes = draw_codes(2 * len(pictured), self.dim, picture_generator).to(device)
        train(
            images,
            training.update,
            steps=steps_for(self.steps, images, STEPS),
            batch_size=self.batch_size,
            seed=seed,
            device=device,
            on_step=on_step,
            picture=lambda: _picture(training.average, pictured, codes),
        )
        return to_arrays(training.average)

    def encode(
        self, state: State, images: ImageSet, *, device: torch.device, on_step: OnStep = ignore_step
    ) -> Float32[np.ndarray, "n_items dim"]:
        """Return the codes that the encoder gives the images."""
        model = from_arrays(partial(Pair, images.item_shape, self.n_filters, self.dim), state, device=device)
        return encode(model.encoder, images, device=device, on_step=on_step)


class Pair(nn.Module):
    """Encoder and generator."""

    def __init__(self, item_shape: tuple[int, int, int], n_filters: int, dim: int):
        super().__init__()
        self.encoder = nn.Sequential(
            *halving_stack(item_shape, n_filters, dim, normalised=True),
            nn.BatchNorm1d(dim, affine=False),
            nn.Tanh(),  # codes within the prior's bounds and about as wide: neither gives them away
        )
        self.generator = Generator(dim, item_shape, n_filters)


class Discriminator(nn.Module):
    """Tells pairs apart: above 0 for an image with its code, below 0 for a code with its image."""

    def __init__(self, item_shape: tuple[int, int, int], n_filters: int, dim: int):
        super().__init__()
        hidden = 8 * n_filters
        self.images = halving_stack(item_shape, n_filters, hidden, normalised=False)
        self.codes = nn.Sequential(nn.Linear(dim, hidden), nn.LeakyReLU(LEAK), nn.Linear(hidden, hidden))
        self.both = nn.Sequential(
            nn.LeakyReLU(LEAK), nn.Linear(2 * hidden, hidden), nn.LeakyReLU(LEAK), nn.Linear(hidden, 1)
        )

    def forward(self, images: Tensor, codes: Tensor) -> Float[Tensor, " batch"]:
        """Return the log odds."""
        return self.both(torch.cat([self.images(images), self.codes(codes)], dim=1))[:, 0]


class _Training:
    """The three networks, and the steps by which encoder and generator learn against the discriminator."""

    def __init__(self, options: BiGan, images: ImageSet, generator: torch.Generator, device: torch.device):
        sizes = images.item_shape, options.n_filters, options.dim
        self.dim = options.dim
        self.pair = fresh(partial(Pair, *sizes), generator=generator, device=device)
        self.discriminator = fresh(partial(Discriminator, *sizes), generator=generator, device=device)
        add_spectral_norm(self.discriminator, generator=generator)
        self.average, self.steps = copy.deepcopy(self.pair), itertools.count(1)
        self.pair_optimizer, self.discriminator_optimizer = (
            Adam(network.parameters(), lr=lr, betas=BETAS)
            for network, lr in ((self.pair, options.lr), (self.discriminator, DISCRIMINATOR_LR * options.lr))
        )

    def update(self, batch: Tensor, generator: torch.Generator, share: float) -> dict[str, Tensor]:
        """Take one step of the discriminator, then one of encoder and generator with exchanged labels."""
        codes = draw_codes(len(batch), self.dim, generator).to(batch.device)
        generated, encoded = self.pair.generator(codes), self.pair.encoder(batch)
        images, codes = torch.cat([batch, generated]), torch.cat([encoded, codes])
        log_odds = self.discriminator(images.detach(), codes.detach())
        discriminator_loss = exchange_loss(log_odds, swapped=False)
        minimise(discriminator_loss, self.discriminator_optimizer)
        self.discriminator.requires_grad_(False)
        loss = exchange_loss(self.discriminator(images, codes), swapped=True)
        minimise(loss, self.pair_optimizer)
        self.discriminator.requires_grad_(True)
        update_average(self.average, self.pair, max(1 - EMA, 1 / next(self.steps)))
        right = (log_odds.unflatten(0, (2, -1)) * log_odds.new_tensor([1, -1])[:, None] > 0).float().mean()
        return {"loss": loss.detach(), "discriminator": discriminator_loss.detach(), "told apart": right}


def exchange_loss(log_odds: Float[Tensor, " two_batches"], *, swapped: bool) -> Float[Tensor, ""]:
    """Return the mean cross-entropy of telling pairs apart, or of mistaking them for each other.

    Args:
        log_odds: of images with their codes, then of as many codes with their images.
        swapped: with exchanged labels, which encoder and generator minimise.
    """
    image_first, code_first = log_odds.chunk(2)
    sign = 1 if swapped else -1
    return F.softplus(sign * image_first).mean() + F.softplus(-sign * code_first).mean()


@torch.no_grad()
def update_average(average: nn.Module, network: nn.Module, rate: float) -> None:
    """Move running means of weights and batch norms towards those of a network, by `rate` of the way."""
    for mean, value in zip(average.state_dict().values(), network.state_dict().values(), strict=True):
        if mean.is_floating_point():
            mean.lerp_(value, rate)
        else:
            mean.copy_(value)


def draw_codes(n: int, dim: int, generator: torch.Generator) -> Float[Tensor, "n dim"]:
    """Draw from the prior, uniform on [−1, 1]."""
    return 2 * torch.rand(n, dim, generator=generator) - 1


@torch.no_grad()
def _picture(model: Pair, images: Tensor, codes: Float[Tensor, "twice_as_many dim"]) -> np.ndarray:
    """Show, from above: images, what the generator makes of their codes, and two rows of images from random codes."""
    model.eval()
    rows = torch.cat([images, model.generator(torch.cat([model.encoder(images), codes]))])
    return montage(rows.unflatten(0, (4, len(images))))
