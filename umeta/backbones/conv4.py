"""Conv-4: four blocks of 3×3 convolution, batch norm and ReLU, for one network or for the networks of many tasks.

Weights are a dict by name. A weight is either shared by all tasks, or has a leading axis of tasks, as it does
after each task has taken gradient steps of its own. Inside the network, activations are laid out
`(batch, tasks × channels, height, width)`: the convolutions of all tasks are then one grouped convolution, and the
native batch norm, which works per channel, normalises each task by itself.

The convolutions carry no bias. In the papers' networks they do, but the batch norm that follows subtracts it again:
it changes no output and has no gradient.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import torch
import torch.nn.functional as F
from jaxtyping import Float, UInt8
from torch import Tensor

from umeta.backbones.torch_modules import channels_last

N_BLOCKS = 4
POOLED_FROM = 64  # pixels: the papers stride over images of 28 and max-pool those of 84

Weights = Mapping[str, Tensor]
"""`conv1.weight` …, `norm1.shift`, `norm1.scale` (some networks), `head.weight`, `head.bias` (some networks)."""


class Moments(NamedTuple):
    """What one batch norm normalises by: shared by all tasks, or with a leading axis of tasks."""

    mean: Float[Tensor, "*n_tasks channels"]
    variance: Float[Tensor, "*n_tasks channels"]


@dataclass(frozen=True)
class Conv4:
    """The shape of a network; `strided_conv4` and `pooled_conv4` make the papers'."""

    in_channels: int
    n_filters: int
    pooled: bool
    """2×2 max-pooling after each convolution, and a flattened end; else stride 2, and a global mean at the end."""
    scaled: bool
    """The batch norm learns a scale beside its shift."""
    epsilon: float
    n_features: int
    n_out: int
    """Outputs of the linear head; 0 for a network without one."""

    def init(self, *, generator: torch.Generator, device: torch.device) -> dict[str, Tensor]:
        """Draw fresh weights: Xavier-uniform, but a standard normal head where it follows a global mean."""
        weights: dict[str, Tensor] = {}
        for block in range(1, N_BLOCKS + 1):
            channels = self.in_channels if block == 1 else self.n_filters
            shape = (self.n_filters, channels, 3, 3)
            weights[f"conv{block}.weight"] = _xavier(shape, 9 * channels, 9 * self.n_filters, generator)
            if self.scaled:
                weights[f"norm{block}.scale"] = torch.ones(self.n_filters)
            weights[f"norm{block}.shift"] = torch.zeros(self.n_filters)
        if self.n_out:
            shape = (self.n_out, self.n_features)
            weights["head.weight"] = (
                _xavier(shape, self.n_features, self.n_out, generator)
                if self.pooled
                else torch.randn(shape, generator=generator)
            )
            weights["head.bias"] = torch.zeros(self.n_out)
        return {name: weight.to(device) for name, weight in weights.items()}

    def __call__(
        self,
        weights: Weights,
        images: Float[Tensor, "n_tasks n_items channels height width"],
        moments: Sequence[Moments] | None = None,
    ) -> Float[Tensor, "n_tasks n_items n_features_or_out"]:
        """Run each task's images through its network.

        Args:
            weights: each shared, or with a leading axis of tasks.
            images: pixels in [0, 1].
            moments: what each batch norm normalises by; None for the moments of each task's own `images`.
        """
        return self._run(weights, images, moments)

    def with_moments(
        self,
        weights: Weights,
        images: Float[Tensor, "n_tasks n_items channels height width"],
        *,
        differentiable: bool = False,
    ) -> tuple[Float[Tensor, "n_tasks n_items n_features_or_out"], list[Moments]]:
        """Normalise by each task's own images, and return the moments of each batch norm as well.

        Args:
            weights: each shared, or with a leading axis of tasks.
            images: pixels in [0, 1].
            differentiable: whether gradients are to flow through the moments, at the cost of computing them again.
        """
        own_moments: list[Moments] = []
        return self._run(weights, images, None, own_moments, differentiable), own_moments

    def _run(
        self,
        weights: Weights,
        images: Tensor,
        moments: Sequence[Moments] | None,
        own_moments: list[Moments] | None = None,
        differentiable: bool = False,
    ) -> Tensor:
        n_tasks = len(images)
        x = self.lay_out(images)
        for block in range(1, N_BLOCKS + 1):
            weight = weights[f"conv{block}.weight"].expand(n_tasks, -1, -1, -1, -1).flatten(0, 1)
            x = torch.conv2d(x, weight, stride=self.stride, padding=1, groups=n_tasks)
            scale, shift = weights.get(f"norm{block}.scale"), weights[f"norm{block}.shift"]
            if moments is None:
                y, own = _normalise_by_itself(x, scale, shift, n_tasks, self.epsilon)
                if own_moments is not None:
                    own_moments.append(_moments(x, n_tasks) if differentiable else own)
                x = y
            else:
                x = _normalise(x, moments[block - 1], scale, shift, n_tasks, self.epsilon)
            if self.pooled:
                x = F.max_pool2d(x, 2)  # before the ReLU, which it commutes with, on a quarter of the values
            x = F.relu(x)
        x = self.features(x, n_tasks)
        return linear_head(x, weights) if self.n_out else x

    @property
    def stride(self) -> int:
        """That of the convolutions."""
        return 1 if self.pooled else 2

    @staticmethod
    def lay_out(
        images: Float[Tensor, "n_tasks n_items channels height width"],
    ) -> Float[Tensor, "n_items _ _ _"]:
        """Return images as the blocks take them."""
        x = (
            images[0] if len(images) == 1 else images.transpose(0, 1).flatten(1, 2)
        )  # one task keeps its layout
        return channels_last(x)  # grouped kernels of a CPU are 2 to 10 × faster

    def features(
        self, x: Float[Tensor, "n_items _ _ _"], n_tasks: int
    ) -> Float[Tensor, "n_tasks n_items n_features"]:
        """Return what the head takes: all values of the last block if they are pooled, else their means."""
        x = x if self.pooled else x.mean((2, 3))
        return x.reshape(len(x), n_tasks, self.n_features).transpose(0, 1)

    def features_back(
        self,
        g: Float[Tensor, "n_tasks n_items n_features"],
        x: Float[Tensor, "n_items _ _ _"],
    ) -> Float[Tensor, "n_items _ _ _"]:
        """Return the gradient at the last block's output x, given that at the features."""
        g = g.transpose(0, 1)
        if not self.pooled:
            g = (g.flatten(1) / x.shape[2:].numel())[..., None, None].expand_as(x)
        return g.reshape(x.shape).contiguous(memory_format=torch.channels_last)


