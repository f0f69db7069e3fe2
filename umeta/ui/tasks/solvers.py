"""Who answers tasks here: the nearest neighbour in the sidebar's embedding, and learners of finished runs."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import streamlit as st
from jaxtyping import Float, Int

from umeta.results.finished_run import Finished
from umeta.runs import RunDirectory, list_runs
from umeta.stage import OnStep, UserError, ignore_step
from umeta.tasks import TaskBatch, TaskConfig
from umeta.tasks.report import nearest_accuracy
from umeta.ui.frame import state
from umeta.ui.tasks.image_rows import TaskImages

NEAREST = "nearest neighbour"


@dataclass(frozen=True, eq=False)
class Solver:
    """Something that answers tasks."""

    name: str
    classifier: Any
    """A `FewShotClassifier`."""
    inputs: Literal["embeddings", "images"]


def nearest_neighbour() -> Solver:
    """Return the nearest neighbour by Euclidean distance in the sidebar's embedding."""
    from umeta.baselines.nearest_neighbour import NeighbourClassifier

    return Solver(NEAREST, NeighbourClassifier(1), "embeddings")


def learners_at_hand(shape: TaskConfig) -> dict[str, Finished]:
    """Return the finished runs on the sidebar's images whose learner is kept and takes such tasks, newest first."""
    files = [run.path / "result.json" for run in list_runs(state.home())]
    runs = [_finished(str(file.parent), file.stat().st_mtime) for file in files if file.exists()]
    return {f"{_method(run)} · {run.run_id}": run for run in runs if _fits(run, shape)}


def solver_of(name: str, run: Finished) -> Solver:
    """Return a run's learner in the first of its batch-norm modes.

    Raises:
        UserError: its weights are not kept here.
    """
    from umeta.results.reload import config_of
    from umeta.results.trained_products import learner_of

    data, config = state.dataset(), config_of(run)
    true_classes = _on_true_classes(run)

    def opened(_) -> Any:
        weights = learner_of(run, data, state.home(), true_classes=true_classes)
        return config.learner.classifier(weights, batch_norm=config.learner.test_batch_norms[0])

    return Solver(name, state.remember("opened learner", run.run_id, "Opening the learner", opened), "images")


def answers(solver: Solver, batch: TaskBatch, pictures: TaskImages) -> Int[np.ndarray, "n_way n_query"]:
    """Return the row that a solver puts each query of one task in."""
    import torch

    vectors = state.embedding().vectors if solver.inputs == "embeddings" else None
    parts = (
        (pictures.images[pictures.support], pictures.images[pictures.query])
        if vectors is None
        else (vectors[batch.support[0]], vectors[batch.query[0]])
    )
    support, query = (torch.from_numpy(np.array(part)).to(state.device()) for part in parts)
    known, asked = (solver.classifier.embed(part.flatten(0, 1)) for part in (support, query))
    n_way, n_shot = support.shape[:2]
    scores = solver.classifier.scores(known.unflatten(0, (n_way, n_shot))[None], asked[None])
    return scores[0].argmax(dim=1).cpu().numpy().reshape(n_way, -1)


def accuracies(
    solver: Solver, tasks: TaskBatch, on_step: OnStep = ignore_step
) -> Float[np.ndarray, " n_tasks"]:
    """Return the share of each task's queries that a solver gets right; the tasks are not augmented."""
    if solver.inputs == "embeddings":
        return nearest_accuracy(state.embedding().vectors, tasks)

    from umeta.evaluation import evaluate

    images = state.dataset().images.tensor()
    correct = evaluate(solver.classifier, images, tasks, device=state.device(), on_step=on_step)
    return correct.mean(axis=(1, 2))


def _fits(run: Finished, shape: TaskConfig) -> bool:
    """Say whether a run is of the sidebar's images, and its learner is kept and takes tasks of that many ways."""
    if run.result["config"]["dataset"] != state.selection().dataset_method().model_dump(mode="json"):
        return False
    n_way, has_head = _kept(run.run_id, run)
    return bool(n_way) and (not has_head or shape.n_way <= n_way)


@st.cache_resource(max_entries=256, show_spinner=False)
def _finished(path: str, changed: float) -> Finished:
    found = Finished.of(RunDirectory(Path(path)))
    assert found is not None
    return found


@st.cache_resource(max_entries=256, show_spinner=False)
def _kept(run_id: str, _run: Finished) -> tuple[int, bool]:
    """Return the ways that a run's learner was trained with, 0 if it is not kept, and whether they are the most."""
    from umeta.device import pick_device
    from umeta.results.reload import config_of
    from umeta.runs import products

    try:
        config = config_of(_run)
    except UserError:  # of a method that this version does not know
        return 0, False
    device = pick_device(config.device)
    key = products.learner_key(state.dataset(), config, device, true_classes=_on_true_classes(_run))
    kept = config.learner.iterations > 0 and state.home().has("learners", key)
    return (config.task.n_way if kept else 0), config.learner.has_head


def _on_true_classes(run: Finished) -> bool:
    return _method(run).startswith("oracle-")


def _method(run: Finished) -> str:
    """Return what results call a run's own learner, not the oracle trained beside it."""
    label = run.result["config"]["learner"]["name"]
    names = [row["method"] for row in run.rows if row["method"].lower().endswith(f"-{label}")]
    return next((name for name in names if not name.startswith("oracle-")), names[0] if names else label)
