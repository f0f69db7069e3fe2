"""A finished run opened again: its config, the images it was of, the tasks it was judged on."""

from umeta.cache import Home
from umeta.data import DATASETS, Dataset
from umeta.results.finished_run import Finished, Row, setting_of
from umeta.runs.config import RunConfig
from umeta.stage import OnStep, UserError, build, ignore_step
from umeta.tasks import TaskConfig, TestTasks


def config_of(run: Finished) -> RunConfig:
    """Return a run's config.

    Raises:
        UserError: it is of a method or an option that this version does not know.
    """
    return build(RunConfig, run.result["config"], where="")


def dataset_of(run: Finished, home: Home, *, on_step: OnStep = ignore_step) -> Dataset:
    """Load the data set of a run.

    Raises:
        UserError: it is not at hand.
    """
    return DATASETS.parse(run.result["config"]["dataset"]).load(home, on_step=on_step)


def tasks_of(run: Finished, row: Row, dataset: Dataset) -> TestTasks:
    """Return the list of test tasks behind a row, as the run saved it or drawn again from its seed.

    Raises:
        UserError: the list drawn again is another than that of the row: the data set has changed since.
    """
    if run.directory is not None:
        file = run.directory.path / "test_tasks" / f"{setting_of(row)}.safetensors"
        if file.exists():
            return TestTasks.load(file)
    test = run.result["config"]["test"]
    shape = TaskConfig(n_way=row["n_way"], n_shot=row["n_shot"], n_query=row["n_query"])
    found = TestTasks.draw(dataset, shape, n_tasks=test["n_tasks"], split=test["split"], seed=test["seed"])
    if found.hash != row["tasks_hash"]:
        raise UserError(
            f"run {run.run_id} was judged on tasks of hash {row['tasks_hash']}; drawn again they hash to {found.hash}: "
            f"the images of {dataset.images.name} are not those of the run."
        )
    return found
