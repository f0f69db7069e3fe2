"""Convolution and batch norm that are fast to differentiate twice, as second-order MAML does in every inner step.

The native double backward of a grouped convolution loops over the groups, and that of batch norm is a chain of
some twenty passes over the activations. Here every derivative is again one of the few native kernels of the first
order: the backward of a convolution is made of convolutions, and that of batch norm is its own adjoint.
"""

import torch
from jaxtyping import Float
from torch import Tensor
from torch.autograd import Function
from torch.autograd.function import once_differentiable

Activations = Float[Tensor, "n_items channels height width"]


def convolve(x: Activations, weight: Float[Tensor, "n_out n_in 3 3"], *, stride: int, groups: int) -> Tensor:
    """Convolve with 3×3 kernels and padding 1."""
    return _Convolution.apply(x, weight, stride, groups)


def batch_norm(
    x: Activations, shift: Float[Tensor, " channels"], *, epsilon: float
) -> tuple[Activations, Float[Tensor, " channels"], Float[Tensor, " channels"]]:
    """Bring each channel to mean 0 and variance 1 over the items and pixels, then add its shift.

    Returns the result, and each channel's mean and 1/standard deviation, which no gradient flows through.
    """
    y, mean, rstd = _BatchNorm.apply(x, shift, epsilon)  # pyright: ignore[reportGeneralTypeIssues]
    return y, mean, rstd


def _forward(x: Tensor, weight: Tensor, stride: int, groups: int) -> Tensor:
    return torch.conv2d(x, weight, stride=stride, padding=1, groups=groups)


def _backward(g: Tensor, x: Tensor, weight: Tensor, stride: int, groups: int, wanted: list[bool]):
    return torch.ops.aten.convolution_backward(
        g, x, weight, None, [stride] * 2, [1, 1], [1, 1], False, [0, 0], groups, [*wanted, False]
    )


class _Convolution(Function):
    @staticmethod
    def forward(ctx, x, weight, stride, groups):
        ctx.save_for_backward(x, weight)
        ctx.options = stride, groups
        return _forward(x, weight, stride, groups)

    @staticmethod
    def backward(ctx, g):  # pyright: ignore[reportIncompatibleMethodOverride]
        gx, gw = _ConvolutionBackward.apply(g, *ctx.saved_tensors, *ctx.options, ctx.needs_input_grad[:2])
        return gx, gw, None, None


class _ConvolutionBackward(Function):
    @staticmethod
    def forward(ctx, g, x, weight, stride, groups, wanted):
        ctx.save_for_backward(g, x, weight)
        ctx.options = stride, groups
        ctx.set_materialize_grads(False)
        gx, gw, _ = _backward(g, x, weight, stride, groups, list(wanted))
        return gx, gw

    @staticmethod
    @once_differentiable
    def backward(ctx, ggx, ggw):  # pyright: ignore[reportIncompatibleMethodOverride]
        g, x, weight = ctx.saved_tensors
        stride, groups = ctx.options
        to_g = to_x = to_weight = None
        if ggx is not None:
            to_g = _forward(ggx, weight, stride, groups)
            to_weight = _backward(g, ggx, weight, stride, groups, [False, True])[1]
        if ggw is not None:
            more = _forward(x, ggw, stride, groups)
            to_g = more if to_g is None else to_g.add_(more)
            if ctx.needs_input_grad[1]:
                to_x = _backward(g, x, ggw, stride, groups, [True, False])[0]
        return to_g, to_x, to_weight, None, None, None


class _BatchNorm(Function):
    @staticmethod
    def forward(ctx, x, shift, epsilon):
        y, mean, rstd = torch.native_batch_norm(x, None, shift, None, None, True, 0.0, epsilon)
        ctx.save_for_backward(x, mean, rstd)
        ctx.epsilon = epsilon
        ctx.mark_non_differentiable(mean, rstd)
        return y, mean, rstd

    @staticmethod
    def backward(ctx, g, *_):  # pyright: ignore[reportIncompatibleMethodOverride]
        gx = _BatchNormBackward.apply(g, *ctx.saved_tensors, ctx.epsilon)
        return gx, g.sum((0, 2, 3)) if ctx.needs_input_grad[1] else None, None


class _BatchNormBackward(Function):
    """With z the normalised x, r = 1/std and bars for means over a channel: gx = r (g − ḡ − z · mean(g z))."""

    @staticmethod
    def forward(ctx, g, x, mean, rstd, epsilon):
        gx, sum_gz, sum_g = _adjoint(g, x, mean, rstd, epsilon)
        ctx.save_for_backward(g, x, mean, rstd, sum_gz, sum_g)
        ctx.epsilon = epsilon
        return gx

    @staticmethod
    @once_differentiable
    def backward(ctx, v):  # pyright: ignore[reportIncompatibleMethodOverride]
        # v·gx = r S with S = Σ v g − n v̄ ḡ − n·mean(v z)·mean(g z). As a function of g it is symmetric in g and v;
        # x enters by r, whose derivative is −r² z/n, and by z, whose derivative is this same map.
        g, x, mean, rstd, sum_gz, sum_g = ctx.saved_tensors
        to_g, sum_vz, sum_v = _adjoint(v, x, mean, rstd, ctx.epsilon)
        n = x.numel() // x.shape[1]
        gz, vz = sum_gz / n, sum_vz / n
        s = (v * g).sum((0, 2, 3)) / n - sum_v * sum_g / n**2 - vz * gz
        of_z = rstd**2 * (2 * vz * gz - s)
        of_v, of_g = -(rstd**2) * gz, -(rstd**2) * vz
        constant = -of_z * rstd * mean - (of_v * sum_v + of_g * sum_g) / n
        by_channel = [value[:, None, None] for value in (constant, of_z * rstd, of_v, of_g)]
        to_x = torch.addcmul(by_channel[0], x, by_channel[1])
        to_x = to_x.addcmul_(v, by_channel[2]).addcmul_(g, by_channel[3])
        return to_g, to_x, None, None, None


def _adjoint(
    g: Tensor, x: Tensor, mean: Tensor, rstd: Tensor, epsilon: float
) -> tuple[Tensor, Tensor, Tensor]:
    """Return r (g − ḡ − z · mean(g z)), Σ g z and Σ g."""
    ones = torch.ones_like(mean)
    return torch.ops.aten.native_batch_norm_backward(
        g, x, ones, None, None, mean, rstd, True, epsilon, [True, True, True]
    )
