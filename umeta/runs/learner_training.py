"""The meta-training of a run: its learner on tasks of its source, and once more on true classes."""

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from umeta.evaluation import ViewSolver, accuracy, evaluate, evaluate_on_views
from umeta.evaluation.method_id import ON_TRUE_CLASSES, SOURCE_LABELS, MethodId, MethodKind
from umeta.learners import LearnerState
from umeta.learners.training import train
from umeta.randomness import Stream, numpy_generator
from umeta.runs.checkpoints import Checkpoints
from umeta.runs.config import RunConfig
from umeta.runs.context import RunContext
from umeta.runs.iterated import n_rounds, train_in_rounds
from umeta.runs.judging import MethodUnderTest
from umeta.runs.judging_kind import kind_on_meta_val
from umeta.runs.launch_record import add_note
from umeta.runs.task_source import task_source
from umeta.runs.trained_products import trained
from umeta.stage import Step, UserError
from umeta.tasks import ManyModes, PartitionSource, TaskSource, TestTasks
from umeta.tasks.partition_tasks import PartitionTasks

N_PROBES = 10
"""How often in a training the learner is judged on meta_val tasks, for the live curve alone."""
PROBE_TASKS = 40
MIN_PROBE_STEPS = 20
"""Steps between two such looks at the least: a look at MAML costs as much as some steps."""
KINDS = {
    "clusters": MethodKind.CLUSTERS,
    "random labels": MethodKind.RANDOM_LABELS,
    "true classes": MethodKind.ORACLE,
}
"""The kind of a learner by what the tasks of its partitions are made of."""


def learner_id(config: RunConfig) -> MethodId:
    """Return which method a run's own learner is, in no batch-norm mode yet."""
    label = config.learner.label
    if not isinstance(config.source, PartitionTasks):
        return MethodId(MethodKind.OTHER_SOURCE, label, config.source.label)
    kind, dials = KINDS[config.partition.tasks_of], config.source.dials
    encoder = config.encoder.name if kind is MethodKind.CLUSTERS or config.source.reads_vectors else None
    source = f"{SOURCE_LABELS[kind]} ({dials})" if dials else SOURCE_LABELS[kind]
    return MethodId(kind, label, source, encoder=encoder)


def train_learners(
    context: RunContext,
    partitions: Callable[[], Sequence[np.ndarray]],
    vectors: Callable[[], np.ndarray],
) -> list[MethodUnderTest]:
    """Train the learner on tasks of its source, and once more on true classes if an oracle is wanted.

    `partitions` and `vectors`, those of all items, are called if the source asks for them.
    """
    config, dataset = context.config, context.dataset
    if config.learner.iterations == 0:
        return []
    own = learner_id(config)
    sources: dict[MethodId, TaskSource] = {own: task_source(config, dataset, partitions, vectors)}
    if config.oracle and own.kind is not MethodKind.ORACLE:
        dataset.check_labelled("meta_train", "oracle=true")
        oracle = MethodId(MethodKind.ORACLE, config.learner.label, ON_TRUE_CLASSES)
        sources[oracle] = PartitionSource(dataset.truth("meta_train"))
    for source in sources.values():  # says at once, not after the first training, what cannot be drawn
        source.sample(1, config.task, rng=numpy_generator(0, Stream.SAMPLE))
    methods = []
    for method, source in sources.items():
        with context.record.stage(f"train {method.source}"):
            state = trained(
                dataset,
                config,
                context.home,
                true_classes=method.kind is MethodKind.ORACLE,
                device=context.device,
                train=(
                    partial(_train_in_rounds, context, method, partitions, vectors)
                    if n_rounds(config) > 1 and method == own
                    else partial(_train, context, method, source)
                ),
                on_step=context.record,
            )
        methods += _in_modes(context, method, state)
    return methods


def _train(context: RunContext, method: MethodId, source: TaskSource) -> LearnerState:
    """Train from the last checkpoint, if there is one, and keep checkpoints while training."""
    checkpoints = Checkpoints(context, method.source or "")
    return _train_to(context, checkpoints, source, None, checkpoints.load())


def _train_in_rounds(
    context: RunContext,
    method: MethodId,
    partitions: Callable[[], Sequence[np.ndarray]],
    vectors: Callable[[], np.ndarray],
) -> LearnerState:
    """Train on clusters that are made anew before each round."""
    checkpoints = Checkpoints(context, method.source or "")
    train_to = partial(_train_to, context, checkpoints)
    return train_in_rounds(context, partitions, vectors, train_to, checkpoints.load())


def _train_to(
    context: RunContext,
    checkpoints: Checkpoints,
    source: TaskSource,
    until: int | None,
    state: LearnerState | None,
) -> LearnerState:
    config, record, name = context.config, context.record, checkpoints.source
    return train(
        config.learner,
        source,
        config.task,
        context.images,
        seed=config.seed,
        device=context.device,
        on_step=lambda step: record(Step(step.stage, step.done, step.total, step.values, note=name)),
        on_note=partial(add_note, context.run.path),
        probe=_probe(context),
        probe_every=max(MIN_PROBE_STEPS, config.learner.iterations // N_PROBES),
        checkpoint=checkpoints.save,
        state=state,
        until=until,
    )


def _probe(context: RunContext) -> Callable[[LearnerState], dict[str, float]] | None:
    """Return a function that judges the learner on a few meta_val tasks, for the live curve alone."""
    config = context.config
    shape = config.task.model_copy(update={"n_query": config.test.n_query})
    try:
        tasks = TestTasks.draw(
            context.dataset,
            shape,
            n_tasks=PROBE_TASKS,
            split="meta_val",
            seed=config.test.seed,
            of=kind_on_meta_val(config, context.dataset),
        )
    except UserError:
        return None  # meta_val is too small for such tasks; training needs none

    def meta_val_accuracy(state: LearnerState) -> dict[str, float]:
        classifier = config.learner.classifier(state, batch_norm=config.learner.test_batch_norms[0])
        if tasks.of == "views":
            solvers = [ViewSolver(classifier)]
            ((correct,),) = evaluate_on_views(solvers, context.images, tasks.tasks, device=context.device)
        else:
            correct = evaluate(classifier, context.images, tasks.tasks, device=context.device)
        return {"meta_val": accuracy(correct).mean}

    return meta_val_accuracy


def _in_modes(context: RunContext, method: MethodId, state: LearnerState) -> list[MethodUnderTest]:
    """Return the trained learner, to be judged in all its modes at once if it can do that."""
    learner = context.config.learner
    modes = learner.test_batch_norms
    classifiers = [learner.classifier(state, batch_norm=mode) for mode in modes]
    if isinstance(classifiers[0], ManyModes):
        return [MethodUnderTest(method, modes, context.images, lambda shape: (classifiers[0], {}))]
    return [
        MethodUnderTest(
            method, (mode,), context.images, lambda shape, classifier=classifier: (classifier, {})
        )
        for mode, classifier in zip(modes, classifiers, strict=True)
    ]
