"""Seconds from an empty cache to 60 % and to 90 % on 5-way 1-shot tasks of Omniglot's meta_test, without any label.

    umeta bench insight [--json] [--only shipped-60 shipped-90 scratch-60 scratch-90]

Ours goes from Omniglot's zips to an embedding and takes the nearest prototype: *shipped* with the encoder that comes
with umeta, *scratch* with a SimCLR of as many steps as it needs. The peers do what the CACTUs paper does: files read
one by one, PCA and k-means by scikit-learn, tasks by easyfsl's sampler, and then either easyfsl's ProtoNets or
learn2learn's loop of MAML. They are trained once for all cases, in turns, and judged every 20 steps. Judging takes no
time of anybody's. A peer that is not there after 4 minutes is named in `lower_bounds`, and its seconds are such a
bound. The equality figure is by how much ours falls short of the accuracy, 0 at most; `umeta bench encode` tells what
the same SimCLR takes as a plain loop.
"""

import os
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

import numpy as np
import torch

import umeta
from tests.benchmarks import plain_cactus
from tests.benchmarks.in_turns import in_turns
from tests.benchmarks.side_by_side import Case, Settings, measure
from umeta.baselines import BASELINES
from umeta.evaluation import evaluate
from umeta.tasks import FewShotClassifier, TaskBatch, TaskConfig, TestTasks
from umeta.tasks.gathering import Items

SHAPE, N_TASKS = TaskConfig(n_way=5, n_shot=1, n_query=5), 400
LIMIT = 240.0
"""Seconds that a peer gets."""
PEERS = {"easyfsl": plain_cactus.protonets, "plain-loop": plain_cactus.maml}
ENCODERS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "shipped-60": ("pretrained:glyphs", {}),
    "shipped-90": ("pretrained:glyphs", {}),
    "scratch-60": ("simclr", {"steps": 60, "batch_size": 128, "lr": 3e-3}),
    "scratch-90": ("simclr", {"steps": 450, "batch_size": 128, "lr": 3e-3}),
}


@dataclass(frozen=True)
class Reached(Case):
    """Seconds until an accuracy was reached, or until a peer was given up."""

    accuracy: Mapping[str, float]
    """Of each contender when its seconds were over."""
    lower_bounds: Sequence[str]
    """The peers that were given up: their seconds and ratios are at least these."""


def main() -> None:
    """Measure and print, as JSON with `--json`."""
    cases = {name: partial(insight, *ENCODERS[name], goal=int(name[-2:]) / 100) for name in ENCODERS}
    measure("insight", cases, packages=("torch", "numpy", "scikit-learn", "easyfsl"))


def insight(encoder: str, options: Mapping[str, Any], settings: Settings, *, goal: float) -> Reached:
    """Take the time to an accuracy."""
    start = time.perf_counter()
    with TemporaryDirectory() as empty, patch.dict(os.environ, UMETA_HOME=empty):
        vectors = np.array(umeta.embed(umeta.load("omniglot"), encoder, **options).vectors)
    own = time.perf_counter() - start
    prototypes = BASELINES.parse("prototypes").classifier(
        {}, vectors.shape[1:], SHAPE.n_way, generator=torch.Generator(), device=settings.device
    )
    reached = accuracy_of(prototypes, torch.from_numpy(vectors), settings)
    name = f"{goal:.0%} 5-way 1-shot, {encoder}"
    if reached < goal:
        raise AssertionError(f"{name}: ours has {reached:.1%}")
    ends = {peer: end_of(curve, goal) for peer, curve in peer_curves(settings).items()}
    seconds = {peer: end[0] for peer, end in ends.items()}
    accuracy = {"ours": reached, **{peer: end[1] for peer, end in ends.items()}}
    return Reached(
        name,
        own,
        seconds,
        {peer: taken / own for peer, taken in seconds.items()},
        dict.fromkeys(seconds, goal - reached),
        {key: [taken] for key, taken in {"ours": own, **seconds}.items()},
        accuracy,
        [peer for peer in seconds if accuracy[peer] < goal],
    )


def end_of(curve: Sequence[tuple[float, float]], goal: float) -> tuple[float, float]:
    """Return the first (seconds, accuracy) of a curve that reaches the goal, or else the last."""
    return next((point for point in curve if point[1] >= goal), curve[-1])


@cache
def peer_curves(settings: Settings) -> dict[str, list[tuple[float, float]]]:
    """Train the peers in turns, and return for each its seconds and its accuracy after each part."""
    data = umeta.load("omniglot")
    images = torch.from_numpy(np.array(data.images.images))
    contenders = {peer: train(data, settings.device) for peer, train in PEERS.items()}
    curves: dict[str, list[tuple[float, float]]] = {peer: [] for peer in PEERS}
    for peer, seconds, classifier in in_turns(contenders, settings):
        curves[peer].append((seconds, accuracy_of(classifier, images, settings)))
        sys.stderr.write(f"{peer}: {seconds:.0f} s, {curves[peer][-1][1]:.3f}\n")
        if seconds > LIMIT or curves[peer][-1][1] >= 0.9:
            contenders[peer].close()
    return curves


def accuracy_of(classifier: FewShotClassifier, inputs: Items, settings: Settings) -> float:
    """Return the mean accuracy on the test tasks."""
    return float(evaluate(classifier, inputs, test_tasks(), device=settings.device).mean())


@cache
def test_tasks() -> TaskBatch:
    """Return the tasks of meta_test that all are judged on."""
    dataset = umeta.load("omniglot").dataset
    return TestTasks.draw(dataset, SHAPE, n_tasks=N_TASKS, split="meta_test", seed=0).tasks


if __name__ == "__main__":
    main()
