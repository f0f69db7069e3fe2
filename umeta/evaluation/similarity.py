"""How alike two representations of the same items are, and what a trained learner makes of items."""

from collections.abc import Callable

import numpy as np
import torch
from jaxtyping import Float, UInt8
from torch import Tensor

from umeta.backbones import maml_conv4, to_pixels
from umeta.learners import Learner, LearnerState
from umeta.learners.maml import Maml
from umeta.learners.running_statistics import named_moments
from umeta.stage import OnStep, Step, UserError, ignore_step

IMAGES_AT_ONCE = 256
SAMPLE = 512
"""Images whose moments stand in for the running averages that a learner was trained without."""


def linear_cka(x: Float[np.ndarray, "n_items dim"], y: Float[np.ndarray, "n_items_y dim_y"]) -> float:
    """Return the debiased linear centred kernel alignment of two representations of the same items.

    1 for representations that differ by a rotation, a shift and a scale alone, about 0 for unrelated ones, however
    many dimensions they have: the plain estimator comes near 1 for any two where dimensions outnumber items.

    Raises:
        UserError: the two are not of the same items, or of fewer than four.

    Reference: Kornblith, Norouzi, Lee, Hinton, "Similarity of Neural Network Representations Revisited", ICML 2019;
    Song, Smola, Gretton, Bedo, Borgwardt, "Feature Selection via Dependence Maximization", JMLR 2012, equation 5.
    """
    if len(x) != len(y) or len(x) < 4:
        raise UserError(
            f"representations are compared on the same items, four at least; these are of {len(x)} and {len(y)} items."
        )
    x, y = (np.asarray(features, np.float64) - features.mean(axis=0, dtype=np.float64) for features in (x, y))
    spread = _hsic(x, x) * _hsic(y, y)
    return float(_hsic(x, y) / np.sqrt(spread)) if spread > 0 else float("nan")


def _hsic(x: np.ndarray, y: np.ndarray) -> float:
    """Return n (n − 3) × the unbiased Hilbert-Schmidt independence criterion, without a matrix of items by items.

    With K = X Xᵀ and L = Y Yᵀ, their diagonals set to 0: tr(K L) + 1ᵀK1 1ᵀL1 / ((n−1)(n−2)) − 2/(n−2) 1ᵀK L1.
    """
    n = len(x)
    k, l = ((features**2).sum(1) for features in (x, y))  # noqa: E741  # the diagonals
    k_sums, l_sums = (features @ features.sum(0) - diagonal for features, diagonal in ((x, k), (y, l)))
    trace = ((x.T @ y) ** 2).sum() - k @ l
    return trace + k_sums.sum() * l_sums.sum() / ((n - 1) * (n - 2)) - 2 / (n - 2) * (k_sums @ l_sums)


def learner_features(
    learner: Learner,
    state: LearnerState,
    images: UInt8[Tensor, "n_items channels height width"],
    *,
    device: torch.device,
    on_step: OnStep = ignore_step,
) -> Float[np.ndarray, "n_items dim"]:
    """Return what a trained learner makes of images: its embedding, or what enters its head before any adaptation.

    Each image is treated by itself: the batch norms use the running averages or, for a learner trained without, the
    moments of up to 512 images spread over those given.
    """
    if isinstance(learner, Maml):
        embed = _before_the_head(learner, state, images, device)
    else:
        embed = learner.classifier(state, batch_norm="running").embed
    features = []
    for start in range(0, len(images), IMAGES_AT_ONCE):
        on_step(Step("features", start, len(images)))
        features.append(embed(images[start : start + IMAGES_AT_ONCE].to(device)))
    on_step(Step("features", len(images), len(images)))
    return torch.cat(features).cpu().numpy()


def _before_the_head(
    learner: Maml, state: LearnerState, images: UInt8[Tensor, "n_items ..."], device: torch.device
) -> Callable[[Tensor], Tensor]:
    channels, height, width = images.shape[1:]
    network = maml_conv4((channels, height, width), learner.n_filters, 0)
    weights = {name: weight.detach() for name, weight in state.weights.items()}
    sample = to_pixels(images[:: -(-len(images) // SAMPLE)].to(device))
    moments = (
        named_moments(state.statistics)
        if state.statistics
        else network.with_moments(weights, sample[None])[1]
    )
    return lambda some: network(weights, to_pixels(some)[None], moments)[0]
