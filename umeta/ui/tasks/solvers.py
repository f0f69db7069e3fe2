"""What answers tasks here: the nearest neighbour in the sidebar's embedding, and learners of finished runs."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from jaxtyping import Float, Int

from umeta.browser.task_images import TaskImages
from umeta.evaluation.method_id import MethodKind
from umeta.results.finished_run import FinishedRun
from umeta.runs import list_runs
from umeta.stage import OnStep, UserError, ignore_step
from umeta.tasks import TaskBatch, TaskConfig
from umeta.tasks.difficulty import nearest_accuracy
from umeta.ui.frame import state
from umeta.ui.frame.memory import remember
from umeta.ui.shared.finished_runs import finished_run

if TYPE_CHECKING:
    from umeta.tasks import FewShotClassifier  # imports torch

NEAREST = "nearest neighbour"


@dataclass(frozen=True, eq=False)
class Solver:
    """Something that answers tasks."""

    name: str
    classifier: "FewShotClassifier"
    inputs: Literal["embeddings", "images"]


def nearest_neighbour() -> Solver:
    """Return the nearest neighbour by Euclidean distance in the sidebar's embedding."""
    from umeta.baselines.nearest_neighbour import NeighbourClassifier

    return Solver(NEAREST, NeighbourClassifier(1), "embeddings")


def available_learners(shape: TaskConfig) -> dict[str, FinishedRun]:
    """Return the finished runs on the sidebar's images whose learner can answer such tasks, the newest first."""
    runs = [finished_run(directory) for directory in list_runs(state.home())]
    return {f"{_own_learner(run)} · {run.run_id}": run for run in runs if run and _fits(run, shape)}


def learner_of_run(name: str, run: FinishedRun) -> Solver:
    """Return a run's learner in the first of its batch-norm modes.

    Raises:
        UserError: its weights are not kept here.
    """
    from umeta.results.reload import config_of, learner_of

    data, config = state.dataset(), config_of(run)
    true_classes = _on_true_classes(run)

    def open_learner(_) -> "FewShotClassifier":
        weights = learner_of(run, data, state.home(), true_classes=true_classes)
        return config.learner.classifier(weights, batch_norm=config.learner.test_batch_norms[0])

    classifier = remember("opened learner", run.run_id, label="Opening the learner", make=open_learner)
    return Solver(name, classifier, "images")


def answers(solver: Solver, batch: TaskBatch, pictures: TaskImages) -> Int[np.ndarray, "n_way n_query"]:
    """Return the row that a solver puts each query of one task in."""
    from umeta.evaluation.answers import task_answers

    if solver.inputs == "embeddings":
        support, query = (state.embedding().vectors[items[0]] for items in (batch.support, batch.query))
    else:
        support, query = (pictures.images[places] for places in (pictures.support, pictures.query))
    return task_answers(solver.classifier, support, query, device=state.device())


def accuracies(
    solver: Solver, tasks: TaskBatch, on_step: OnStep = ignore_step
) -> Float[np.ndarray, " n_tasks"]:
    """Return the share of each task's queries that a solver gets right; the tasks are not augmented."""
    if solver.inputs == "embeddings":
        return nearest_accuracy(state.embedding().vectors, tasks)
    from umeta.evaluation import evaluate
    from umeta.tasks.gathering import gatherable

    images = gatherable(state.dataset().images.images)
    correct = evaluate(solver.classifier, images, tasks, device=state.device(), on_step=on_step)
    return correct.mean(axis=(1, 2))


def _fits(run: FinishedRun, shape: TaskConfig) -> bool:
    """Return whether a run is of the sidebar's images, and its learner is here and takes tasks of that many ways."""
    if run.result.config["dataset"] != state.dataset_method().model_dump(mode="json"):
        return False
    return shape.n_way <= _max_ways(run)


def _max_ways(run: FinishedRun) -> int | float:
    """Return the largest number of ways that a run's learner can answer; 0 if its weights are not here.

    A learner with a head has one output for each way of its training tasks; for any other the number is infinite.
    """
    from umeta.device import pick_device
    from umeta.results.reload import config_of
    from umeta.runs import products

    try:
        config = config_of(run)
    except UserError:  # of a method that this version does not know
        return 0
    device = pick_device(config.device)
    key = products.learner_key(state.dataset(), config, device, true_classes=_on_true_classes(run))
    if config.learner.iterations == 0 or not state.home().has("learners", key):
        return 0
    return config.task.n_way if config.learner.has_head else math.inf


def _on_true_classes(run: FinishedRun) -> bool:
    learner = run.result.own_learner
    return learner is not None and learner.kind is MethodKind.ORACLE


def _own_learner(run: FinishedRun) -> str:
    """Return what results call the learner on a run's own tasks, not the oracle trained beside it."""
    learner = run.result.own_learner
    return run.result.config["learner"]["name"] if learner is None else learner.name
