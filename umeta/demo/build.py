"""Make the bundle anew: `python -m umeta.demo.build`.

It executes one run and stores what Start shows of it: a map, its clusters, some practice tasks made of them, and some
of the test tasks with each method's answer to each query. Of the same run over a plainer embedding it stores the
accuracies, and of MAML on the same tasks the weights. Anything that was computed before is found in UMETA_HOME.
"""

import json
import shutil
import sys
from dataclasses import asdict
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import save_file

from umeta.browser.map.points import MapPoints
from umeta.browser.map.sprites import Sprite
from umeta.cache import Home
from umeta.data import Dataset
from umeta.demo.answers import answers_by_method
from umeta.demo.bundle import DRAW_LEARNER, FOLDER, MAML, RUN
from umeta.demo.recipe import (
    BASELINE,
    KEYS,
    LEARNER,
    MAML_KEYS,
    N_TASKS,
    ORACLE,
    PLAIN_KEYS,
    PRACTICE,
    PROJECTION,
)
from umeta.figures.palette import colour_groups
from umeta.learners.training import load_state, save_state
from umeta.partitions import Partition
from umeta.partitions.typicality import distances_to_means, medoids
from umeta.randomness import Stream, numpy_generator
from umeta.results.reload import SHIPPED_LEARNER
from umeta.runs import RunConfig, RunDirectory, execute, map_positions, products
from umeta.runs.pipeline import prepare
from umeta.stage import Step
from umeta.tasks import PartitionSource, TestTasks


def build(target: Path, home: Home) -> None:
    """Execute the runs and write the bundle into `target`."""
    config, dataset = prepare(RunConfig.from_keys(KEYS), home)
    run, _ = execute(config, home, on_step=_tell)
    _, plain = execute(RunConfig.from_keys(PLAIN_KEYS), home, on_step=_tell)
    maml, _ = execute(RunConfig.from_keys(MAML_KEYS), home, on_step=_tell)
    for part in ("media", RUN.name, MAML.name):
        shutil.rmtree(target / part, ignore_errors=True)
    (target / "plain.json").write_text(json.dumps(plain.to_json(), indent=1) + "\n")
    _write_run(run, target / RUN.name)
    _write_run(maml, target / MAML.name)
    _write_learner(run, dataset, DRAW_LEARNER)
    _write_learner(maml, dataset, target / MAML.name / SHIPPED_LEARNER)
    _write_map_and_tasks(config, dataset, run, target, home)
    for file in target.rglob("*"):
        if file.is_file():
            file.chmod(0o644)  # some are written through temporary files, which only their owner may read


def _write_map_and_tasks(
    config: RunConfig, dataset: Dataset, run: RunDirectory, target: Path, home: Home
) -> None:
    """Write demo.safetensors, demo.json and media."""
    device, items = torch.device(config.device), dataset.items("meta_train")
    embedding = products.embed(dataset, config.encoder, home, device=device)
    partition = products.partition(dataset, embedding, config.partition, home)[0]
    positions = map_positions.positions(embedding, items, PROJECTION, home)
    exams = TestTasks.load(run.path / "test_tasks" / "5way_1shot.safetensors").tasks[:N_TASKS]
    answers = answers_by_method(config, dataset, embedding.vectors, run, exams)
    practice = PartitionSource([partition.clusters]).sample(
        N_TASKS, PRACTICE, rng=numpy_generator(0, Stream.SAMPLE)
    )
    sprite = Sprite.publish(dataset.images.images, target / "media", ink=True)
    points = MapPoints.publish(positions, items, target / "media", sprite)
    arrays = {
        **_map_arrays(dataset, embedding.vectors, partition, points),
        "practice": np.concatenate([practice.support, practice.query], axis=2),
        "support": exams.support[..., 0],
        "query": exams.query,
        **{f"answers/{name}": rows for name, rows in answers.items()},
    }
    save_file({name: _narrowest(array) for name, array in arrays.items()}, target / "demo.safetensors")
    about = {
        "command": "python -m umeta run " + " ".join(KEYS),
        "plain_command": "python -m umeta run " + " ".join(PLAIN_KEYS),
        "config": config.model_dump(mode="json"),
        "projection": PROJECTION,
        "points": points.name,
        "sprite": asdict(sprite),
        "answered_by": list(answers),
        "learner": LEARNER,
        "baseline": BASELINE,
        "oracle": ORACLE,
        "n_clusters": partition.n_clusters,
    }
    (target / "demo.json").write_text(json.dumps(about, indent=1) + "\n")


def _map_arrays(
    dataset: Dataset, embedding: np.ndarray, partition: Partition, points: MapPoints
) -> dict[str, np.ndarray]:
    """Return what the map of the bundle shows, and the true class of every item."""
    clusters, classes = partition.clusters[points.items], dataset.classes.values[points.items]
    typical = medoids(partition.clusters, distances_to_means(embedding, partition.clusters))
    return {
        "positions": points.positions,
        "items": points.items,
        "classes": dataset.classes.values,
        "clusters": clusters,
        "cluster_colours": colour_groups(clusters, points.positions).painted(clusters)[0],
        "class_colours": colour_groups(classes, points.positions).painted(classes)[0],
        "medoids": np.array(list(typical.values())),
    }


def _write_run(run: RunDirectory, target: Path) -> None:
    result = run.result()
    if result is None:
        raise RuntimeError("the run was executed before")
    target.mkdir(parents=True)
    (target / "result.json").write_text(json.dumps(result.to_json(), indent=1) + "\n")
    (target / "config.json").write_text(json.dumps(dict(result.config), indent=1) + "\n")
    shutil.copy(run.path / "correct.safetensors", target)
    shutil.copytree(run.path / "test_tasks", target / "test_tasks")


def _write_learner(run: RunDirectory, dataset: Dataset, target: Path) -> None:
    """Write a learner's weights, without the optimiser's moments, which are twice as large."""
    config = run.config()
    path = run.checkpoints / "CACTUs.safetensors"
    n_way = config.task.n_way
    state = load_state(config.learner, path, dataset.images.item_shape, n_way, device=torch.device("cpu"))
    state.optimizer.state.clear()
    save_state(state, target)


def _narrowest(array: np.ndarray) -> np.ndarray:
    """Return integers in the narrowest type that holds them."""
    array = np.ascontiguousarray(array)
    if array.dtype.kind not in "iu" or array.dtype == np.uint8:
        return array
    kind = next(kind for kind in (np.int16, np.int32, np.int64) if abs(array).max() <= np.iinfo(kind).max)
    return array.astype(kind)


def _tell(step: Step) -> None:
    if step.done == step.total or step.done % 50 == 0:
        sys.stderr.write(f"{step.stage} {step.note} {step.done}/{step.total}\n")


if __name__ == "__main__":
    build(FOLDER, Home.from_environment())
