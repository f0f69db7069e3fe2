"""Logistic regression of many small tasks at once, in single precision, as far as it takes to be sure of each answer.

The solution of softmax regression with an L2 penalty and a free intercept lies in the span of the n support points:
with the kernel K of the points, the logits at the points are F = K α + intercept and the gradient in the coordinates α
is α + C (softmax(F) − labels). L-BFGS is preconditioned by (I + C D K)⁻¹ for fixed curvatures D, one for a point's own
class and a smaller one for the others. With β = (I + C D K)⁻¹ g, the logits change by (g − β) / (C D), so that an
iteration takes one product of n × n and n × n_way.

References: Liu, Nocedal, "On the limited memory BFGS method for large scale optimization", 1989; Böhning, "Multinomial
logistic regression algorithm", 1992 (fixed curvatures). The own class enters the inverse by Woodbury's identity.
"""

from dataclasses import dataclass, replace

import torch
from jaxtyping import Bool, Float, Float32
from torch import Tensor

OWN_CURVATURE = 0.2  # p (1 − p) of a point's own class, near the solutions of C = 1
OTHER_CURVATURE = 0.4  # of the other classes, before it is divided by n_way
MEMORY = 3  # steps that L-BFGS remembers
FIRST_STEPS, MORE_STEPS, ROUNDS = 10, 5, 6  # tasks are looked at after 10, 15, … 35 steps
LARGEST_STEP = 3e-3  # of any logit, the last time
WORTH_LEAVING = 0.25  # share of tasks that are solved, from which on those left are copied to go on alone
SAFETY = 16  # last steps of a logit: none of 1,300,000 sure answers was wrong, in four embeddings of spreads up to 40
VALUES_AT_ONCE = 2**19
"""Values of the kernels of the tasks solved together: with all that belongs to them 12 MB, which caches still hold."""

OnPoints = Float[Tensor, "n_tasks n_points n_way"]


