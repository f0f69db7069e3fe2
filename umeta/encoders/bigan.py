"""BiGAN: an encoder learned beside a generator, by deceiving one critic of pairs of image and code."""

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

from umeta.backbones import to_pixels
from umeta.backbones.adversarial import Maker, bound_gain, reader
from umeta.backbones.plain import LEAK, fresh, from_arrays, to_arrays
from umeta.data import ImageSet
from umeta.encoders.encoder import State
from umeta.encoders.training import (
    INIT,
    SHOWN,
    Length,
    check_images,
    encode,
    generator_for,
    montage,
    steps_for,
    train,
)
from umeta.stage import Method, OnStep, ignore_step

STEPS: Mapping[str, tuple[int, int]] = {
    "smoke": (20, 3),
    "short": (2_400, 1_000),
    "paper": (100_000, 100_000),
}
COLUMNS = 8  # of the live picture
EMA = 0.99  # share of the running mean of weights that a step keeps; a plain mean at first
BETAS = (0.5, 0.999)
JUDGE_LR = 0.2  # times the others': with equal steps it tells all pairs apart and teaches nothing


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

    def fit(
        self,
        images: ImageSet,
        *,
        rng: np.random.Generator,
        device: torch.device,
        on_step: OnStep = ignore_step,
    ) -> State:
        """Train the three networks; the encoder and the generator stay in the state."""
        check_images(images, self.name)
        seed = int(rng.integers(2**62))
        generator, shape = generator_for(seed, INIT), images.item_shape
        model = fresh(partial(Pair, shape, self.n_filters, self.dim), generator=generator, device=device)
        judge = fresh(partial(Judge, shape, self.n_filters, self.dim), generator=generator, device=device)
        bound_gain(judge, generator=generator)
        average, counted = copy.deepcopy(model), itertools.count(1)
        model_optimizer = torch.optim.Adam(model.parameters(), lr=self.lr, betas=BETAS)
        judge_optimizer = torch.optim.Adam(judge.parameters(), lr=JUDGE_LR * self.lr, betas=BETAS)

        def update(batch: Tensor, generator: torch.Generator, share: float) -> dict[str, Tensor]:
            codes = draw_codes(len(batch), self.dim, generator).to(batch.device)
            made, found = model.generator(codes), model.encoder(batch)
            pairs = torch.cat([batch, made]), torch.cat([found, codes])
            judged = judge(*(part.detach() for part in pairs))
            judging = exchange_loss(judged, swapped=False)
            judge_optimizer.zero_grad()
            judging.backward()
            judge_optimizer.step()
            judge.requires_grad_(False)
            loss = exchange_loss(judge(*pairs), swapped=True)
            model_optimizer.zero_grad()
            loss.backward()
            model_optimizer.step()
            judge.requires_grad_(True)
            follow(average, model, max(1 - EMA, 1 / next(counted)))
            right = (judged.unflatten(0, (2, -1)) * judged.new_tensor([1, -1])[:, None] > 0).float().mean()
            return {"loss": loss.detach(), "discriminator": judging.detach(), "told apart": right}

        items = np.random.default_rng([seed, SHOWN]).permutation(len(images))[:COLUMNS]
        shown = to_pixels(torch.from_numpy(images.images[items]).to(device))
        codes = draw_codes(2 * len(shown), self.dim, generator_for(seed, SHOWN)).to(device)
        train(
            images,
            update,
            steps=steps_for(self.steps, images, STEPS),
            batch_size=self.batch_size,
            seed=seed,
            device=device,
            on_step=on_step,
            picture=lambda: _picture(average, shown, codes),
        )
        return to_arrays(average)

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
            *reader(item_shape, n_filters, dim, normalised=True),
            nn.BatchNorm1d(dim, affine=False),
            nn.Tanh(),  # codes within the prior's bounds and about as wide: neither gives them away
        )
        self.generator = Maker(dim, item_shape, n_filters)


class Judge(nn.Module):
    """The discriminator: above 0 for an image with its code, below 0 for a code with its image."""

    def __init__(self, item_shape: tuple[int, int, int], n_filters: int, dim: int):
        super().__init__()
        hidden = 8 * n_filters
        self.images = reader(item_shape, n_filters, hidden, normalised=False)
        self.codes = nn.Sequential(nn.Linear(dim, hidden), nn.LeakyReLU(LEAK), nn.Linear(hidden, hidden))
        self.both = nn.Sequential(
            nn.LeakyReLU(LEAK), nn.Linear(2 * hidden, hidden), nn.LeakyReLU(LEAK), nn.Linear(hidden, 1)
        )

    def forward(self, images: Tensor, codes: Tensor) -> Float[Tensor, " batch"]:
        """Return the log odds."""
        return self.both(torch.cat([self.images(images), self.codes(codes)], dim=1))[:, 0]


def exchange_loss(judged: Float[Tensor, " two_batches"], *, swapped: bool) -> Float[Tensor, ""]:
    """Return the mean cross-entropy of telling pairs apart, or of mistaking them for each other.

    Args:
        judged: log odds of images with their codes, then of as many codes with their images.
        swapped: with labels exchanged, as generator and encoder wish it.
    """
    real, made = judged.chunk(2)
    sign = 1 if swapped else -1
    return F.softplus(sign * real).mean() + F.softplus(-sign * made).mean()


@torch.no_grad()
def follow(average: nn.Module, network: nn.Module, rate: float) -> None:
    """Move running means of weights, and of batch norms' own averages, by a share of the way to those of a network."""
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
    found = model.encoder(images)
    rows = torch.cat([images, model.generator(torch.cat([found, codes]))])
    return montage(rows.unflatten(0, (4, len(images))))
