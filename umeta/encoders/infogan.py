"""InfoGAN: a generator of images from codes, and a recogniser of the codes in its images."""

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

from umeta.backbones.adversarial import Generator, add_spectral_norm, halving_stack, remove_spectral_norm
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
    steps_for,
    train,
)
from umeta.randomness import Stream, drawn_seed, torch_generator
from umeta.stage import Method, OnStep, ignore_step

STEPS: Mapping[str, tuple[int, int]] = {
    "smoke": (20, 3),
    "short": (5_000, 1_000),
    "paper": (50_000, 50_000),
}
HIDDEN = 256  # features of the layer that discriminator and recogniser share
ROWS, COLUMNS = 5, 10  # of the live picture
BETAS = (0.5, 0.999)
DISCRIMINATOR_LR = 0.2  # of discriminator and recogniser, times the generator's, as its authors
LOG_2PI = math.log(2 * math.pi)


class Codes(NamedTuple):
    """What images are made from: one category, numbers in [−1, 1], and noise that nothing is to recognise."""

    categories: Int64[Tensor, " batch"]
    numbers: Float[Tensor, "batch n_numbers"]
    noise: Float[Tensor, "batch n_noise"]


class InfoGan(Method):
    """A generator of images from a category, numbers and noise, and a recogniser of category and numbers in its images.

    The recogniser shares the discriminator's convolutions. The embedding is its last hidden layer,
    from which it predicts the codes. The codes themselves, a category and two numbers, hold less: ten kinds of image.
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

    def fit(self, images: ImageSet, *, device: torch.device, on_step: OnStep = ignore_step) -> State:
        """Train generator, discriminator and recogniser; all but the discriminator's last layer stay in the state."""
        check_images(images, self.name)
        seed = drawn_seed(self.seed, Stream.ENCODER)
        training = _Training(self, images, torch_generator(seed, Stream.ENCODER_WEIGHTS), device)
        pictured = codes_for_picture(self.sizes, torch_generator(seed, Stream.ENCODER_PICTURE), device)
        train(
            images,
            training.update,
            steps=steps_for(self.steps, images, STEPS),
            batch_size=self.batch_size,
            seed=seed,
            device=device,
            on_step=on_step,
            picture=lambda: _picture(training.generator, generator_input(pictured, self.n_categories)),
        )
        remove_spectral_norm(training.recogniser.shared)
        return {
            **to_arrays(training.recogniser, "recogniser."),
            **to_arrays(training.generator, "generator."),
        }

    @property
    def sizes(self) -> tuple[int, int, int]:
        """The number of categories, of numbers and of dimensions of noise."""
        return self.n_categories, self.n_numbers, self.n_noise

    def encode(
        self, state: State, images: ImageSet, *, device: torch.device, on_step: OnStep = ignore_step
    ) -> Float32[np.ndarray, "n_items dim"]:
        """Return the recogniser's last hidden layer."""
        recogniser = from_arrays(self._recogniser(images), state, device=device, prefix="recogniser.")
        return encode(recogniser, images, device=device, on_step=on_step)

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
            halving_stack(item_shape, n_filters, HIDDEN, normalised=False), nn.LeakyReLU(LEAK)
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


class _Training:
    """The three networks, and the steps of equation 6: the generator against discriminator and recogniser."""

    def __init__(self, options: InfoGan, images: ImageSet, generator: torch.Generator, device: torch.device):
        self.options, self.device = options, device
        make_generator = partial(Generator, sum(options.sizes), images.item_shape, options.n_filters)
        self.generator = fresh(make_generator, generator=generator, device=device)
        self.recogniser = fresh(options._recogniser(images), generator=generator, device=device)
        self.discriminator = fresh(partial(nn.Linear, HIDDEN, 1), generator=generator, device=device)
        add_spectral_norm(self.recogniser.shared, generator=generator)
        add_spectral_norm(self.discriminator, generator=generator)
        self.opponents = nn.ModuleList([self.recogniser, self.discriminator])
        self.generator_optimizer, self.opponent_optimizer = (
            Adam(network.parameters(), lr=lr, betas=BETAS)
            for network, lr in ((self.generator, options.lr), (self.opponents, DISCRIMINATOR_LR * options.lr))
        )

    def update(self, batch: Tensor, generator: torch.Generator, share: float) -> dict[str, Tensor]:
        """Take one step of discriminator and recogniser, then one of the generator."""
        codes = draw_codes(len(batch), self.options.sizes, generator, self.device)
        generated = self.generator(generator_input(codes, self.options.n_categories))
        shared = self.recogniser.shared(torch.cat([batch, generated.detach()]))
        real, fake = self.discriminator(shared)[:, 0].chunk(2)
        discriminator_loss = F.softplus(-real).mean() + F.softplus(fake).mean()
        code_loss, _ = self.code_loss(shared[len(batch) :], codes)
        minimise(discriminator_loss + code_loss, self.opponent_optimizer)
        self.opponents.requires_grad_(False)
        shared = self.recogniser.shared(generated)
        code_loss, information = self.code_loss(shared, codes)
        loss = F.softplus(-self.discriminator(shared)).mean() + code_loss
        minimise(loss, self.generator_optimizer)
        self.opponents.requires_grad_(True)
        return {
            "loss": loss.detach(),
            "discriminator": discriminator_loss.detach(),
            "information": information,
        }

    def code_loss(self, shared: Tensor, codes: Codes) -> tuple[Tensor, Tensor]:
        """Return the weighted loss of recognising the codes.

        And the lower bound of the mutual information of image and category (equation 5), in nats.
        """
        categories, means, log_variances = self.recogniser.read(shared)
        category_loss = F.cross_entropy(categories, codes.categories)
        number_loss = negative_log_likelihood(codes.numbers, means, log_variances)
        weighted = self.options.category_weight * category_loss + self.options.number_weight * number_loss
        return weighted, math.log(self.options.n_categories) - category_loss.detach()


def negative_log_likelihood(
    numbers: Float[Tensor, "batch n_numbers"],
    means: Float[Tensor, "batch n_numbers"],
    log_variances: Float[Tensor, "batch n_numbers"],
) -> Float[Tensor, ""]:
    """Return the negative log likelihood of numbers under normal distributions, summed, in the mean over items."""
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


def generator_input(codes: Codes, n_categories: int) -> Float[Tensor, "batch code"]:
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
def _picture(generator: Generator, codes: Float[Tensor, "tiles code"]) -> np.ndarray:
    """Show images of `codes_for_picture`: categories should differ from column to column, and rows in all else."""
    generator.eval()
    images = generator(codes)
    generator.train()
    return montage(images.unflatten(0, (ROWS, COLUMNS)))
