"""Random views of images: the same thing, seen otherwise. Batched; one policy for drawings, one for photographs.

A policy changes every image of a batch by random amounts of its own. `strength` scales all amounts: 0 leaves the
images as they are, 1 is the tuned strength.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor

Images = Float[Tensor, "n_items channels height width"]
"""Pixels in [0, 1]."""
PolicyName = Literal["auto", "glyphs", "photographs"]
LUMA = (0.299, 0.587, 0.114)


def augment(
    images: Images, policy: str, *, generator: torch.Generator, strength: float = 1.0, alike: bool = False
) -> Images:
    """Return a random view of each image by a named policy.

    Args:
        policy: a name of `POLICIES`, or `auto`: glyphs for one channel, photographs for more.
        generator: on the CPU whatever the images' device, so that every device sees the same views.
        strength: scales every random amount; 0 for none.
        alike: all images are changed by the same amounts, so that a view does not depend on the images beside it.
    """
    name = ("glyphs" if images.shape[1] == 1 else "photographs") if policy == "auto" else policy
    return POLICIES[name](images, _Draw(len(images), images.device, generator, strength, alike))


@dataclass(frozen=True)
class _Draw:
    """Random amounts, one per image, or one for all."""

    n: int
    device: torch.device
    generator: torch.Generator
    strength: float
    alike: bool

    def uniform(self, *shape: int) -> Tensor:
        """Draw from [0, 1), whatever the strength."""
        drawn = torch.rand(1 if self.alike else self.n, *shape, generator=self.generator)
        return drawn.to(self.device, non_blocking=True).expand(self.n, *shape)

    def around(self, spread: float, *shape: int) -> Tensor:
        """Draw from ±spread × strength."""
        return (2 * self.uniform(*shape) - 1) * (spread * self.strength)

    def chance(self, probability: float) -> Tensor:
        """Draw true with a probability × strength."""
        return self.uniform() < probability * self.strength


def _glyphs(images: Images, draw: _Draw) -> Images:
    """Turn, shear, stretch, shift, bend, and thicken or thin, on whatever background the drawing has."""
    paper = background(images)
    ink = images - paper
    matrix = _affine(
        angle=draw.around(math.radians(20)),
        stretch=(draw.around(0.25), draw.around(0.25)),
        shear=draw.around(0.3),
        shift=draw.around(0.2, 2),
    )
    grid = F.affine_grid(matrix, list(ink.shape), align_corners=False)
    grid = grid + _elastic(draw, ink.shape[-2:], amount=0.15)
    ink = F.grid_sample(ink, grid, align_corners=False)
    return (_stroke_width(ink, draw.around(0.6)) + paper).clamp(0, 1)


def _photographs(images: Images, draw: _Draw) -> Images:
    """Crop, mirror, and change brightness, contrast and colours, sometimes to grey."""
    area = 1 - 0.75 * draw.strength * draw.uniform()
    ratio = draw.around(math.log(4 / 3) / 2).exp()
    size = torch.stack([area.sqrt() * ratio, area.sqrt() / ratio], dim=1).clamp(max=1)
    shift = (2 * draw.uniform(2) - 1) * (1 - size)
    mirrored = torch.where(draw.chance(0.5), -1.0, 1.0)
    matrix = torch.diag_embed(size * torch.stack([mirrored, torch.ones_like(mirrored)], dim=1))
    matrix = torch.cat([matrix, shift[:, :, None]], dim=2)
    grid = F.affine_grid(matrix, list(images.shape), align_corners=False)
    return _colours(F.grid_sample(images, grid, padding_mode="border", align_corners=False), draw)


POLICIES: Mapping[str, Callable[[Images, _Draw], Images]] = {"glyphs": _glyphs, "photographs": _photographs}


def background(images: Images) -> Float[Tensor, "n_items channels 1 1"]:
    """Return the median of each image's outermost pixels."""
    edges = [images[..., 0, :], images[..., -1, :], images[..., 0], images[..., -1]]
    return torch.cat(edges, dim=-1).median(-1).values[..., None, None]


