"""Every registered encoder, partition and learner with every other, on a tiny set.

The default suite takes each pair of them at least once; `-m slow` takes every combination.
"""

import itertools
import math

import numpy as np
import pytest

from umeta.cache import Home
from umeta.encoders import ENCODERS
from umeta.learners import LEARNERS
from umeta.partitions import PARTITIONS
from umeta.runs import RunConfig
from umeta.runs.pipeline import execute
from umeta.stage import Registry

pytestmark = pytest.mark.lengthy

TINY = (
    "budget=smoke", "device=cpu", "dataset.n_classes=40", "dataset.n_alphabets=4", "dataset.n_drawers=12",
    "task.n_way=2", "task.n_query=3", "test.n_query=3", "test.n_tasks=4", "baselines=prototypes",
)  # fmt: skip
BRIEF = {"iterations": 1, "n_filters": 4, "tasks_per_step": 1, "inner_steps": 1, "test_inner_steps": 1}
"""What makes a learner's training brief, of the options that it has."""
CLUSTERS = {"n_clusters": 60}
"""So many that tasks can be drawn even where most of them end nearly empty, as Gaussians do in vectors like noise."""

names = [list(registry.methods) for registry in (ENCODERS, PARTITIONS, LEARNERS)]
EVERY = list(itertools.product(*names))


def pairwise(encoders: list[str], partitions: list[str], learners: list[str]) -> list[tuple[str, str, str]]:
    """Every encoder with every partition, and learners in turn, so that each meets each of both."""
    return [
        (encoder, partition, learners[(i + j) % len(learners)])
        for i, encoder in enumerate(encoders)
        for j, partition in enumerate(partitions)
    ]


def test_the_subset_holds_every_pair():
    found = pairwise(*names)
    for one, other in ((0, 1), (0, 2), (1, 2)):
        pairs = {(combination[one], combination[other]) for combination in found}
        missing = set(itertools.product(names[one], names[other])) - pairs
        assert not missing
    assert len(found) == len(names[0]) * len(names[1])


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Home:
    """One home for all, so that each encoder is fitted once."""
    root = tmp_path_factory.mktemp("combinations")
    return Home(root, (root / "data",))


@pytest.fixture(scope="module")
def imported(home) -> str:
    """A file of embeddings of the tiny set: a random projection of its pixels."""
    dataset = RunConfig.from_keys(TINY).dataset.load(home)
    pixels = dataset.images.images.reshape(len(dataset.images), -1) / 255
    directions = np.random.default_rng(0).normal(size=(pixels.shape[1], 8))
    names = np.array(["none", "meta_train", "meta_val", "meta_test"])[dataset.split_of + 1]
    path = home.root / "embeddings.npz"
    np.savez(path, ids=np.array(dataset.images.ids), embeddings=pixels @ directions, split=names)
    return str(path)


def finish(combination: tuple[str, str, str], home: Home, imported: str) -> None:
    encoder, partition, learner = combination
    encoder = f"{encoder}:{imported}" if encoder in ENCODERS.takes_argument else encoder
    keys = (
        *(*TINY, f"encoder={encoder}", f"partition={partition}", f"learner={learner}"),
        *(f"learner.{key}={value}" for key, value in BRIEF.items() if has(LEARNERS, learner, key)),
        *(f"partition.{key}={value}" for key, value in CLUSTERS.items() if has(PARTITIONS, partition, key)),
    )
    config = RunConfig.from_keys(keys)
    _, result = execute(config, home)
    rows = result.rows
    assert len(rows) == 1 + len(config.learner.test_batch_norms)
    assert all(math.isfinite(row.accuracy) and 0 <= row.accuracy <= 1 for row in rows)


def has(registry: Registry, name: str, option: str) -> bool:
    return option in registry.method_class(name).model_fields


@pytest.mark.parametrize("combination", pairwise(*names), ids="-".join)
def test_every_pair_of_methods_ends(combination, home, imported):
    finish(combination, home, imported)


@pytest.mark.slow
@pytest.mark.parametrize("combination", EVERY, ids="-".join)
def test_every_combination_ends(combination, home, imported):
    finish(combination, home, imported)
