"""Iterated CACTUs: the learner embeds the images it was trained on, they are clustered again, and training goes on.

The steps of the training are divided into rounds. Weights, optimiser and schedule are kept from round to round, as in
DeepCluster, so that a run of several rounds costs as many steps as one of a single round.

Reference: Ji, Zou, Huang, Wu, "Unsupervised Few-Shot Feature Learning via Self-Supervised Training" (UFLST), 2020,
algorithm 1, with any strategy in place of DBSCAN; Caron, Bojanowski, Joulin, Douze, "Deep Clustering", ECCV 2018.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from jaxtyping import Bool

from umeta.cache import Arrays
from umeta.encoders import Embedding
from umeta.evaluation import accuracy, evaluate
from umeta.evaluation.intervals import paired_difference
from umeta.learners import LearnerState
from umeta.partitions import Partition
from umeta.partitions.report import report
from umeta.runs import products
from umeta.runs.config import RunConfig
from umeta.runs.context import RunContext
from umeta.runs.result import TrainingRound
from umeta.runs.task_source import task_source
from umeta.stage import Step, UserError
from umeta.tasks import TaskConfig, TaskSource, TestTasks
from umeta.tasks.gathering import gather
from umeta.tasks.partition_tasks import PartitionTasks

log = logging.getLogger(__name__)

ITEMS_AT_ONCE = 2000
N_QUERY, N_TASKS, SEED = 5, 200, 0
"""Of the meta_val tasks that each round is judged on, of the way and shot of training."""

TrainTo = Callable[[TaskSource, int, LearnerState | None], LearnerState]
"""Trains on tasks of a source up to a step, from the start or on from a state."""


def train_in_rounds(
    context: RunContext,
    partitions: Callable[[], Sequence[np.ndarray]],
    vectors: Callable[[], np.ndarray],
    train_to: TrainTo,
    state: LearnerState | None,
) -> LearnerState:
    """Train through all rounds, from the start or on from a state; `partitions` and `vectors` are those of the first.

    What each round clusters is kept, so that an interrupted training ends where an uninterrupted one does.
    """
    config, dataset = context.config, context.dataset
    if state is not None and not _can_go_on(context, state.step):
        log.warning("What the learner's last round clustered is gone. The training begins anew.")
        state = None
    for number in range(1, n_rounds(config) + 1):
        end = last_step(config, number)
        if state is None or state.step < end:
            if state is None or number == 1:
                source = task_source(config, dataset, partitions, vectors)
            else:
                embedding = _embedded(context, number, state)
                clusters = [partition.clusters for partition in _clustered(context, embedding)]
                source = task_source(config, dataset, lambda c=clusters: c, lambda e=embedding: e.vectors)
            state = train_to(source, end, state)
        if state.step == end:
            _judge(context, number, state)
    assert state is not None
    return state


def n_rounds(config: RunConfig) -> int:
    """Return into how many rounds a run's training is divided."""
    return config.source.rounds if isinstance(config.source, PartitionTasks) else 1


def last_step(config: RunConfig, number: int) -> int:
    """Return the step that a round ends with, counted from 1; 0 for round 0."""
    return config.learner.iterations * number // n_rounds(config)


def rounds_of(context: RunContext, embedding: Embedding) -> Iterator[TrainingRound]:
    """Yield what can be measured of each round of a finished training; `embedding` is what the first one clustered."""
    dataset, n = context.dataset, n_rounds(context.config)
    last = _correct(context, n)
    for number in range(1, n + 1):
        partition = _clustered(context, embedding if number == 1 else _embedded(context, number))[0]
        agreement = report(partition, dataset.items("meta_train"), dataset.classes.values).agreement
        correct = _correct(context, number)
        is_judged = len(correct) > 0 and len(correct) == len(last)
        lead = paired_difference(correct, last) if is_judged else None
        yield TrainingRound(
            number=number,
            steps=last_step(context.config, number),
            clusters=partition.n_clusters,
            purity=None if agreement is None else float(agreement.purity),
            nmi=None if agreement is None else float(agreement.nmi),
            accuracy=accuracy(correct).mean if is_judged else None,
            lead=None if lead is None else lead.mean,
            lead_ci95=None if lead is None else lead.ci95,
        )