def strided_conv4(item_shape: tuple[int, int, int], *, n_filters: int = 32, n_out: int) -> Conv4:
    """Return the MAML network for small images: stride 2, a global mean, a batch norm with a shift and no scale.

    Reference: Finn, Abbeel, Levine, "Model-Agnostic Meta-Learning", ICML 2017; batch norm as in tf.contrib.layers.
    """
    return Conv4(item_shape[0], n_filters, False, False, 1e-3, n_filters, n_out)


def pooled_conv4(
    item_shape: tuple[int, int, int],
    *,
    n_filters: int = 64,
    n_out: int = 0,
    scaled: bool = True,
    epsilon: float = 1e-5,
) -> Conv4:
    """Return the ProtoNets network: 2×2 max-pooling, flattened features.

    Reference: Snell, Swersky, Zemel, "Prototypical Networks for Few-shot Learning", NeurIPS 2017.
    """
    channels, height, width = item_shape
    n_features = n_filters * (height >> N_BLOCKS) * (width >> N_BLOCKS)
    return Conv4(channels, n_filters, True, scaled, epsilon, n_features, n_out)


def maml_conv4(item_shape: tuple[int, int, int], n_filters: int, n_out: int) -> Conv4:
    """Return MAML's network for images of this shape: strided for small ones, pooled (shift only) for large ones."""
    if min(item_shape[1:]) < POOLED_FROM:
        return strided_conv4(item_shape, n_filters=n_filters, n_out=n_out)
    return pooled_conv4(item_shape, n_filters=n_filters, n_out=n_out, scaled=False, epsilon=1e-3)


def to_pixels(images: UInt8[Tensor, "*shape"]) -> Float[Tensor, "*shape"]:
    """Return the images as numbers in [0, 1]."""
    return images.to(torch.get_default_dtype()) / 255


def linear_head(
    features: Float[Tensor, "n_tasks n_items n_features"], weights: Weights
) -> Float[Tensor, "n_tasks n_items n_out"]:
    """Apply the last layer, shared or each task's own."""
    weight, bias = weights["head.weight"], weights["head.bias"]
    return features @ weight.mT + bias.unsqueeze(-2)  # shared or per task, matmul broadcasts


def _normalise_by_itself(
    x: Tensor, scale: Tensor | None, shift: Tensor, n_tasks: int, epsilon: float
) -> tuple[Tensor, Moments]:
    """Return the normalised activations, and what they were normalised by, which no gradient flows through."""
    shift = _per_task(shift, n_tasks)
    # CUDA's gradient kernels want a scale, be it 1
    scale = torch.ones_like(shift) if scale is None else _per_task(scale, n_tasks)
    y, mean, rstd = torch.native_batch_norm(x, scale, shift, None, None, True, 0.0, epsilon)
    variance = (rstd**-2 - epsilon).clamp_min(0)
    return y, Moments(
        mean.unflatten(0, (n_tasks, -1)).detach(), variance.unflatten(0, (n_tasks, -1)).detach()
    )


def _moments(x: Tensor, n_tasks: int) -> Moments:
    by_task = x.reshape(x.shape[0], n_tasks, -1, *x.shape[2:])
    variance, mean = torch.var_mean(by_task, dim=(0, 3, 4), correction=0)
    return Moments(mean, variance)


def _normalise(
    x: Tensor, moments: Moments, scale: Tensor | None, shift: Tensor, n_tasks: int, epsilon: float
) -> Tensor:
    factor = torch.rsqrt(moments.variance + epsilon)
    if scale is not None:
        factor = factor * scale
    offset = shift - moments.mean * factor
    factor, offset = (_per_task(value, n_tasks) for value in (factor, offset))
    return torch.addcmul(offset[:, None, None], x, factor[:, None, None])


def _per_task(value: Tensor, n_tasks: int) -> Tensor:
    """Lay out a value per channel, shared or with an axis of tasks, as `(n_tasks * channels,)`."""
    return value.expand(n_tasks, -1).flatten()


def _xavier(shape: tuple[int, ...], fan_in: int, fan_out: int, generator: torch.Generator) -> Tensor:
    bound = (6 / (fan_in + fan_out)) ** 0.5
    return (2 * torch.rand(shape, generator=generator) - 1) * bound