def _affine(
    *, angle: Tensor, stretch: tuple[Tensor, Tensor], shear: Tensor, shift: Float[Tensor, "n_items 2"]
) -> Float[Tensor, "n_items 2 3"]:
    """Return where each image's pixels are read from; shift in half widths, stretch as a logarithm."""
    zeros, ones = torch.zeros_like(angle), torch.ones_like(angle)
    turn = _matrix([[angle.cos(), -angle.sin()], [angle.sin(), angle.cos()]])
    lean = _matrix([[ones, shear], [zeros, ones]])
    scale = _matrix([[stretch[0].exp(), zeros], [zeros, stretch[1].exp()]])
    return torch.cat([turn @ lean @ scale, shift[:, :, None]], dim=2)


def _matrix(rows: list[list[Tensor]]) -> Float[Tensor, "n_items n_rows n_columns"]:
    return torch.stack([torch.stack(row, dim=-1) for row in rows], dim=1)


def _elastic(draw: _Draw, size: torch.Size, amount: float) -> Float[Tensor, "n_items height width 2"]:
    """Return a smooth random displacement, in half widths: noise on a coarse grid, interpolated."""
    coarse = draw.around(amount, 2, 4, 4)
    return F.interpolate(coarse, size=list(size), mode="bicubic", align_corners=True).permute(0, 2, 3, 1)


def _stroke_width(ink: Images, amount: Float[Tensor, " n_items"]) -> Images:
    """Mix each image with its dilation (amount above 0) or its erosion (below 0), and make it as strong as before."""
    amount = amount[:, None, None, None]
    wide, narrow = _dilated(ink), -_dilated(-ink)
    changed = ink + amount.clamp(min=0) * (wide - ink) - amount.clamp(max=0) * (narrow - ink)
    return changed * (_peak(ink) / _peak(changed))


def _dilated(ink: Images) -> Images:
    """Return the largest of each pixel and its eight neighbours: max-pooling, which also keeps where it found them."""
    padded = F.pad(ink, (1, 1, 1, 1), value=-math.inf)
    rows = torch.maximum(padded[..., :-2, :], padded[..., 2:, :]).maximum(padded[..., 1:-1, :])
    return torch.maximum(rows[..., :-2], rows[..., 2:]).maximum(rows[..., 1:-1])


def _peak(ink: Images) -> Float[Tensor, "n_items 1 1 1"]:
    return ink.abs().amax((1, 2, 3), keepdim=True).clamp(min=1e-6)


def _colours(images: Images, draw: _Draw) -> Images:
    """Apply one random affine map of colour per image."""
    n, channels = images.shape[:2]
    changed = draw.uniform() < 0.8
    brightness, contrast, saturation = (
        torch.where(changed, 1 + draw.around(amount), 1.0) for amount in (0.4, 0.4, 0.4)
    )
    hue = draw.around(0.1) * 2 * math.pi * changed
    saturation = torch.where(draw.chance(0.2), 0.0, saturation)
    if channels == 3:
        luma = torch.tensor(LUMA, device=images.device)
        colour = saturation[:, None, None] * _hue_rotation(hue) + (1 - saturation)[:, None, None] * luma
    else:
        luma = torch.full((channels,), 1 / channels, device=images.device)
        colour = torch.eye(channels, device=images.device).expand(n, -1, -1)
    mean = torch.einsum("nchw,c->n", images, luma) / images.shape[-2:].numel()
    colour = colour * (brightness * contrast)[:, None, None]
    offset = (mean * (1 - contrast) * brightness)[:, None, None]
    return (colour @ images.flatten(2) + offset).clamp(0, 1).view_as(images)


def _hue_rotation(angle: Float[Tensor, " n_items"]) -> Float[Tensor, "n_items 3 3"]:
    """Return rotations of colour space about its grey axis (Rodrigues' formula)."""
    cross = torch.tensor([[0.0, -1, 1], [1, 0, -1], [-1, 1, 0]], device=angle.device) / math.sqrt(3)
    cosine, sine = angle.cos()[:, None, None], angle.sin()[:, None, None]
    return cosine * torch.eye(3, device=angle.device) + sine * cross + (1 - cosine) / 3