def _clustered(context: RunContext, embedding: Embedding) -> Sequence[Partition]:
    return products.partition(
        context.dataset, embedding, context.config.partition, context.home, on_step=context.record
    )


def _key(context: RunContext, number: int) -> dict[str, Any]:
    learner = products.learner_key(context.dataset, context.config, context.device, true_classes=False)
    return {"learner": learner, "round": number}


def _can_go_on(context: RunContext, step: int) -> bool:
    """Return whether what the round of a step clustered is there, or can be made of the state of that step."""
    config = context.config
    number = next((n for n in range(1, n_rounds(config) + 1) if step < last_step(config, n)), 1)
    begins_now = step == last_step(config, number - 1)
    return number == 1 or begins_now or context.home.has("embeddings", _key(context, number))


def _embedded(context: RunContext, number: int, state: LearnerState | None = None) -> Embedding:
    """Return the embedding that a round clusters, kept from before, or made by the state at its begin."""
    dataset, key = context.dataset, _key(context, number)

    def make() -> Arrays:
        if state is None:
            raise UserError(
                f"what round {number} of the training clustered is gone; remove the run and run it again."
            )
        classifier = context.config.learner.classifier(state, batch_norm="running")
        items = dataset.items("meta_train")
        parts = [items[start : start + ITEMS_AT_ONCE] for start in range(0, len(items), ITEMS_AT_ONCE)]
        found = [
            classifier.embed(gather(context.images, part, context.device)).flatten(1).cpu().numpy()
            for part in parts
        ]
        vectors = np.zeros(
            (len(dataset.images), found[0].shape[1]), np.float32
        )  # of other splits nothing is asked
        vectors[items] = np.concatenate(found)
        return {"embedding": vectors}

    vectors = context.home.arrays("embeddings", key, make)["embedding"]
    return Embedding(vectors, np.arange(len(vectors)), key)


def _judge(context: RunContext, number: int, state: LearnerState) -> None:
    """Keep what the learner gets right on meta_val at the end of a round, and record its accuracy."""
    tasks = _meta_val_tasks(context)

    def make() -> Arrays:
        assert tasks is not None
        classifier = context.config.learner.classifier(state, batch_norm="running")
        return {"correct": evaluate(classifier, context.images, tasks.tasks, device=context.device)}

    values = {}
    if tasks is not None:
        correct = context.home.arrays("rounds", _judged_key(context, number, tasks), make)["correct"]
        values = {"accuracy": accuracy(correct).mean}
    context.record(Step("round", number, n_rounds(context.config), values))


def _correct(context: RunContext, number: int) -> Bool[np.ndarray, "n_tasks n_way n_query"]:
    """Return what the learner got right at the end of a round; nothing where that was not kept."""
    tasks, nothing = _meta_val_tasks(context), np.zeros((0, 0, 0), bool)
    if tasks is None or not context.home.has("rounds", key := _judged_key(context, number, tasks)):
        return nothing
    return context.home.arrays("rounds", key, lambda: {"correct": nothing})["correct"]


def _meta_val_tasks(context: RunContext) -> TestTasks | None:
    """Return the tasks that each round is judged on; None where meta_val has too few classes, or none is known."""
    task = context.config.task
    shape = TaskConfig(n_way=task.n_way, n_shot=task.n_shot, n_query=N_QUERY)
    try:
        return TestTasks.draw(context.dataset, shape, n_tasks=N_TASKS, split="meta_val", seed=SEED)
    except UserError:
        return None


def _judged_key(context: RunContext, number: int, tasks: TestTasks) -> dict[str, Any]:
    """Return what identifies the answers of a round: the classes of meta_val, too, which a person may mark anew."""
    return {**_key(context, number), "tasks": tasks.hash}
