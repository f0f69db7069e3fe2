"""Embedding images and training encoders, beside plain loops over a torch DataLoader: seconds for the same work.

    umeta bench encode [--json] [--device cuda]

The plain loops have the same networks, weights, order of images and random views. They differ in what people write:
items loaded one by one, no channels_last, no fused optimiser, several waits a step, a pass of the critic for each loss.
SimCLR's views are made image by image, as a data set's transforms are, or of a whole batch at once, as ours are.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache, partial
from typing import Any, NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset

from tests.benchmarks.side_by_side import Case, Settings, largest_difference, measure, side_by_side
from umeta.backbones import cosine
from umeta.backbones.torch_modules import fresh, from_arrays
from umeta.data import ImageSet
from umeta.data.augmentation import augment
from umeta.data.glyphs.drawing import draw_glyphs
from umeta.encoders.acai import Acai, Autoencoder, _encoder, critic_loss, critic_score, pad
from umeta.encoders.encoder import State
from umeta.encoders.simclr import SimClr, alignment, network_with_projector, nt_xent, uniformity
from umeta.encoders.training import minibatch
from umeta.randomness import Stream, drawn_seed, torch_generator
from umeta.stage import Step

STEPS = {"simclr": 12, "acai": 40}
COMPARED = 5  # steps whose losses are found equal: later ones differ as rounding grows
SEED = drawn_seed(0, Stream.ENCODER)


def main() -> None:
    """Measure as the command line asks."""
    cases = {
        "encode-simclr": partial(encode, SimClr(steps=2)),
        "encode-acai": partial(encode, Acai(steps=2)),
        "train-simclr": train_simclr,
        "train-acai": train_acai,
    }
    measure("encode", cases, packages=("torch",))


def encode(encoder: SimClr | Acai, settings: Settings) -> Case:
    """Embed 10,000 glyphs with a network of hardly any training."""
    images = _glyphs()
    state = encoder.fit(images, device=settings.device)
    return side_by_side(
        f"encode {len(images):,} images, {encoder.name}",
        ours=lambda: encoder.encode(state, images, device=settings.device),
        peers={"plain-loop": lambda: _encode_plainly(encoder, state, images, settings.device)},
        at_most=1e-2,
        settings=settings,
    )


def train_simclr(settings: Settings) -> Case:
    """Take steps of SimCLR's training."""
    images, device = _glyphs(), settings.device
    still, moving = (SimClr(steps=STEPS["simclr"], strength=strength) for strength in (0.0, 1.0))
    unmoved = {
        "still": _losses(still, images, device)
    }  # views of each image by itself are random in another way
    still_plainly = {"still": _simclr_plainly(still, images, device, by_image=True)}

    def by_image() -> dict[str, list[float]]:
        _simclr_plainly(moving, images, device, by_image=True)
        return still_plainly

    return side_by_side(
        f"{STEPS['simclr']} steps of simclr on {moving.batch_size} images",
        ours=lambda: unmoved | {"views": _losses(moving, images, device)},
        peers={
            "plain-loop": by_image,
            "plain-loop:batched-views": lambda: {
                "views": _simclr_plainly(moving, images, device, by_image=False)
            },
        },
        at_most=2e-2,
        difference=lambda ours, theirs: largest_difference({key: ours[key] for key in theirs}, theirs),
        settings=settings,
    )


def train_acai(settings: Settings) -> Case:
    """Take steps of ACAI's training."""
    images, encoder = _glyphs(), Acai(steps=STEPS["acai"])
    return side_by_side(
        f"{STEPS['acai']} steps of acai on {encoder.batch_size} images",
        ours=lambda: _losses(encoder, images, settings.device),
        peers={"plain-loop": lambda: _acai_plainly(encoder, images, settings.device)},
        at_most=2e-2,
        settings=settings,
    )


@lru_cache
def _glyphs() -> ImageSet:
    images = draw_glyphs(n_alphabets=25, n_classes=500, n_drawers=20).images
    return ImageSet("glyphs", images, [str(k) for k in range(len(images))])


def _losses(encoder: SimClr | Acai, images: ImageSet, device: torch.device) -> list[float]:
    steps: list[Step] = []
    encoder.fit(images, device=device, on_step=steps.append)
    return [step.values["loss"] for step in steps[:COMPARED]]


class _Items(Dataset[Any]):
    """Images one by one, as pixels in [0, 1], or as two random views of each."""

    def __init__(self, images: ImageSet, views: SimClr | None = None):
        self.images, self.views = images, views
        self.generator = torch.Generator().manual_seed(0)

    def __len__(self) -> int:
        return len(self.images)

    def __getitem__(self, item: int) -> Tensor | tuple[Tensor, Tensor]:
        pixels = torch.from_numpy(self.images.images[item].astype(np.float32)) / 255
        return pixels if self.views is None else (self._view(pixels), self._view(pixels))

    def _view(self, pixels: Tensor) -> Tensor:
        assert self.views is not None
        policy, strength = self.views.augmentation, self.views.strength
        return augment(pixels[None], policy, generator=self.generator, strength=strength)[0]


