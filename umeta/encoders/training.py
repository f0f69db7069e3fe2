"""What encoders that train a network share: minibatches, progress with a live picture, and encoding in parts."""

import math
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, Literal

import numpy as np
import torch
from jaxtyping import Float, Float32, Int, UInt8
from pydantic import Field
from torch import Tensor, nn

from umeta.backbones import to_pixels
from umeta.backbones.torch_modules import channels_last, without_batch_norm
from umeta.data import ImageSet
from umeta.device_memory import in_parts, is_out_of_memory
from umeta.large_arrays import blocks_of, joined, release
from umeta.randomness import Stream, numpy_generator, torch_generator
from umeta.stage import OnStep, Step, UserError

Length = Annotated[int, Field(ge=1)] | Literal["smoke", "short", "paper"]
"""Training steps, or the name of a length that depends on the size of the images."""

PICTURE_SECONDS = 5.0
PIXELS_AT_ONCE = 2**20
"""Pixels encoded together: bounds the memory, and more is not faster."""

Batch = Float[Tensor, "batch channels height width"]
Update = Callable[[Batch, torch.Generator, float], Mapping[str, Tensor]]
"""One training step: pixels, the step's random numbers, the share of training done → numbers for live curves."""


def check_images(images: ImageSet, name: str) -> None:
    """Refuse images that no network can learn from.

    Raises:
        UserError: fewer than two images, or all images alike.
    """
    if len(images) < 2:
        raise UserError(f"encoder={name} learns from two images at least; meta_train has {len(images)}.")
    if _are_alike(images.images):
        raise UserError(
            f"encoder={name}: all {len(images)} meta_train images of {images.name} are the same"
            f"{' and of one colour' if np.ptp(images.images[0]) == 0 else ''}, so there is nothing to learn. "
            "Check how they were read, or choose other images."
        )


def _are_alike(images: UInt8[np.ndarray, "n_items channels height width"]) -> bool:
    """Return whether all images are the same; a large set is looked through up to the first that differs."""
    alike = all((images[rows] == images[:1]).all() for rows in blocks_of(images))
    release(images)
    return alike


def steps_for(length: int | str, images: ImageSet, table: Mapping[str, tuple[int, int]]) -> int:
    """Return the number of training steps: as given, or a named length's for small or for large images."""
    return length if isinstance(length, int) else table[length][is_large(images)]


def is_large(images: ImageSet) -> bool:
    """Return whether the images are more like the papers' 84 × 84 than like their 28 × 28."""
    return max(images.item_shape[1:]) > 48


def train(
    images: ImageSet,
    update: Update,
    *,
    steps: int,
    batch_size: int,
    seed: int,
    device: torch.device,
    on_step: OnStep,
    picture: Callable[[], UInt8[np.ndarray, "..."]] | None = None,
    draw: Callable[[int], Int[np.ndarray, " batch"]] | None = None,
) -> None:
    """Call `update` on minibatches of the images; what a step draws depends on the seed and the step alone.

    Args:
        images: what is learned from.
        update: takes one training step.
        steps: how many.
        batch_size: images in each; fewer where there are not so many.
        seed: of the training, drawn from the encoder's own seed by `Stream.ENCODER`.
        device: where the network is.
        on_step: gets the numbers of every step, now and then with a picture; may raise `Cancelled`.
        picture: shows how training goes; it must change nothing that training depends on.
        draw: gives the items of a step; None for `minibatch`.

    Raises:
        UserError: a number is no longer finite, or memory does not hold a step.
    """
    last_picture = -math.inf
    draw = draw or (lambda step: minibatch(len(images), batch_size, seed=seed, step=step))
    for step in range(steps):
        items = draw(step)
        batch = to_pixels(torch.from_numpy(images.images[items]).to(device, non_blocking=True))
        release(images.images)
        try:
            numbers = update(batch, torch_generator(seed, Stream.ENCODER_STEP, step), step / steps)
        except (MemoryError, RuntimeError) as error:
            if not is_out_of_memory(error):
                raise
            raise UserError(
                f"{device.type} ran out of memory in a step of {len(batch):,} images ({str(error)[:200]}). Lower "
                "encoder.batch_size or encoder.n_filters, let other work on this machine end, or choose device=cpu."
            ) from error
        values = dict(zip(numbers, torch.stack(list(numbers.values())).tolist(), strict=True))  # one wait
        if not all(math.isfinite(value) for value in values.values()):
            raise UserError(f"training diverged at step {step + 1}: {values}. Lower encoder.lr.")
        due = picture is not None and (time.monotonic() - last_picture > PICTURE_SECONDS or step + 1 == steps)
        on_step(Step("encoder", step + 1, steps, values, picture=picture() if picture and due else None))
        if due:
            last_picture = time.monotonic()


