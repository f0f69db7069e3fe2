"""Every registered encoder, partition and learner with every other, on a tiny set.

The default suite takes each pair of them at least once; `-m slow` takes every combination.
"""

import itertools
import math

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

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
SMALL = {"n_filters": 8, "batch_size": 16}
"""The same for an encoder's training."""
CLUSTERS = {"n_clusters": 60}
"""So many that tasks can be drawn even where most of them end nearly empty, as Gaussians do in vectors like noise."""

names = [
    [name for name in ENCODERS.methods if name != "vectors"],  # which the images here do not have
    *(list(registry.methods) for registry in (PARTITIONS, LEARNERS)),
]
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
def files(home) -> dict[str, str]:
    """The files of the encoders that take one: a random projection of the pixels, and a model that averages them."""
    dataset = RunConfig.from_keys(TINY).dataset.load(home)
    pixels = dataset.images.images.reshape(len(dataset.images), -1) / 255
    directions = np.random.default_rng(0).normal(size=(pixels.shape[1], 8))
    names = np.array(["none", "meta_train", "meta_val", "meta_test"])[dataset.split_of + 1]
    embeddings, model = home.root / "embeddings.npz", home.root / "model.onnx"
    np.savez(embeddings, ids=np.array(dataset.images.ids), embeddings=pixels @ directions, split=names)
    nodes = [
        helper.make_node("AveragePool", ["x"], ["p"], kernel_shape=[7, 7], strides=[7, 7]),
        helper.make_node("Flatten", ["p"], ["y"]),
    ]
    taken, given = (
        helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
        for name, shape in (("x", ["batch", 1, 28, 28]), ("y", ["batch", 16]))
    )
    graph = helper.make_graph(nodes, "averages", [taken], [given])
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8), model)
    return {"import": str(embeddings), "onnx": str(model)}


def finish(combination: tuple[str, str, str], home: Home, files: dict[str, str]) -> None:
    name, partition, learner = combination
    encoder = f"{name}:{files[name]}" if name in files else name
    keys = (
        *(*TINY, f"encoder={encoder}", f"partition={partition}", f"learner={learner}"),
        *(f"encoder.{key}={value}" for key, value in SMALL.items() if has(ENCODERS, name, key)),
        *(f"learner.{key}={value}" for key, value in BRIEF.items() if has(LEARNERS, learner, key)),
        *(f"partition.{key}={value}" for key, value in CLUSTERS.items() if has(PARTITIONS, partition, key)),
    )
    config = RunConfig.from_keys(keys)
    _, result = execute(config, home)
    rows = result.rows
    assert len(rows) == 1 + len(config.learner.test_batch_norms)
    assert all(math.isfinite(row.accuracy) and 0 <= row.accuracy <= 1 for row in rows)


def has(registry: Registry, name: str, option: str) -> bool:
    stem = name if name in registry.methods and name not in registry.takes_argument else f"{name}:file"
    return option in registry.method_class(stem).model_fields


@pytest.mark.parametrize("combination", pairwise(*names), ids="-".join)
def test_every_pair_of_methods_ends(combination, home, files):
    finish(combination, home, files)


@pytest.mark.slow
@pytest.mark.parametrize("combination", EVERY, ids="-".join)
def test_every_combination_ends(combination, home, files):
    finish(combination, home, files)
