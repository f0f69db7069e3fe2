"""Newton's method for logistic regression of many tasks at once, to the last digits that matter."""

import torch
from jaxtyping import Float, Float64
from torch import Tensor

TOLERANCE = 1e-6  # of every element of the gradient, relative to C
NEWTON_STEPS = 50  # at most; separable data of the scales that encoders give take 5 to 12
CG_STEPS = 100  # at most, within one Newton step
HALVINGS = 30  # at most, of one Newton step


def newton_scores(
    support: Float[Tensor, "n_tasks n_way n_shot dim"],
    queries: Float[Tensor, "n_tasks n_queries dim"],
    C: float,
) -> Float[Tensor, "n_tasks n_queries n_way"]:
    """Return the logits of the queries at the minimum: a gradient of at most 1e-6 × max(C, 1), or 50 steps."""
    n_tasks, n_way, n_shot, _ = support.shape
    device = "cpu" if support.device.type == "mps" else support.device  # mps knows no float64
    points, query_points, squares = _reduce(
        support.flatten(1, 2).to(device, torch.float64), queries.to(device, torch.float64)
    )
    labels = torch.eye(n_way, dtype=torch.float64, device=device).repeat_interleave(n_shot, 0)
    weights = _fit(points, squares, labels.expand(n_tasks, -1, -1), C)
    return (_with_intercept(query_points) @ weights).to(queries.device, queries.dtype)


def _reduce(
    points: Float64[Tensor, "n_tasks n_points dim"], queries: Float64[Tensor, "n_tasks n_queries dim"]
) -> tuple[
    Float64[Tensor, "n_tasks n_points rank"],
    Float64[Tensor, "n_tasks n_queries rank"],
    Float64[Tensor, "n_tasks rank"],
]:
    """Centre on the support and turn to its principal axes, at most as many as points; return their squares as well.

    The solution lies in the span of the support, the penalty does not change when it is turned, and the free
    intercept takes up the shift.
    """
    centre = points.mean(1, keepdim=True)
    points, queries = points - centre, queries - centre
    _, n_points, dim = points.shape
    if dim <= n_points:
        squares, axes = torch.linalg.eigh(points.mT @ points)
        return points @ axes, queries @ axes, squares.clamp_min(0)
    squares, axes = torch.linalg.eigh(points @ points.mT)
    present = squares > 1e-12 * squares[:, -1:]
    squares = torch.where(present, squares, 0)
    lengths = squares.sqrt()
    inverse = torch.where(present, lengths.clamp_min(1e-150).reciprocal(), 0)
    return axes * lengths[:, None], queries @ points.mT @ (axes * inverse[:, None]), squares


def _with_intercept(
    points: Float64[Tensor, "n_tasks n_points rank"],
) -> Float64[Tensor, "n_tasks n_points rank_1"]:
    """Append a feature that is 1, whose weight is the intercept."""
    return torch.cat([points, points.new_ones(*points.shape[:2], 1)], dim=2)


def _fit(
    points: Float64[Tensor, "n_tasks n_points rank"],
    squares: Float64[Tensor, "n_tasks rank"],
    labels: Float64[Tensor, "n_tasks n_points n_way"],
    C: float,
) -> Float64[Tensor, "n_tasks rank_1 n_way"]:
    """Minimise by Newton's method, each step solved by conjugate gradients and halved until the objective falls."""
    points = _with_intercept(points)
    squares = torch.cat([squares, squares.new_full((len(squares), 1), points.shape[1])], dim=1)[:, :, None]
    penalty = torch.ones_like(squares)
    penalty[:, -1] = 0
    weights = points.new_zeros(len(points), points.shape[2], labels.shape[2])
    for _ in range(NEWTON_STEPS):
        probabilities = torch.softmax(points @ weights, -1)
        gradient = C * (points.mT @ (probabilities - labels)) + penalty * weights
        steepest = gradient.abs().amax((1, 2), keepdim=True)
        open_tasks = steepest > TOLERANCE * max(C, 1)
        if not open_tasks.any():
            break
        curvature = (probabilities * (1 - probabilities)).mean((1, 2), keepdim=True)

        def hessian(direction: Tensor, p: Tensor = probabilities) -> Tensor:
            moved = points @ direction
            return C * (points.mT @ (p * (moved - (p * moved).sum(-1, keepdim=True)))) + penalty * direction

        inverse = 1 / (penalty + C * curvature * squares).clamp_min(
            1e-30
        )  # the points' axes make it nearly diagonal
        accuracy = steepest * (0.5 * steepest.sqrt()).clamp_max(0.3)  # looser far from the solution
        accuracy = accuracy.where(
            open_tasks, torch.inf
        )  # a solved task's residual would underflow, then be NaN
        step = _conjugate_gradients(hessian, -gradient, inverse, accuracy)
        weights = (
            weights + _step_size(points, labels, penalty, C, weights, gradient, step) * step * open_tasks
        )
    return weights


def _conjugate_gradients(hessian, target: Tensor, inverse: Tensor, accuracy: Tensor) -> Tensor:
    """Solve hessian(x) = target per task until no element of the residual exceeds `accuracy`."""
    x, residual = torch.zeros_like(target), target
    direction = scaled = inverse * residual
    energy = (residual * scaled).sum((1, 2), keepdim=True)
    for _ in range(CG_STEPS):
        unsolved = residual.abs().amax((1, 2), keepdim=True) > accuracy
        if not unsolved.any():
            break
        image = hessian(direction)
        length = energy / (direction * image).sum((1, 2), keepdim=True).clamp_min(1e-300) * unsolved
        x, residual = x + length * direction, residual - length * image
        scaled = inverse * residual
        new_energy = (residual * scaled).sum((1, 2), keepdim=True)
        direction = scaled + new_energy / energy.clamp_min(1e-300) * direction
        energy = new_energy
    return x


def _step_size(
    points: Tensor, labels: Tensor, penalty: Tensor, C: float, weights: Tensor, gradient: Tensor, step: Tensor
) -> Tensor:
    """Halve each task's step until its objective falls by a fraction of what the slope promises (Armijo's rule)."""

    def objective(at: Tensor) -> Tensor:
        logits = points @ at
        loss = (torch.logsumexp(logits, -1) - (logits * labels).sum(-1)).sum(1)
        return (C * loss + 0.5 * (penalty * at * at).sum((1, 2)))[:, None, None]

    before, slope = objective(weights), (gradient * step).sum((1, 2), keepdim=True)
    size = torch.ones_like(slope)
    for _ in range(HALVINGS):
        too_far = objective(weights + size * step) > before + 1e-4 * size * slope + 1e-12 * before.abs()
        if not too_far.any():
            break
        size = torch.where(too_far, size / 2, size)
    return size