def picture_images(
    images: ImageSet, n: int, seed: int, device: torch.device
) -> Float[Tensor, "n_at_most channels height width"]:
    """Return up to `n` images, chosen at random once, for an encoder's live picture."""
    items = numpy_generator(seed, Stream.ENCODER_PICTURE).permutation(len(images))[:n]
    return to_pixels(torch.from_numpy(images.images[items]).to(device))


def minimise(loss: Float[Tensor, ""], optimizer: torch.optim.Optimizer, *, keep_graph: bool = False) -> None:
    """Take one step of an optimiser down the gradient of a loss; no other network's gradients are computed.

    Args:
        loss: what is to fall.
        optimizer: of the weights that are to move.
        keep_graph: what the loss was computed from is needed for the gradient of another loss.
    """
    optimizer.zero_grad()
    weights = [weight for group in optimizer.param_groups for weight in group["params"]]
    loss.backward(inputs=weights, retain_graph=keep_graph)
    optimizer.step()


def minibatch(n_items: int, batch_size: int, *, seed: int, step: int) -> Int[np.ndarray, " batch"]:
    """Return the items of a step: every item once in each pass, in an order drawn anew for each pass."""
    size = min(batch_size, n_items)
    epoch, place = divmod(step, n_items // size)
    order = numpy_generator(seed, Stream.ENCODER_ORDER, epoch).permutation(n_items)
    return order[place * size : (place + 1) * size]


@torch.inference_mode()
def encode(
    network: nn.Module, images: ImageSet, *, device: torch.device, on_step: OnStep
) -> Float32[np.ndarray, "n_items dim"]:
    """Run the images through a network, a part at a time."""
    size = max(1, PIXELS_AT_ONCE // int(np.prod(images.item_shape)))
    network = without_batch_norm(network) if isinstance(network, nn.Sequential) else network

    def encode_part(part: slice) -> np.ndarray:
        pixels = torch.from_numpy(images.images[part].copy())  # a mapped file is read-only
        return network(channels_last(to_pixels(pixels.to(device)))).flatten(1).float().cpu().numpy()

    def encoded() -> Iterator[np.ndarray]:
        for part, vectors in in_parts(encode_part, len(images), size):
            yield vectors
            on_step(Step("encoder", part.stop, len(images), note="encoding"))

    return joined(encoded(), len(images), beside=images.images)


def montage(
    images: Float[Tensor, "rows columns channels height width"], gap: int = 1
) -> UInt8[np.ndarray, "..."]:
    """Lay images with pixels in [0, 1] out as one picture, `(height, width)` for grey, else `(height, width, 3)`."""
    rows, columns, channels, height, width = images.shape
    tiles = images.detach().clamp(0, 1).mul(255).round().byte().cpu().numpy()
    tiles = tiles[:, :, :3] if channels >= 3 else tiles[:, :, :1]
    sheet = np.full((rows, columns, tiles.shape[2], height + gap, width + gap), 128, np.uint8)
    sheet[..., :height, :width] = tiles
    whole = sheet.transpose(0, 3, 1, 4, 2).reshape(rows * (height + gap), columns * (width + gap), -1)
    whole = whole[: -gap or None, : -gap or None]
    return whole[..., 0] if whole.shape[2] == 1 else whole
