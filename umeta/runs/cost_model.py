"""How long a run will take, told before it starts: from earlier runs here, or from times measured elsewhere."""

from typing import TYPE_CHECKING

from umeta.cache import Home
from umeta.evaluation.method_id import ON_CLUSTERS
from umeta.runs import RunConfig, list_runs
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
TRAINING, TRAINING_STEPS = 7e-4, 2e-4
"""Seconds per unit of training on one CPU core: of a learner without gradient steps within a task, and with them; that
has fewer filters, and its support passes once a step."""
TEST, TEST_STEPS = 3e-5, 8e-5
"""Seconds per unit of testing: of a learner or baseline without gradient steps within a task, and with them."""
ON_EMBEDDINGS = {"mlp": 0.04, "linear": 0.003}
"""Seconds a baseline on embeddings takes for a task; 0 for those that fit nothing."""
MAX_EARLIER_RUNS = 5
"""Earlier runs that an estimate rests on, the latest."""


def work_of_step(config: RunConfig) -> float:
    """Return how many images of 28 × 28 one training step passes through the network."""
    task, learner = config.task, config.learner
    passes = task.n_shot * (learner.train_gradient_steps or 1) + task.n_query
    work_of_image = _work_of_image(config, takes_steps=learner.test_gradient_steps is not None)
    return learner.tasks_per_step * task.n_way * passes * work_of_image


def seconds(config: RunConfig, home: Home) -> tuple[float, int]:
    """Return the estimated seconds, and how many earlier runs it rests on (0: on measured times of another machine).

    Training an encoder and clustering are not counted: they may be there already, from another run.
    """
    learner = config.learner
    estimate = START + sum(_seconds_of_baseline(config, baseline) for baseline in config.baselines)
    if learner.iterations == 0:
        return estimate, 0
    speeds = _earlier_speeds(config, home)
    measured = TRAINING if learner.train_gradient_steps is None else TRAINING_STEPS
    speed = sorted(speeds)[len(speeds) // 2] if speeds else measured
    training = learner.iterations * work_of_step(config) * speed
    n_trainings = 2 if config.oracle else 1
    return estimate + n_trainings * (training + _seconds_of_tests(config, learner)), len(speeds)


def seconds_of_training(config: RunConfig) -> float:
    """Return the seconds that one training takes on one CPU core, as measured elsewhere."""
    steps = config.learner.train_gradient_steps
    return config.learner.iterations * work_of_step(config) * (TRAINING if steps is None else TRAINING_STEPS)


def seconds_of_each_test(config: RunConfig) -> list[float]:
    """Return the seconds of each judgement on one CPU core, in the order in which a run makes them.

    A list of test tasks comes after the other, and on each the learner, the oracle and the baselines.
    """
    n_learners = 0 if config.learner.iterations == 0 else 2 if config.oracle else 1
    methods = [config.learner] * n_learners + list(config.baselines)
    return [_seconds_of_test(config, method, shape) for shape in config.test.shapes() for method in methods]


def _seconds_of_test(config: RunConfig, method: "Learner | Baseline", shape: TaskConfig) -> float:
    if getattr(method, "works_on", "images") == "embeddings":
        return ON_EMBEDDINGS.get(method.name, 0.0) * config.test.n_tasks
    steps = method.test_gradient_steps
    return _work_of_image(config, takes_steps=steps is not None) * _seconds_at(config, steps, shape)


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


def _seconds_of_baseline(config: RunConfig, baseline: "Baseline") -> float:
    """Return the seconds that judging a baseline takes, on all lists of test tasks."""
    if baseline.works_on == "embeddings":
        return ON_EMBEDDINGS.get(baseline.name, 0.0) * config.test.n_tasks * len(config.test.shapes())
    return _seconds_of_tests(config, baseline)


def _seconds_of_tests(config: RunConfig, method: "Learner | Baseline") -> float:
    """Return the seconds that judging a method on images takes, on all lists of test tasks."""
    steps = method.test_gradient_steps
    seconds_at_28 = sum(_seconds_at(config, steps, shape) for shape in config.test.shapes())
    return _work_of_image(config, takes_steps=steps is not None) * seconds_at_28


def _seconds_at(config: RunConfig, steps: int | None, shape: TaskConfig) -> float:
    """Return the seconds that judging takes at one way and shot, for images of 28 × 28."""
    if steps is None:
        return TEST * config.test.n_tasks * shape.n_way * (shape.n_shot + shape.n_query)
    n_tasks = dict(config.test.first).get(setting(shape), config.test.n_tasks)
    return TEST_STEPS * n_tasks * shape.n_way * (shape.n_shot * steps + shape.n_query)


def _work_of_image(config: RunConfig, *, takes_steps: bool) -> float:
    """Return how many units of work an image is, for a method that takes gradient steps within a task or not."""
    side = config.dataset.size or SIDE  # open where the images decide it
    return side**2 / PIXELS * (POOLED if takes_steps and _pools(side) else 1)


def _pools(side: int) -> bool:
    from umeta.backbones.conv4 import POOLED_FROM  # needs torch, which this module must not wait for

    return side >= POOLED_FROM
