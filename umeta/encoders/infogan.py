"""InfoGAN: a generator whose images tell a recogniser the codes that they were made from."""

import math
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, ClassVar, Literal, NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from jaxtyping import Float, Float32, Int64
from pydantic import Field
from torch import Tensor, nn

from umeta.backbones.adversarial import Maker, bound_gain, fix_gain, reader
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
    "short": (5_000, 1_000),
    "paper": (50_000, 50_000),
}
HIDDEN = 256  # features of the layer that discriminator and recogniser share
ROWS, COLUMNS = 5, 10  # of the live picture
BETAS = (0.5, 0.999)
JUDGE_LR = 0.2  # of the discriminator, times the generator's, as its authors
LOG_2PI = math.log(2 * math.pi)


class Codes(NamedTuple):
    """What images are made from: one category, numbers in [−1, 1], and noise that nothing is to recognise."""

    categories: Int64[Tensor, " batch"]
    numbers: Float[Tensor, "batch n_numbers"]
    noise: Float[Tensor, "batch n_noise"]


class InfoGan(Method):
    """A generator of images from a category, numbers and noise, and a recogniser of category and numbers in its images.

    The recogniser shares the discriminator's convolutions. The embedding is its last hidden layer: what it reads the
    codes from. The codes themselves, a category and two numbers, tell less (and no more than ten kinds of image).
    The code of Hsu et al. loads an array named `Z_raw` for MNIST and does not say which of these it is.

    Reference: Chen, Duan, Houthooft, Schulman, Sutskever, Abbeel, "InfoGAN: Interpretable Representation Learning by
    Information Maximizing Generative Adversarial Nets", NeurIPS 2016, equations 5 and 6 and appendix C.1; spectral
    instead of batch normalisation in the discriminator.
    """

    budgets: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        name: {"steps": name} for name in ("smoke", "short", "paper")
    }

    name: Literal["infogan"] = "infogan"
    dim: int = Field(default=128, ge=1)
    """Of the recogniser's last hidden layer."""
    n_categories: int = Field(default=10, ge=2)
    n_numbers: int = Field(default=2, ge=1)
    n_noise: int = Field(default=62, ge=1)
    category_weight: float = Field(default=1.0, ge=0)
    number_weight: float = Field(default=0.1, ge=0)
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
        """Train generator, discriminator and recogniser; all but the discriminator's last layer stay in the state."""
        check_images(images, self.name)
        seed = int(rng.integers(2**62))
        generator, sizes = generator_for(seed, INIT), (self.n_categories, self.n_numbers, self.n_noise)
        make = partial(Maker, sum(sizes), images.item_shape, self.n_filters)
        maker = fresh(make, generator=generator, device=device)
        reading = fresh(self._recogniser(images), generator=generator, device=device)
        judge = fresh(partial(nn.Linear, HIDDEN, 1), generator=generator, device=device)
        bound_gain(reading.shared, generator=generator)
        bound_gain(judge, generator=generator)
        judging = nn.ModuleList([reading, judge])
        maker_optimizer = torch.optim.Adam(maker.parameters(), lr=self.lr, betas=BETAS)
        judge_optimizer = torch.optim.Adam(judging.parameters(), lr=JUDGE_LR * self.lr, betas=BETAS)

        def unread(shared: Tensor, codes: Codes) -> tuple[Tensor, Tensor]:
            categories, means, log_variances = reading.read(shared)
            category, number = (
                F.cross_entropy(categories, codes.categories),
                surprise(codes.numbers, means, log_variances),
            )
            information = math.log(self.n_categories) - category.detach()
            return self.category_weight * category + self.number_weight * number, information

        def update(batch: Tensor, generator: torch.Generator, share: float) -> dict[str, Tensor]:
            codes = draw_codes(len(batch), sizes, generator, device)
            made = maker(joined(codes, self.n_categories))
            shared = reading.shared(torch.cat([batch, made.detach()]))
            real, fake = judge(shared)[:, 0].chunk(2)
            telling = F.softplus(-real).mean() + F.softplus(fake).mean()
            judge_optimizer.zero_grad()
            (telling + unread(shared[len(batch) :], codes)[0]).backward()
            judge_optimizer.step()
            judging.requires_grad_(False)
            shared = reading.shared(made)
            missed, information = unread(shared, codes)
            loss = F.softplus(-judge(shared)).mean() + missed
            maker_optimizer.zero_grad()
            loss.backward()
            maker_optimizer.step()
            judging.requires_grad_(True)
            return {"loss": loss.detach(), "discriminator": telling.detach(), "information": information}

        shown = codes_for_picture(sizes, generator_for(seed, SHOWN), device)
        train(
            images,
            update,
            steps=steps_for(self.steps, images, STEPS),
            batch_size=self.batch_size,
            seed=seed,
            device=device,
            on_step=on_step,
            picture=lambda: _picture(maker, joined(shown, self.n_categories)),
        )
        fix_gain(reading.shared)
        return {**to_arrays(reading, "recogniser."), **to_arrays(maker, "generator.")}

    def encode(
        self, state: State, images: ImageSet, *, device: torch.device, on_step: OnStep = ignore_step
    ) -> Float32[np.ndarray, "n_items dim"]:
        """Return the recogniser's last hidden layer."""
        reading = from_arrays(self._recogniser(images), state, device=device, prefix="recogniser.")
        return encode(reading, images, device=device, on_step=on_step)

    def _recogniser(self, images: ImageSet) -> Callable[[], "Recogniser"]:
        return partial(
            Recogniser, images.item_shape, self.n_filters, self.dim, self.n_categories, self.n_numbers
        )


