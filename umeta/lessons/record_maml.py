"""Record the training that lesson 6 replays: `python -m umeta.lessons.record_maml`, minutes on two cores.

It is the training of the demo's MAML, from its first weights to those that come with umeta. At some steps it is kept
which row each query of some test tasks is put in, before the first gradient step on its examples and after each.
"""

import sys
from collections.abc import Sequence

import numpy as np
import torch
from jaxtyping import UInt8
from safetensors.numpy import save_file

from umeta.cache import Home
from umeta.demo import MAML
from umeta.demo.recipe import MAML_KEYS
from umeta.learners.learner import LearnerState
from umeta.learners.maml import Maml
from umeta.learners.maml_classifier import MamlClassifier
from umeta.learners.training import new_state, take_tasks, train
from umeta.lessons.recorded import GRADIENT_STEPS, MAML_FILE, MAML_STEPS, MAML_TASKS
from umeta.runs import RunConfig, products
from umeta.runs.pipeline import prepare
from umeta.stage import OnStep, Step, ignore_step
from umeta.tasks import PartitionSource, TaskBatch, TestTasks
from umeta.tasks.gathering import Items, gatherable


def record(
    home: Home, steps: Sequence[int] = MAML_STEPS, on_step: OnStep = ignore_step
) -> dict[str, np.ndarray]:
    """Train, and return what is kept.

    Args:
        home: Where the embedding and its partitions are kept; they take longer than the training.
        steps: After how many training steps it is looked at.
        on_step: Told of the progress.

    Returns:
        `steps` and `answers` (n_steps, 1 + gradient steps, n_tasks, n_way, n_query).
    """
    config, dataset = prepare(RunConfig.from_keys(MAML_KEYS), home, on_step=on_step)
    device, images = torch.device(config.device), gatherable(dataset.images.images)
    learner = config.learner
    assert isinstance(learner, Maml)
    embedding = products.embed(dataset, config.encoder, home, device=device, on_step=on_step)
    partitions = products.partition(dataset, embedding, config.partition, home, on_step=on_step)
    source = PartitionSource([partition.clusters for partition in partitions])
    state = new_state(learner, dataset.images, config.task.n_way, seed=config.seed, device=device)
    answers = []
    for until in steps:
        state = train(
            learner,
            source,
            config.task,
            dataset.images,
            seed=config.seed,
            device=device,
            state=state,
            until=until,
            on_step=on_step,
        )
        answers.append(answers_by_step(learner, state, images, watched_tasks()))
    return {"steps": np.array(steps, np.int32), "answers": np.stack(answers)}


def watched_tasks() -> TaskBatch:
    """Return the test tasks whose answers are kept."""
    return TestTasks.load(MAML / "test_tasks" / "5way_1shot.safetensors").tasks[:MAML_TASKS]


def adapting(learner: Maml, start: LearnerState) -> MamlClassifier:
    """Return the classifier that takes the gradient steps of the lesson from a start."""
    mode = learner.test_batch_norms[0]
    return MamlClassifier(start, mode, learner.n_filters, learner.inner_lr, GRADIENT_STEPS, head_only=False)


def answers_by_step(
    learner: Maml, start: LearnerState, images: Items, tasks: TaskBatch
) -> UInt8[np.ndarray, "n_gradient_steps n_tasks n_way n_query"]:
    """Return the row that each query is put in, before the first gradient step from a start and after each."""
    support, query = take_tasks(images, tasks, torch.device("cpu"))
    scores = adapting(learner, start).scores_by_step(support, query.flatten(1, 2))
    rows = [of_queries.argmax(-1).numpy().astype(np.uint8) for _, of_queries in scores]
    return np.stack(rows).reshape(GRADIENT_STEPS + 1, *tasks.query.shape)


def _tell(step: Step) -> None:
    if step.done % 100 == 0:
        sys.stderr.write(f"{step.stage} {step.done}/{step.total}\n")


if __name__ == "__main__":
    save_file(record(Home.from_environment(), on_step=_tell), MAML_FILE)
