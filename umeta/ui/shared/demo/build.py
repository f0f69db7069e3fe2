"""Make the bundle anew: `python -m umeta.ui.shared.demo.build`.

It executes one run and keeps what Start shows of it: a map, its clusters, some practice tasks made of them, and some
of the test tasks with each method's answer to each question. Of the same run over a plainer embedding it keeps the
accuracies, and of MAML on the same tasks the weights. Anything that was computed before is found in UMETA_HOME.
"""

import json
import shutil
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.numpy import save_file

from umeta.cache import Home
from umeta.data import Dataset
from umeta.figures.palette import colour_groups
from umeta.learners.training import load_state, save_state
from umeta.partitions import Partition
from umeta.results.trained_products import SHIPPED_LEARNER
from umeta.runs import RunConfig, RunDirectory, execute, products
from umeta.runs.pipeline import prepare
from umeta.stage import Step
from umeta.tasks import PartitionSource, TaskBatch, TaskConfig, TestTasks
from umeta.ui.shared.demo.bundle import FOLDER, MAML, RUN
from umeta.ui.shared.map import MapPoints, Sprite

WORDS = (
    "dataset=glyphs",
    "dataset.n_alphabets=12",
    "dataset.n_classes=180",  # 3,600 drawings: their sprite is most of the bundle
    "dataset.split_seed=1",  # the options were chosen on split seed 0
    "encoder=simclr",
    "encoder.steps=600",
    "partition=kmeans",
    "partition.n_clusters=150",  # about 17 drawings each
    "partition.n_partitions=10",
    "learner=protonets",
    "learner.iterations=600",
    "task.n_way=10",
    "task.n_query=5",
    "oracle=true",
    "test.n_way=5",
    "test.n_tasks=1000",
    "seed=0",
)
PLAIN_WORDS = tuple(
    {"encoder=simclr": "encoder=pca", "oracle=true": "oracle=false"}.get(word, word)
    for word in WORDS
    if not word.startswith("encoder.")
)
"""The same from the pixels as they are; what the oracle practises on does not depend on the encoder."""
MAML_WORDS = tuple(
    {
        "learner=protonets": "learner=maml",
        "learner.iterations=600": "baselines=",
        "oracle=true": "oracle=false",
    }.get(word, word)
    for word in WORDS
)
"""MAML on the same practice tasks; its weights are kept, so that its gradient steps can be watched."""
PROJECTION = "tsne"  # fills the plane evenly, where UMAP leaves most of it to a few far islands
N_TASKS = 24
PRACTICE = TaskConfig(n_way=5, n_shot=1, n_query=5)
LEARNER, BASELINE, ORACLE = "CACTUs-ProtoNets", "nearest-neighbour", "oracle-ProtoNets"


