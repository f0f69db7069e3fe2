"""A few training steps before an encoder is trained, so that the time left for the training after it is known too."""

from contextlib import suppress

import numpy as np

from umeta.learners.training import train
from umeta.runs import products
from umeta.runs.context import RunContext
from umeta.runs.stages import TRIAL
from umeta.runs.task_source import task_source
from umeta.stage import Step, UserError

STEPS = 4


def try_training(context: RunContext) -> None:
    """Train on made-up tasks for some steps, and throw away what was learned: only the events count, for their pace.

    Nothing is done where no encoder has to be trained first, for then the training itself soon shows its pace. The
    run's numbers stay as they are: what a step draws depends on the seed and on the step alone.
    """
    config, dataset = context.config, context.dataset
    key = products.embedding_key(dataset, config.encoder, context.device)
    if config.learner.iterations == 0 or not config.encoder.trains or context.home.has("embeddings", key):
        return
    items = dataset.items("meta_train")
    clusters = np.full(len(dataset.images), -1, np.int32)
    clusters[items] = np.arange(len(items)) // config.task.items_per_class
    with suppress(UserError):  # too few images for a task: it is said when the tasks are made
        train(
            config.learner.model_copy(update={"iterations": STEPS}),
            task_source(
                config, dataset, lambda: [clusters], lambda: np.zeros((len(clusters), 1), np.float32)
            ),
            config.task,
            context.images,
            seed=config.seed,
            device=context.device,
            on_step=lambda step: context.record(Step(TRIAL, step.done, step.total)),
        )
