"""Make the baselines of a run ready to be judged: fitted on meta_train, and their open options chosen."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from jaxtyping import Float32

from umeta.baselines import Baseline
from umeta.evaluation import ViewSolver, accuracy, evaluate, evaluate_on_views
from umeta.evaluation.method_id import MethodId, MethodKind
from umeta.evaluation.on_views import Encode
from umeta.randomness import Stream, numpy_generator, torch_generator
from umeta.runs.context import RunContext
from umeta.runs.judging import MethodUnderTest
from umeta.runs.judging_kind import kind_on_meta_val
from umeta.stage import UserError
from umeta.tasks import FewShotClassifier, TaskConfig, TestTasks
from umeta.tasks.gathering import Items

CHOICE_TASKS = 200
"""On how many meta_val tasks of a shape an option that a baseline leaves open is chosen."""


def prepare_baseline(
    context: RunContext,
    baseline: Baseline,
    vectors: Items,
    meta_train: Float32[np.ndarray, "n_meta_train dim"],
    encode: Encode,
) -> MethodUnderTest:
    """Fit a baseline on meta_train, where it wants that, and return it on the embedding or the images.

    An option that it leaves open is chosen for each shape of tasks when that is judged; the row then says so.

    Args:
        vectors: The embedding of every item.
        meta_train: That of the items of meta_train.
        encode: Embeds views of images in the same way.
    """
    config = context.config
    on_embedding = baseline.works_on == "embeddings"
    inputs = vectors if on_embedding else context.images
    method = MethodId(
        MethodKind.BASELINE, baseline.label, encoder=config.encoder.name if on_embedding else None
    )
    row_fields: dict[str, Any] = {"transductive": True} if baseline.sees_queries_together else {}
    if baseline.reads_query_labels:
        row_fields = {"label_use": "test queries", "transductive": True}
    generator = torch_generator(config.seed, Stream.BASELINE_CLASSIFIER)
    state = baseline.fit(meta_train, rng=numpy_generator(config.seed, Stream.BASELINE))

    def classifier(candidate: Baseline, shape: TaskConfig) -> FewShotClassifier:
        return candidate.classifier(
            state, tuple(inputs.shape[1:]), shape.n_way, generator=generator, device=context.device
        )

    def solver(shape: TaskConfig) -> tuple[FewShotClassifier, Mapping[str, Any]]:
        candidates = baseline.candidates(shape)
        if candidates == [baseline]:
            return classifier(baseline, shape), row_fields
        best = candidates[0]
        of = kind_on_meta_val(config, context.dataset)
        can_be_tried = of == "classes" or not on_embedding or config.encoder.embeds_new_images
        if len(candidates) > 1 and can_be_tried:
            tasks = _meta_val_tasks(context, baseline, shape)
            solvers = [classifier(candidate, shape) for candidate in candidates]
            right = _mean_accuracies(context, solvers, tasks, inputs, encode if on_embedding else None)
            best = candidates[right.index(max(right))]
        options = baseline.made_from()
        chosen = {key: value for key, value in best.made_from().items() if value != options[key]}
        labels = {"label_use": "tuned on meta_val"} if of == "classes" else {}
        return classifier(best, shape), {"chosen": chosen, **labels}

    return MethodUnderTest(method, (baseline.batch_norm,), inputs, solver, encode if on_embedding else None)


def _mean_accuracies(
    context: RunContext,
    solvers: Sequence[FewShotClassifier],
    tasks: TestTasks,
    inputs: Items,
    encode: Encode | None,
) -> list[float]:
    """Return the share of the queries that each solver gets right."""
    if tasks.of == "views":
        on_views = [ViewSolver(solver, encode=encode) for solver in solvers]
        answers = evaluate_on_views(on_views, context.images, tasks.tasks, device=context.device)
        return [accuracy(correct).mean for (correct,) in answers]
    return [accuracy(evaluate(solver, inputs, tasks.tasks, device=context.device)).mean for solver in solvers]


def _meta_val_tasks(context: RunContext, baseline: Baseline, shape: TaskConfig) -> TestTasks:
    """Draw what an open option is chosen on: other tasks than those judged, where these are of meta_val too."""
    try:
        return TestTasks.draw(
            context.dataset,
            shape,
            n_tasks=CHOICE_TASKS,
            split="meta_val",
            seed=context.config.test.seed + 1,
            of=kind_on_meta_val(context.config, context.dataset),
        )
    except UserError as error:
        raise UserError(
            f"baseline {baseline.label}: its option cannot be chosen on meta_val, so give it a value: {error}"
        ) from None