class Recogniser(nn.Module):
    """Reads codes from images; called, it returns its last hidden layer. `shared` serves the discriminator too."""

    def __init__(
        self, item_shape: tuple[int, int, int], n_filters: int, dim: int, n_categories: int, n_numbers: int
    ):
        super().__init__()
        self.split = (n_categories, n_numbers, n_numbers)
        self.shared = nn.Sequential(
            reader(item_shape, n_filters, HIDDEN, normalised=False), nn.LeakyReLU(LEAK)
        )
        self.hidden = nn.Sequential(nn.Linear(HIDDEN, dim), nn.LeakyReLU(LEAK))
        self.last = nn.Linear(dim, sum(self.split))

    def read(
        self, shared: Float[Tensor, "batch hidden"]
    ) -> tuple[
        Float[Tensor, "batch n_categories"],
        Float[Tensor, "batch n_numbers"],
        Float[Tensor, "batch n_numbers"],
    ]:
        """Return the log odds of the categories, and mean and log variance of each number."""
        categories, means, log_variances = self.last(self.hidden(shared)).split(self.split, 1)
        return categories, means, log_variances

    def forward(self, images: Tensor) -> Float[Tensor, "batch dim"]:
        """Return the last hidden layer."""
        return self.hidden(self.shared(images))


def surprise(
    numbers: Float[Tensor, "batch n_numbers"],
    means: Float[Tensor, "batch n_numbers"],
    log_variances: Float[Tensor, "batch n_numbers"],
) -> Float[Tensor, ""]:
    """Return the negative log likelihood of numbers under normal distributions: the mean over items of the sum."""
    squares = (numbers - means).square() * (-log_variances).exp()
    return ((squares + log_variances + LOG_2PI) / 2).sum(1).mean()


def draw_codes(
    n: int, sizes: tuple[int, int, int], generator: torch.Generator, device: torch.device
) -> Codes:
    """Draw categories and numbers uniformly and noise from a normal distribution; `sizes` as in `Codes`."""
    n_categories, n_numbers, n_noise = sizes
    categories = torch.randint(n_categories, (n,), generator=generator)
    numbers = 2 * torch.rand(n, n_numbers, generator=generator) - 1
    noise = torch.randn(n, n_noise, generator=generator)
    return Codes(categories.to(device), numbers.to(device), noise.to(device))


def joined(codes: Codes, n_categories: int) -> Float[Tensor, "batch code"]:
    """Return what the generator takes: the category as one 1 among 0s, the numbers, the noise."""
    return torch.cat(
        [F.one_hot(codes.categories, n_categories).to(codes.numbers), codes.numbers, codes.noise], 1
    )


def codes_for_picture(sizes: tuple[int, int, int], generator: torch.Generator, device: torch.device) -> Codes:
    """Return codes row by row: one noise a row, each category in a column; in the last row a number from −1 to 1."""
    noise = draw_codes(ROWS, sizes, generator, device)
    categories = torch.arange(COLUMNS, device=device).remainder(sizes[0]).repeat(ROWS)
    numbers = torch.zeros(ROWS * COLUMNS, sizes[1], device=device)
    categories[-COLUMNS:] = 0
    numbers[-COLUMNS:, 0] = torch.linspace(-1, 1, COLUMNS, device=device)
    return Codes(categories, numbers, noise.noise.repeat_interleave(COLUMNS, 0))


@torch.no_grad()
def _picture(maker: Maker, codes: Float[Tensor, "tiles code"]) -> np.ndarray:
    """Show images of `codes_for_picture`: categories should differ from column to column, and rows in all else."""
    maker.eval()
    made = maker(codes)
    maker.train()
    return montage(made.unflatten(0, (ROWS, COLUMNS)))