def build(target: Path, home: Home) -> None:
    """Execute the runs and write the bundle into `target`."""
    config, dataset = prepare(RunConfig.from_keys(WORDS), home)
    run, _ = execute(config, home, on_step=_tell)
    _, plain = execute(RunConfig.from_keys(PLAIN_WORDS), home, on_step=_tell)
    maml, _ = execute(RunConfig.from_keys(MAML_WORDS), home, on_step=_tell)
    device = torch.device(config.device)
    embedding = products.embed(dataset, config.encoder, home, device=device)
    key = products.embedding_key(dataset, config.encoder, device)
    partition = products.partition(dataset, embedding, key, config.partition, home)[0]
    items = dataset.items("meta_train")
    positions = products.positions(embedding, items, key, PROJECTION, home)
    exams = TestTasks.load(run.path / "test_tasks" / "5way_1shot.safetensors").tasks[:N_TASKS]
    answers = _answers(config, dataset, embedding, run, exams)
    practice = PartitionSource([partition.clusters]).sample(N_TASKS, PRACTICE, rng=np.random.default_rng(0))

    for part in ("media", RUN.name, MAML.name):
        shutil.rmtree(target / part, ignore_errors=True)
    sprite = Sprite.publish(dataset.images.images, target / "media", ink=True)
    points = MapPoints.publish(positions, items, target / "media", sprite)
    arrays = {
        "positions": points.positions,
        "items": points.items,
        "classes": dataset.classes.values,
        "clusters": partition.clusters[items],
        "cluster_colours": colour_groups(partition.clusters[items], positions).painted(
            partition.clusters[items]
        )[0],
        "class_colours": colour_groups(dataset.classes.values[items], positions).painted(
            dataset.classes.values[items]
        )[0],
        "medoids": _medoids(embedding, partition),
        "practice": np.concatenate([practice.support, practice.query], axis=2),
        "support": exams.support[..., 0],
        "query": exams.query,
        **{f"answers/{name}": given for name, given in answers.items()},
    }
    small = {name: _smallest(array) for name, array in arrays.items()}
    save_file(small, target / "demo.safetensors")
    about = {
        "command": "python -m umeta run " + " ".join(WORDS),
        "plain_command": "python -m umeta run " + " ".join(PLAIN_WORDS),
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
    (target / "plain.json").write_text(json.dumps(plain, indent=1) + "\n")
    (target / "demo.json").write_text(json.dumps(about, indent=1) + "\n")
    _keep_run(run, target / RUN.name)
    _keep_run(maml, target / MAML.name)
    _keep_learner(maml, dataset, target / MAML.name)
    for file in target.rglob("*"):
        if file.is_file():
            file.chmod(0o644)  # some are written through temporary files, which only their owner may read


def _answers(
    config: RunConfig, dataset: Dataset, embedding: np.ndarray, run: RunDirectory, tasks: TaskBatch
) -> dict[str, np.ndarray]:
    """Ask each method which class it takes each query for, and check that against the run's record."""
    device = torch.device(config.device)
    images = torch.from_numpy(np.array(dataset.images.images))
    shape = dataset.images.item_shape
    mode = config.learner.test_batch_norms[0]
    found = {}
    for name, family in ((LEARNER, "CACTUs"), (ORACLE, "oracle")):
        path = run.checkpoints / f"{family}.safetensors"
        state = load_state(config.learner, path, shape, config.task.n_way, device=device)
        found[name] = _ask(config.learner.classifier(state, batch_norm=mode), images, tasks)
    baseline: Any = next(one for one in config.baselines if one.name == BASELINE)
    vectors = torch.from_numpy(np.array(embedding))
    solver = baseline.classifier(
        tuple(vectors.shape[1:]), 5, generator=torch.Generator().manual_seed(0), device=device
    )
    found[BASELINE] = _ask(solver, vectors, tasks)
    return found


@torch.no_grad()
def _ask(classifier: Any, inputs: torch.Tensor, tasks: TaskBatch) -> np.ndarray:
    support = torch.from_numpy(tasks.support)
    queries = torch.from_numpy(tasks.query.reshape(len(tasks), -1))
    embedded = classifier.embed(inputs)
    return (
        classifier.scores(embedded[support], embedded[queries]).argmax(2).reshape(tasks.query.shape).numpy()
    )


def _medoids(embedding: np.ndarray, partition: Partition) -> np.ndarray:
    """Return the item nearest to the mean of each cluster."""
    found = []
    for cluster in partition.sizes()[0]:
        members = np.flatnonzero(partition.clusters == cluster)
        centre = embedding[members].mean(axis=0)
        found.append(members[np.square(embedding[members] - centre).sum(axis=1).argmin()])
    return np.array(found)


def _keep_run(run: RunDirectory, target: Path) -> None:
    result: Any = run.result()
    target.mkdir(parents=True)
    (target / "result.json").write_text(json.dumps(result, indent=1) + "\n")
    (target / "config.json").write_text(json.dumps(result["config"], indent=1) + "\n")
    shutil.copy(run.path / "correct.safetensors", target)
    shutil.copytree(run.path / "test_tasks", target / "test_tasks")


def _keep_learner(run: RunDirectory, dataset: Dataset, target: Path) -> None:
    """Keep a learner's weights, without the optimiser's moments, which are twice as large."""
    config = run.config()
    path = run.checkpoints / "CACTUs.safetensors"
    n_way = config.task.n_way
    state = load_state(config.learner, path, dataset.images.item_shape, n_way, device=torch.device("cpu"))
    state.optimizer.state.clear()
    save_state(state, target / SHIPPED_LEARNER)


def _smallest(array: np.ndarray) -> np.ndarray:
    """Return integers in the narrowest type that holds them."""
    array = np.ascontiguousarray(array)
    if array.dtype.kind not in "iu" or array.dtype == np.uint8:
        return array
    fits = next(kind for kind in (np.int16, np.int32, np.int64) if abs(array).max() <= np.iinfo(kind).max)
    return array.astype(fits)


def _tell(step: Step) -> None:
    if step.done == step.total or step.done % 50 == 0:
        sys.stderr.write(f"{step.stage} {step.note} {step.done}/{step.total}\n")


if __name__ == "__main__":
    build(FOLDER, Home.from_environment())
