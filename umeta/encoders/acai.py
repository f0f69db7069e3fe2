"""ACAI: an autoencoder whose interpolations a critic cannot tell from reconstructions."""

import math
from collections.abc import Mapping
from functools import partial
from typing import Any, ClassVar, Literal, NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from jaxtyping import Float, Float32
from pydantic import Field
from torch import Tensor, nn

from umeta.backbones.optimizers import Adam
from umeta.backbones.torch_modules import LEAK, channels_last, fresh, from_arrays, to_arrays
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
from umeta.stage import Method, OnStep, UserError, ignore_step

# For few-shot tasks on Omniglot more is not better: with `short`'s settings, nearest neighbours of meta_val at 5-way
# 1-shot reach 68% after 750 steps, and 65% after 1,500, when reconstructions are sharp enough to be looked at.
STEPS: Mapping[str, tuple[int, int]] = {
    "smoke": (20, 3),
    "short": (1_500, 800),
    "paper": (262_144, 262_144),  # 2^14 thousand images in batches of 64
}
MAP_SIDE = 6  # images are halved until they are no larger: 28 → 4, 84 → 6
LATENT_CHANNELS = 16
COLUMNS = 8  # of the live picture


class Acai(Method):
    """An autoencoder with a critic that estimates how far an image is interpolated, and that it learns to deceive.

    The embedding is the flattened latent map: 4 × 4 × 16 = 256 for images of 28 × 28, padded to 32.

    Reference: Berthelot, Raffel, Roy, Goodfellow, "Understanding and Improving Interpolation in Autoencoders via an
    Adversarial Regularizer", ICLR 2019, equations 1 and 2.
    """

    budgets: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "smoke": {"steps": "smoke", "depth": 8, "lr": 1e-3},
        "short": {"steps": "short", "depth": 8, "lr": 1e-3},
        "paper": {"steps": "paper", "depth": 16, "lr": 1e-4},
    }

    name: Literal["acai"] = "acai"
    dim: int | None = Field(default=None, ge=1)
    """Of the latent map, a multiple of its 16 cells for 28 × 28 (36 for 84 × 84); None for 16 channels."""
    depth: int = Field(default=8, ge=1)
    """Filters at full size; twice as many after each halving."""
    critic_weight: float = Field(default=0.5, ge=0)
    reg: float = Field(default=0.2, ge=0, le=1)
    """How much of the image is mixed into its reconstruction, for the critic to call not interpolated."""
    batch_size: int = Field(default=64, ge=2)
    lr: float = Field(default=1e-3, gt=0)
    steps: Length = "short"
    seed: int = Field(default=0, ge=0)

    def fit(self, images: ImageSet, *, device: torch.device, on_step: OnStep = ignore_step) -> State:
        """Train encoder, decoder and critic; the decoder stays in the state, to show what an embedding means."""
        check_images(images, self.name)
        seed, shape = drawn_seed(self.seed, Stream.ENCODER), self._shape(images)
        training = _Training(self, shape, torch_generator(seed, Stream.ENCODER_WEIGHTS), device)
        pictured = pad(picture_images(images, COLUMNS, seed, device), shape)
        train(
            images,
            training.update,
            steps=steps_for(self.steps, images, STEPS),
            batch_size=self.batch_size,
            seed=seed,
            device=device,
            on_step=on_step,
            picture=lambda: _picture(training.autoencoder, pictured),
        )
        return to_arrays(training.autoencoder)

    def encode(
        self, state: State, images: ImageSet, *, device: torch.device, on_step: OnStep = ignore_step
    ) -> Float32[np.ndarray, "n_items dim"]:
        """Return the flattened latent maps."""
        model = from_arrays(partial(Autoencoder, self._shape(images)), state, device=device)
        return encode(model, images, device=device, on_step=on_step)

    def _shape(self, images: ImageSet) -> "Shape":
        channels, height, width = images.item_shape
        n_scales = max(0, math.ceil(math.log2(max(height, width) / MAP_SIDE)))
        cells = math.ceil(height / 2**n_scales) * math.ceil(width / 2**n_scales)
        dim = LATENT_CHANNELS * cells if self.dim is None else self.dim
        if dim % cells:
            nearest = max(1, round(dim / cells)) * cells
            raise UserError(
                f"encoder.dim={dim} is no multiple of the {cells} cells of the latent map of images of "
                f"{height} × {width}; use encoder.dim={nearest}."
            )
        return Shape(channels, n_scales, self.depth, dim // cells)


class Shape(NamedTuple):
    """What an autoencoder's networks are built from."""

    channels: int
    n_scales: int
    depth: int
    latent_channels: int


class Autoencoder(nn.Module):
    """Encoder and decoder; called, it encodes images of any size after padding them."""

    def __init__(self, shape: Shape):
        super().__init__()
        self.shape = shape
        self.encoder = _encoder(shape)
        self.decoder = _decoder(shape)

    def forward(self, images: Tensor) -> Tensor:
        """Return the latent maps."""
        return self.encoder(pad(images, self.shape))


class _Training:
    """The autoencoder and the critic, and the steps by which they learn against each other."""

    def __init__(self, options: Acai, shape: Shape, generator: torch.Generator, device: torch.device):
        self.options, self.shape = options, shape
        self.autoencoder = fresh(partial(Autoencoder, shape), generator=generator, device=device)
        self.critic = fresh(partial(_encoder, shape), generator=generator, device=device)
        self.autoencoder_optimizer, self.critic_optimizer = (
            Adam(network.parameters(), lr=options.lr, fused=True)
            for network in (self.autoencoder, self.critic)
        )

    def update(self, batch: Tensor, generator: torch.Generator, share: float) -> dict[str, Tensor]:
        """Take one step of the autoencoder (equation 2), then one of the critic (equation 1)."""
        batch = pad(batch, self.shape)
        alpha = torch.rand(len(batch), generator=generator).to(batch.device, non_blocking=True) / 2
        latent = self.autoencoder.encoder(batch)
        reconstruction = self.autoencoder.decoder(latent)
        mixture = torch.lerp(latent, latent.roll(1, 0), alpha[:, None, None, None])
        interpolation = self.autoencoder.decoder(mixture)
        reconstruction_loss = F.mse_loss(reconstruction, batch)
        score = critic_score(self.critic, interpolation)
        loss = reconstruction_loss + self.options.critic_weight * score.square().mean()
        minimise(loss, self.autoencoder_optimizer, keep_graph=True)
        real = torch.lerp(reconstruction.detach(), batch, self.options.reg)
        error = critic_loss(score, alpha, critic_score(self.critic, real))
        minimise(error, self.critic_optimizer)
        return {
            "loss": loss.detach(),
            "reconstruction": reconstruction_loss.detach(),
            "critic": error.detach(),
        }


def pad(
    images: Float[Tensor, "batch channels height width"], shape: Shape
) -> Float[Tensor, "batch channels padded_height padded_width"]:
    """Repeat the edges until both sides can be halved `n_scales` times."""
    unit = 2**shape.n_scales
    height, width = images.shape[-2:]
    extra_height, extra_width = -height % unit, -width % unit
    left, top = extra_width // 2, extra_height // 2
    sides = (left, extra_width - left, top, extra_height - top)
    return channels_last(F.pad(images, sides, mode="replicate"))


def critic_score(critic: nn.Module, images: Tensor) -> Float[Tensor, " batch"]:
    """Return the critic's estimate of how far each image is interpolated: the mean of its output map."""
    return critic(images).mean((1, 2, 3))


def critic_loss(
    interpolated: Float[Tensor, " batch"], alpha: Float[Tensor, " batch"], real: Float[Tensor, " batch"]
) -> Float[Tensor, ""]:
    """Return the squared errors of a critic's scores: its target is the share mixed in, and 0 for what is real."""
    return (interpolated - alpha).square().mean() + real.square().mean()


def _block(n_in: int, n_out: int) -> list[nn.Module]:
    return [nn.Conv2d(n_in, n_out, 3, padding=1), nn.LeakyReLU(LEAK, inplace=True)]


def _encoder(shape: Shape) -> nn.Sequential:
    n_in = shape.depth
    layers: list[nn.Module] = [nn.Conv2d(shape.channels, n_in, 1)]
    for scale in range(shape.n_scales):
        filters = shape.depth << scale
        layers += [*_block(n_in, filters), *_block(filters, filters), nn.AvgPool2d(2)]
        n_in = filters
    filters = shape.depth << shape.n_scales
    return nn.Sequential(
        *layers, *_block(n_in, filters), nn.Conv2d(filters, shape.latent_channels, 3, padding=1)
    )


def _decoder(shape: Shape) -> nn.Sequential:
    n_in = shape.latent_channels
    layers: list[nn.Module] = []
    for scale in reversed(range(shape.n_scales)):
        filters = shape.depth << scale
        layers += [*_block(n_in, filters), *_block(filters, filters), nn.Upsample(scale_factor=2)]
        n_in = filters
    return nn.Sequential(
        *layers, *_block(n_in, shape.depth), nn.Conv2d(shape.depth, shape.channels, 3, padding=1)
    )


@torch.no_grad()
def _picture(model: Autoencoder, images: Tensor) -> np.ndarray:
    """Show, from above: images, their reconstructions, and interpolations from one to the next."""
    latent = model.encoder(images)
    shares = torch.linspace(0, 1, len(images), device=images.device)[:, None, None, None]
    mixtures = [torch.lerp(latent[i], latent[i + 1], shares) for i in range(0, min(6, len(images) - 1), 2)]
    return montage(torch.stack([images, *(model.decoder(z) for z in (latent, *mixtures))]))
