"""Baselines on saved test tasks, beside scikit-learn task by task: `umeta bench evaluation`.

1,000 20-way 5-shot tasks with 5 queries a class of Omniglot (of glyphs where it is not at hand), embedded by PCA; 50
of them for the network. The figure of equality is the share of queries that are answered otherwise: scikit-learn's
logistic regression stops before the minimum that ours is sure of. The network starts from other weights, so that its
figure is the difference of both accuracies.
"""

import warnings
from collections.abc import Callable
from functools import cache

import numpy as np
import torch
from sklearn.cluster import KMeans
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import pairwise_distances
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier
from threadpoolctl import threadpool_limits

import umeta
from tests.benchmarks.side_by_side import Case, Settings, measure, side_by_side
from umeta.baselines import BASELINES
from umeta.cache import Home
from umeta.data import datasets_at_hand
from umeta.evaluation import evaluate
from umeta.tasks import TaskBatch, TaskConfig, TestTasks

SHAPE = TaskConfig(n_way=20, n_shot=5, n_query=5)
N_TASKS, N_TASKS_OF_MLP, N_CLUSTERS = 1000, 50, 500
LABELS = np.repeat(np.arange(SHAPE.n_way), SHAPE.n_shot)
TRUTH = np.repeat(np.arange(SHAPE.n_way), SHAPE.n_query)

Answer = Callable[[np.ndarray, np.ndarray], np.ndarray]
"""Support (100, dim) and queries (100, dim) → the class of each query."""


def main() -> None:
    """Measure and print, as JSON with `--json`."""
    cases = {"nearest": nearest, "linear": linear, "matching": matching, "mlp": mlp}
    measure("evaluation", cases, packages=("torch", "scikit-learn", "numpy"))


def nearest(settings: Settings) -> Case:
    """The nearest support item."""

    def answer(support: np.ndarray, queries: np.ndarray) -> np.ndarray:
        return KNeighborsClassifier(1).fit(support, LABELS).predict(queries)

    return beside("nearest-neighbour", {}, answer, settings, at_most=1e-4)


def linear(settings: Settings) -> Case:
    """Logistic regression with C = 1."""

    def answer(support: np.ndarray, queries: np.ndarray) -> np.ndarray:
        return LogisticRegression(max_iter=1000).fit(support, LABELS).predict(queries)

    return beside("linear", {}, answer, settings, at_most=5e-3)


def matching(settings: Settings) -> Case:
    """The majority class of the nearest of 500 clusters that the support hits."""
    vectors, meta_train, _ = embedded()
    with threadpool_limits(settings.threads):
        centroids = (
            KMeans(N_CLUSTERS, init="random", random_state=0).fit(vectors[meta_train]).cluster_centers_
        )

    def answer(support: np.ndarray, queries: np.ndarray) -> np.ndarray:
        hit = pairwise_distances(support, centroids).argmin(1)
        clusters = np.unique(hit)
        majority = [np.bincount(LABELS[hit == cluster]).argmax() for cluster in clusters]
        return np.asarray(majority)[pairwise_distances(queries, centroids[clusters]).argmin(1)]

    return beside("cluster-matching", {}, answer, settings, at_most=1e-4, state={"centroids": centroids})


def mlp(settings: Settings) -> Case:
    """A network of 256 hidden units, 200 epochs, no dropout, which scikit-learn's does not have."""

    def answer(support: np.ndarray, queries: np.ndarray) -> np.ndarray:
        network = MLPClassifier(256, alpha=0, max_iter=200, n_iter_no_change=200, tol=0, random_state=0)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # 200 epochs are what was asked for
            return np.asarray(network.fit(support, LABELS).predict(queries))

    def accuracies(ours: np.ndarray, theirs: np.ndarray) -> float:
        return abs(float(ours.mean() - theirs.mean()))

    options = {"dropout": 0.0}
    return beside(
        "mlp", options, answer, settings, at_most=0.02, n_tasks=N_TASKS_OF_MLP, difference=accuracies
    )


def beside(
    name: str,
    options: dict[str, float],
    answer: Answer,
    settings: Settings,
    *,
    at_most: float,
    n_tasks: int = N_TASKS,
    state: dict[str, np.ndarray] | None = None,
    difference: Callable[[np.ndarray, np.ndarray], float] = lambda ours, theirs: float(
        (ours != theirs).mean()
    ),
) -> Case:
    """Measure a baseline, with what it learned from meta_train, beside what answers one task at a time."""
    vectors, _, every_task = embedded()
    tasks, inputs = every_task[:n_tasks], torch.from_numpy(vectors)
    method = BASELINES.parse({"name": name, **options})
    solver = method.classifier(
        state or {},
        vectors.shape[1:],
        SHAPE.n_way,
        generator=torch.Generator().manual_seed(0),
        device=settings.device,
    )

    def ours() -> np.ndarray:
        return evaluate(solver, inputs, tasks, device=settings.device)

    def theirs() -> np.ndarray:
        found = [
            answer(vectors[support.ravel()], vectors[query.ravel()]) == TRUTH
            for support, query in zip(tasks.support, tasks.query, strict=True)
        ]
        return np.asarray(found).reshape(tasks.query.shape)

    with threadpool_limits(settings.threads):
        return side_by_side(
            f"{name}, {n_tasks:,} tasks",
            ours=ours,
            peers={"scikit-learn": theirs},
            at_most=at_most,
            difference=difference,
            settings=settings,
        )


@cache
def embedded() -> tuple[np.ndarray, np.ndarray, TaskBatch]:
    """Return the embedding (n_items, 64), the items of meta_train, and the test tasks."""
    here = {one.name for one in datasets_at_hand(Home.from_environment()) if one.available}
    data = umeta.load("omniglot" if "omniglot" in here else "glyphs")
    tasks = TestTasks.draw(data.dataset, SHAPE, n_tasks=N_TASKS, split="meta_test", seed=0).tasks
    return np.array(umeta.embed(data, "pca").vectors), data.meta_train, tasks


if __name__ == "__main__":
    main()