def quick_scores(
    support: Float32[Tensor, "n_tasks n_way n_shot dim"],
    queries: Float32[Tensor, "n_tasks n_queries dim"],
    C: float,
) -> tuple[Float32[Tensor, "n_tasks n_queries n_way"], Bool[Tensor, " n_tasks"]]:
    """Return the logits of the queries, and of which tasks each query's highest one is surely the solution's too."""
    n_way, points = support.shape[1], support.flatten(1, 2)
    centre = points.mean(1, keepdim=True)
    part = max(1, VALUES_AT_ONCE // points.shape[1] ** 2)
    pairs = zip((points - centre).split(part), (queries - centre).split(part), strict=True)
    scores, sure = zip(*(_solve(*pair, n_way, C) for pair in pairs), strict=True)
    return torch.cat(scores), torch.cat(sure)


def _solve(points: Tensor, queries: Tensor, n_way: int, C: float) -> tuple[Tensor, Tensor]:
    """Take steps until a task's answers are sure, and leave it alone from then on."""
    scores = queries.new_zeros(*queries.shape[:2], n_way)
    solved = torch.zeros(len(points), dtype=torch.bool, device=points.device)
    left = torch.arange(len(points), device=points.device)
    path = _Path.start(points, n_way, C)
    for turn in range(ROUNDS):
        for _ in range(MORE_STEPS if turn else FIRST_STEPS):
            path.step()
        logits, error = _query_logits(points, queries, path)
        best = logits.topk(2, dim=-1).values
        margin = (best[..., 0] - best[..., 1]).amin(1)
        sure = (error < LARGEST_STEP) & (margin > SAFETY * error) & ~solved[left]  # false where any is NaN
        scores[left[sure]], solved[left[sure]] = logits[sure], True
        if solved.all():
            break
        unsolved = ~solved[left]
        if unsolved.float().mean() <= 1 - WORTH_LEAVING:
            left, points, queries, path = (
                left[unsolved],
                points[unsolved],
                queries[unsolved],
                path.some(unsolved),
            )
    return scores, solved


def _query_logits(points: Tensor, queries: Tensor, path: "_Path") -> tuple[Tensor, Tensor]:
    """Return the logits of the queries, and how far a logit still moves or is off by rounding."""
    weights = points.mT @ path.alpha
    off = path.logits - points @ weights
    intercept = off.mean(1, keepdim=True)
    error = torch.maximum(off - intercept, path.moved.abs()).amax((1, 2))
    return queries @ weights + intercept, error


@dataclass(frozen=True)
class _Preconditioner:
    """(I + C D K)⁻¹ of each task."""

    inverse: Float[Tensor, "n_tasks n_points n_points"]
    """(I + C h K)⁻¹ for the curvature h of other classes, less what the free intercept takes."""
    own: Float[Tensor, "n_tasks n_way n_shot n_points"]
    """What the larger curvature of its own points takes from each class."""
    to_logits: Float[Tensor, "n_points n_way"]
    """1 / (C D)."""

    @classmethod
    def of(cls, points: Tensor, labels: Tensor, C: float) -> "_Preconditioner":
        n_tasks, n_points, _ = points.shape
        n_way = labels.shape[1]
        n_shot, other = n_points // n_way, OTHER_CURVATURE / n_way
        eye = torch.eye(n_points, dtype=points.dtype, device=points.device)
        factor, failed = torch.linalg.cholesky_ex(eye + C * other * (points @ points.mT))
        inverse = torch.cholesky_inverse(
            factor.where(failed[:, None, None] == 0, eye)
        )  # such tasks are never sure
        sums = inverse.sum(2, keepdim=True)
        inverse = inverse - sums @ (sums.mT / sums.sum(1, keepdim=True))
        rest = (eye - inverse).view(n_tasks, n_way, n_shot, n_points)
        blocks = rest.unflatten(3, (n_way, n_shot)).diagonal(dim1=1, dim2=3).permute(0, 3, 1, 2)
        more = OWN_CURVATURE / other - 1
        own = more * torch.linalg.inv_ex(eye[:n_shot, :n_shot] + more * blocks).inverse @ rest
        return cls(inverse, own, 1 / (C * (other + (OWN_CURVATURE - other) * labels)))

    def __call__(self, g: OnPoints) -> tuple[OnPoints, OnPoints]:
        """Return β = (I + C D K)⁻¹ g, and the logits at the points that belong to it."""
        n_tasks, n_way, n_shot, n_points = self.own.shape
        less = self.own.flatten(0, 1) @ g.mT.reshape(n_tasks * n_way, n_points, 1)
        rest = g.clone()
        rest.view(n_tasks, n_way, n_shot, n_way).diagonal(dim1=1, dim2=3).sub_(
            less.view(n_tasks, n_way, n_shot).mT
        )
        beta = self.inverse @ rest
        return beta, (g - beta).mul_(self.to_logits)


@dataclass
class _Path:
    """Where tasks stand, and what L-BFGS remembers of their last steps."""

    C: float
    labels: Float[Tensor, "n_points n_way"]
    precondition: _Preconditioner
    alpha: OnPoints
    logits: OnPoints
    moved: OnPoints
    """The last step in logits."""
    gradient: OnPoints | None = None
    step_before: OnPoints | None = None
    pairs: tuple[tuple[Tensor, ...], ...] = ()
    """Steps in α and in logits, the gradient's change, and one divided by the product of the last two."""

    @classmethod
    def start(cls, points: Tensor, n_way: int, C: float) -> "_Path":
        labels = torch.eye(n_way, dtype=points.dtype, device=points.device)
        labels = labels.repeat_interleave(points.shape[1] // n_way, 0)
        zero = points.new_zeros(*points.shape[:2], n_way)  # no step changes it
        return cls(C, labels, _Preconditioner.of(points, labels, C), zero, zero, zero)

    def step(self) -> None:
        """Take a step of L-BFGS for every task, in the inner product of the kernel."""
        gradient = torch.softmax(self.logits, -1).sub_(self.labels).mul_(self.C).add_(self.alpha)
        if self.gradient is not None and self.step_before is not None:
            change = gradient - self.gradient
            product = _dot(self.moved, change)
            pair = (self.step_before, self.moved, change, 1 / product.where(product > 0, torch.inf))
            self.pairs = (*self.pairs, pair)[-MEMORY:]
        rest, shares = gradient, []
        for _, moved, change, inverse in reversed(self.pairs):
            shares.append(inverse * _dot(moved, rest))
            rest = torch.addcmul(rest, shares[-1], change, value=-1)
        step, moves = self.precondition(rest)
        for pair, share in zip(self.pairs, reversed(shares), strict=True):
            share = share - pair[3] * _dot(pair[2], moves)
            step.addcmul_(share, pair[0])
            moves.addcmul_(share, pair[1])
        self.gradient, self.step_before, self.moved = gradient, step.neg_(), moves.neg_()
        self.alpha, self.logits = self.alpha + step, self.logits + moves

    def some(self, tasks: Bool[Tensor, " n_tasks"]) -> "_Path":
        """Return the path of some of the tasks."""
        assert self.gradient is not None
        assert self.step_before is not None
        kept = self.precondition
        return replace(
            self,
            precondition=replace(kept, inverse=kept.inverse[tasks], own=kept.own[tasks]),
            alpha=self.alpha[tasks],
            logits=self.logits[tasks],
            moved=self.moved[tasks],
            gradient=self.gradient[tasks],
            step_before=self.step_before[tasks],
            pairs=tuple(tuple(one[tasks] for one in pair) for pair in self.pairs),
        )


def _dot(one: OnPoints, other: OnPoints) -> Float[Tensor, "n_tasks 1 1"]:
    return torch.linalg.vecdot(one.flatten(1), other.flatten(1))[:, None, None]
