"""How long a run will take, told before it starts: from earlier runs here, or from times measured elsewhere."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from umeta.cache import Home
from umeta.evaluation.method_id import ON_CLUSTERS
from umeta.runs.config import RunConfig
from umeta.runs.directory import list_runs
from umeta.runs.testing import setting
from umeta.stage import UserError
from umeta.tasks import TaskConfig

if TYPE_CHECKING:  # their modules need torch, which an estimate must not wait for
    from umeta.baselines import Baseline
    from umeta.learners import Learner

SIDE = 28
PIXELS = 28 * 28
"""An image of this size passes a network in one unit of work; others in proportion."""
POOLED = 2.4
"""How much more a pixel costs MAML's network for large images, which pools, than the strided one for small images."""
START = 6.0
"""Seconds to start and to embed with what is trained."""
TRAINING, TRAINING_STEPS = 6e-4, 2e-4
"""Seconds per unit of training on one CPU core: of a learner without gradient steps within a task, and with them; that
has fewer filters, and its support passes once a step."""
FORWARD = 2e-4
"""Seconds per unit of embedding images with what was trained: a third of TRAINING, whose way back is twice as long."""
TEST, TEST_STEPS = 2e-5, 8e-5
"""Seconds per embedded image of a test task, and per unit of testing with gradient steps within a task."""
VIEW = 8e-5
"""Seconds per unit of making a random view of an image and of embedding it for the baselines."""
DISTINCT_IMAGES = 5000
"""Images that a list of test tasks is made of, unless that is known; each is embedded once, views for each task."""
ON_EMBEDDINGS = {"mlp": 0.04, "linear": 0.003}
"""Seconds a baseline on embeddings takes for a task; 0 for those that fit nothing."""
MAX_EARLIER_RUNS = 5
"""Earlier runs that an estimate rests on, the latest."""


def work_of_step(config: RunConfig, side: int | None = None) -> float:
    """Return how many images of 28 × 28 one training step passes through the network; `side` is that of the images."""
    task, learner = config.task, config.learner
    passes = task.n_shot * (learner.train_gradient_steps or 1) + task.n_query
    work_of_image = _work_of_image(config, takes_steps=learner.test_gradient_steps is not None, side=side)
    return learner.tasks_per_step * task.n_way * passes * work_of_image


def seconds(config: RunConfig, home: Home) -> tuple[float, int]:
    """Return the estimated seconds, and how many earlier runs it rests on (0: on measured times of another machine).

    Training an encoder and clustering are not counted: they may be there already, from another run.
    """
    tests = START + sum(seconds_of_each_test(config))
    if config.learner.iterations == 0:
        return tests, 0
    speeds = _earlier_speeds(config, home)
    training = seconds_of_training(config)
    if speeds:
        training = config.learner.iterations * work_of_step(config) * sorted(speeds)[len(speeds) // 2]
    return tests + (2 if config.oracle else 1) * training, len(speeds)


def seconds_of_training(config: RunConfig, side: int | None = None) -> float:
    """Return the seconds that one training takes on one CPU core, as measured elsewhere, on images of a side."""
    of_unit = TRAINING if config.learner.train_gradient_steps is None else TRAINING_STEPS
    return config.learner.iterations * work_of_step(config, side) * of_unit


def seconds_of_each_test(
    config: RunConfig, n_images: Mapping[str, int] = MappingProxyType({})
) -> list[float]:
    """Return the seconds of each judgement on one CPU core, in the order in which a run makes them.

    A list of test tasks comes after the other, and on each the learner, the oracle and the baselines; on tasks of
    views they are judged together, in one.

    Args:
        config: The run's config.
        n_images: How many images each list of test tasks is made of, by its setting, as far as that is known.
    """
    n_learners = 0 if config.learner.iterations == 0 else 2 if config.oracle else 1
    methods = [config.learner] * n_learners + list(config.baselines)
    tests: list[float] = []
    for shape in config.test.shapes():
        distinct = n_images.get(setting(shape), DISTINCT_IMAGES)
        on_list = [_seconds_of_test(config, method, shape, distinct) for method in methods]
        if config.test.of == "views":
            made = VIEW * _task_images(config, shape) * _work_of_image(config, takes_steps=False)
            on_list = [made + sum(on_list)]
        tests += on_list
    return tests


def _seconds_of_test(
    config: RunConfig, method: "Learner | Baseline", shape: TaskConfig, n_images: int
) -> float:
    """Return the seconds of judging a method at one way and shot."""
    if getattr(method, "works_on", "images") == "embeddings":
        return ON_EMBEDDINGS.get(method.name, 0.0) * config.test.n_tasks
    steps = method.test_gradient_steps
    work = _work_of_image(config, takes_steps=steps is not None)
    if steps is not None:
        n_tasks = dict(config.test.first).get(setting(shape), config.test.n_tasks)
        return TEST_STEPS * work * n_tasks * shape.n_way * (shape.n_shot * steps + shape.n_query)
    asked = _task_images(config, shape)
    embedded = asked if config.test.of == "views" else min(asked, n_images)
    return FORWARD * work * embedded + TEST * asked


def _task_images(config: RunConfig, shape: TaskConfig) -> int:
    """Return how many images all test tasks of a shape have together."""
    return config.test.n_tasks * shape.n_way * shape.items_per_class


def _earlier_speeds(config: RunConfig, home: Home) -> list[float]:
    """Return the seconds per unit of training of the last runs of the learner."""
    speeds: list[float] = []
    for run in list_runs(home):
        if len(speeds) == MAX_EARLIER_RUNS:
            break
        result = run.result()
        if result is None or result.config["learner"]["name"] != config.learner.name:
            continue
        try:
            earlier = run.config()
        except UserError:
            continue  # of an earlier version, with options that are gone
        training = result.seconds.get(f"train {ON_CLUSTERS}")
        if training:
            speeds.append(training / (earlier.learner.iterations * work_of_step(earlier)))
    return speeds


def _work_of_image(config: RunConfig, *, takes_steps: bool, side: int | None = None) -> float:
    """Return how many units of work an image is, for a method that takes gradient steps within a task or not."""
    side = side or config.dataset.size or SIDE  # open where the images decide it
    return side**2 / PIXELS * (POOLED if takes_steps and _pools(side) else 1)


def _pools(side: int) -> bool:
    from umeta.backbones.conv4 import POOLED_FROM  # needs torch, which this module must not wait for

    return side >= POOLED_FROM
