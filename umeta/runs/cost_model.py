"""How long a run will take, told before it starts: from earlier runs here, or from times measured elsewhere."""

from typing import Any

from umeta.cache import Home
from umeta.evaluation.method_id import ON_CLUSTERS
from umeta.runs import RunConfig, list_runs
from umeta.runs.config import setting
from umeta.stage import UserError
from umeta.tasks import TaskConfig

PIXELS = 28 * 28
"""An image of this size passes a network in one unit of work; others in proportion."""
POOLED = 2.4
"""How much more a pixel costs MAML's network for large images, which pools, than the strided one for small images."""
START = 6.0
"""Seconds to start and to embed with what is trained."""
TRAINING, TRAINING_STEPS = 7e-4, 2e-4
"""Seconds per unit of training on one CPU core: of a learner without gradient steps within a task, and with them; that
has fewer filters, and its support passes once a step."""
TEST, TEST_STEPS = 3e-5, 8e-5
"""Seconds per unit of testing: of a learner or baseline without gradient steps within a task, and with them."""
ON_EMBEDDINGS = {"mlp": 0.04, "linear": 0.003}
"""Seconds a baseline on embeddings takes for a task; 0 for those that fit nothing."""


def work_of_step(config: RunConfig) -> float:
    """Return how many images of 28 × 28 one training step passes through the network."""
    task, learner = config.task, config.learner
    passes = task.n_shot * getattr(learner, "inner_steps", 1) + task.n_query
    return learner.tasks_per_step * task.n_way * passes * _size(config, learner)


def seconds(config: RunConfig, home: Home) -> tuple[float, int]:
    """Return the estimated seconds, and how many earlier runs it rests on (0: on measured times of another machine).

    Training an encoder and clustering are not counted: they may be there already, from another run.
    """
    learner = config.learner
    trainings = 2 if config.oracle else 1
    spent, runs = START + sum(_testing(config, one) for one in config.baselines), 0
    if learner.iterations:
        speeds = _earlier_speeds(config, home)
        measured = TRAINING_STEPS if hasattr(learner, "inner_steps") else TRAINING
        speed = sorted(speeds)[len(speeds) // 2] if speeds else measured
        training = learner.iterations * work_of_step(config) * speed
        spent, runs = spent + trainings * (training + _testing(config, learner)), len(speeds)
    return spent, runs


def _earlier_speeds(config: RunConfig, home: Home) -> list[float]:
    """Return the seconds per unit of training of the last runs of the learner."""
    speeds: list[float] = []
    for run in list_runs(home):
        result = run.result()
        if result is None or result.config["learner"]["name"] != config.learner.name or len(speeds) == 5:
            continue
        try:
            earlier = run.config()
        except UserError:
            continue  # of an earlier version, with options that are gone
        spent = result.seconds.get(f"train {ON_CLUSTERS}")
        if spent:
            speeds.append(spent / (earlier.learner.iterations * work_of_step(earlier)))
    return speeds


def _testing(config: RunConfig, method: Any) -> float:
    """Return the seconds that judging a learner or a baseline takes, on all lists of test tasks."""
    if getattr(method, "works_on", "images") == "embeddings":
        return ON_EMBEDDINGS.get(method.name, 0.0) * config.test.n_tasks * len(config.test.shapes())
    return _size(config, method) * sum(_testing_at(config, method, shape) for shape in config.test.shapes())


def _testing_at(config: RunConfig, method: Any, shape: TaskConfig) -> float:
    """Return the seconds that judging takes at one way and shot, for images of 28 × 28."""
    steps = _steps(method)
    if steps is None:
        return TEST * config.test.n_tasks * shape.n_way * (shape.n_shot + shape.n_query)
    n_tasks = dict(config.test.first).get(setting(shape), config.test.n_tasks)
    return TEST_STEPS * n_tasks * shape.n_way * (shape.n_shot * steps + shape.n_query)


def _steps(method: Any) -> int | None:
    """Return the gradient steps of a method on a test task; None for one that takes none."""
    return getattr(method, "test_inner_steps", getattr(method, "steps", None))


def _size(config: RunConfig, method: Any) -> float:
    """Return how many units an image is."""
    side = getattr(config.dataset, "size", 28)
    return side**2 / PIXELS * (POOLED if _steps(method) is not None and _pools(side) else 1)


def _pools(side: int) -> bool:
    from umeta.backbones.conv4 import POOLED_FROM  # needs torch, which this module must not wait for

    return side >= POOLED_FROM