def _batches(items: _Items, encoder: SimClr | Acai) -> Iterator[Any]:
    steps = range(STEPS[encoder.name])
    order = [minibatch(len(items), encoder.batch_size, seed=SEED, step=step).tolist() for step in steps]
    return iter(DataLoader(items, batch_sampler=order))


@torch.no_grad()
def _encode_plainly(
    encoder: SimClr | Acai, state: State, images: ImageSet, device: torch.device
) -> np.ndarray:
    if isinstance(encoder, SimClr):
        make = partial(network_with_projector, images.item_shape, encoder.n_filters, encoder.dim)
    else:
        make = partial(Autoencoder, encoder._shape(images))
    network = _contiguous(from_arrays(make, state, device=device))
    batches = DataLoader(_Items(images), batch_size=256)
    vectors = np.concatenate([network(batch.to(device)).flatten(1).cpu().numpy() for batch in batches])
    is_projected = isinstance(encoder, SimClr)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True) if is_projected else vectors


def _simclr_plainly(
    encoder: SimClr, images: ImageSet, device: torch.device, *, by_image: bool
) -> list[float]:
    make = partial(network_with_projector, images.item_shape, encoder.n_filters, encoder.dim)
    weights = torch_generator(SEED, Stream.ENCODER_WEIGHTS)
    network = _contiguous(fresh(make, generator=weights, device=device)).train()
    optimizer = torch.optim.Adam(network.parameters(), lr=encoder.lr)
    curve: list[Mapping[str, float]] = []
    for step, batch in enumerate(_batches(_Items(images, encoder if by_image else None), encoder)):
        cosine(optimizer, encoder.lr, step / STEPS["simclr"])
        if by_image:
            first, second = (views.to(device) for views in batch)
        else:
            generator = torch_generator(SEED, Stream.ENCODER_STEP, step)
            pixels, policy, strength = batch.to(device), encoder.augmentation, encoder.strength
            first, second = (
                augment(pixels, policy, generator=generator, strength=strength) for _ in range(2)
            )
        projected = [F.normalize(network(torch.cat([first, second])), dim=1)]
        first, second = projected[0].chunk(2)
        loss = nt_xent([first, second], encoder.temperature)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        with torch.no_grad():
            numbers = {"alignment": alignment(first, second), "uniformity": uniformity(first), "loss": loss}
        curve.append({name: number.item() for name, number in numbers.items()})
    return [values["loss"] for values in curve[:COMPARED]]


class _Loss(NamedTuple):
    autoencoder: float
    critic: float


def _acai_plainly(encoder: Acai, images: ImageSet, device: torch.device) -> list[float]:
    shape, generator = encoder._shape(images), torch_generator(SEED, Stream.ENCODER_WEIGHTS)
    autoencoder = _contiguous(fresh(partial(Autoencoder, shape), generator=generator, device=device))
    critic = _contiguous(fresh(partial(_encoder, shape), generator=generator, device=device))
    optimizers = [torch.optim.Adam(one.parameters(), lr=encoder.lr) for one in (autoencoder, critic)]
    curve: list[_Loss] = []
    for step, batch in enumerate(_batches(_Items(images), encoder)):
        pixels = pad(batch.to(device), shape)
        alpha = (
            torch.rand(len(pixels), generator=torch_generator(SEED, Stream.ENCODER_STEP, step)).to(device) / 2
        )
        latent = autoencoder.encoder(pixels)
        reconstruction = autoencoder.decoder(latent)
        blend = autoencoder.decoder(torch.lerp(latent, latent.roll(1, 0), alpha[:, None, None, None]))
        score = critic_score(critic, blend).square().mean()
        loss = F.mse_loss(reconstruction, pixels) + encoder.critic_weight * score
        _step(loss, optimizers[0])
        real = torch.lerp(reconstruction.detach(), pixels, encoder.reg)
        error = critic_loss(critic_score(critic, blend.detach()), alpha, critic_score(critic, real))
        _step(error, optimizers[1])
        curve.append(_Loss(loss.item(), error.item()))
    return [one.autoencoder for one in curve[:COMPARED]]


def _step(loss: Tensor, optimizer: torch.optim.Optimizer) -> None:
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()


def _contiguous(network: nn.Module) -> Any:
    """Return a network whose weights lie as torch makes them."""
    return network.to(memory_format=torch.contiguous_format)  # pyright: ignore[reportCallIssue]


if __name__ == "__main__":
    main()
