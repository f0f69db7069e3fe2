"""A finished run opened again: its config, its images, its test tasks, its learner and its embedding."""

from contextlib import suppress
from typing import TYPE_CHECKING

from umeta.cache import Home
from umeta.data import DATASETS, Dataset
from umeta.device import pick_device
from umeta.encoders import Embedding
from umeta.results.finished_run import FinishedRun
from umeta.runs.config import RunConfig
from umeta.runs.result import ResultRow
from umeta.stage import OnStep, UserError, build, ignore_step
from umeta.tasks import TaskConfig, TestTasks

if TYPE_CHECKING:  # needs torch, which the Results page must not wait for
    from umeta.learners import LearnerState

SHIPPED_LEARNER = "learner.safetensors"
"""The weights in the directory of a run that came with umeta, where it has them."""


def config_of(run: FinishedRun) -> RunConfig:
    """Return a run's config.

    Raises:
        UserError: it is of a method or an option that this version does not know.
    """
    return build(RunConfig, run.result.config, where="")


def dataset_of(run: FinishedRun, home: Home, *, on_step: OnStep = ignore_step) -> Dataset:
    """Load the data set of a run.

    Raises:
        UserError: it is not at hand.
    """
    return DATASETS.parse(run.result.config["dataset"]).load(home, on_step=on_step)


def tasks_of(run: FinishedRun, row: ResultRow, dataset: Dataset) -> TestTasks:
    """Return the list of test tasks behind a row, as the run saved it or drawn again from its seed.

    Raises:
        UserError: the list drawn again is another than that of the row: the data set has changed since.
    """
    if run.directory is not None:
        file = run.directory.path / "test_tasks" / f"{row.setting}.safetensors"
        with suppress(UserError):  # damaged or another run's: it is drawn again
            if file.exists() and (tasks := TestTasks.load(file)).hash == row.tasks_hash:
                return tasks
    test = run.result.config["test"]
    shape = TaskConfig(n_way=row.n_way, n_shot=row.n_shot, n_query=row.n_query)
    tasks = TestTasks.draw(
        dataset,
        shape,
        n_tasks=test["n_tasks"],
        split=test["split"],
        seed=test["seed"],
        of=run.result.judged_on,
        query_dirichlet=test.get("query_dirichlet"),
    )
    if tasks.hash != row.tasks_hash:
        raise UserError(
            f"run {run.run_id} was judged on tasks of hash {row.tasks_hash}; drawn again they hash to {tasks.hash}: "
            f"the images of {dataset.images.name} are not those of the run."
        )
    return tasks


def comes_with_learner(run: FinishedRun) -> bool:
    """Return whether a run that was computed elsewhere brought its learner's weights."""
    return run.directory is not None and (run.directory.path / SHIPPED_LEARNER).exists()


def learner_of(run: FinishedRun, dataset: Dataset, home: Home, *, true_classes: bool) -> "LearnerState":
    """Return the learner that a run trained, on its own tasks or on true classes.

    Raises:
        UserError: it is not kept here.
    """
    from umeta.learners.training import load_state
    from umeta.runs.trained_products import trained

    config = config_of(run)
    device = pick_device(config.device)

    def shipped() -> "LearnerState":
        if run.directory is not None and comes_with_learner(run):
            file = run.directory.path / SHIPPED_LEARNER
            return load_state(
                config.learner, file, dataset.images.item_shape, config.task.n_way, device=device
            )
        raise UserError(
            f"the weights that run {run.run_id} trained are not kept here: launch it again to open its learner."
        )

    return trained(dataset, config, home, true_classes=true_classes, device=device, train=shipped)


def embedding_of(run: FinishedRun, dataset: Dataset, home: Home) -> Embedding:
    """Return the embedding that a run's clusters were made of.

    Raises:
        UserError: it is not kept here.
    """
    from umeta.runs import products

    config = config_of(run)
    device = pick_device(config.device)
    if not home.has("embeddings", products.embedding_key(dataset, config.encoder, device)):
        raise UserError(
            f"the embedding of run {run.run_id} is not kept here: launch it again to compare with it."
        )
    return products.embed(dataset, config.encoder, home, device=device)
