"""Which class each method takes each query of the bundle's test tasks for."""

from typing import Any

import numpy as np
import torch
from jaxtyping import Int
from torch import Tensor

from umeta.data import Dataset
from umeta.demo.recipe import BASELINE, LEARNER, ORACLE
from umeta.learners.training import load_state
from umeta.randomness import Stream, torch_generator
from umeta.runs import RunConfig, RunDirectory
from umeta.tasks import FewShotClassifier, TaskBatch


def answers_by_method(
    config: RunConfig, dataset: Dataset, embedding: np.ndarray, run: RunDirectory, tasks: TaskBatch
) -> dict[str, Int[np.ndarray, "n_tasks n_way n_query"]]:
    """Return for each of the learner, the oracle and the baseline which class of its task it takes each query for."""
    device = torch.device(config.device)
    images = dataset.images.tensor()
    shape = dataset.images.item_shape
    mode = config.learner.test_batch_norms[0]
    answers = {}
    for name, family in ((LEARNER, "CACTUs"), (ORACLE, "oracle")):
        path = run.checkpoints / f"{family}.safetensors"
        state = load_state(config.learner, path, shape, config.task.n_way, device=device)
        answers[name] = _answer(config.learner.classifier(state, batch_norm=mode), images, tasks)
    baseline: Any = next(baseline for baseline in config.baselines if baseline.name == BASELINE)
    vectors = torch.from_numpy(np.array(embedding))
    classifier = baseline.classifier(
        {},
        tuple(vectors.shape[1:]),
        5,
        generator=torch_generator(0, Stream.BASELINE_CLASSIFIER),
        device=device,
    )
    answers[BASELINE] = _answer(classifier, vectors, tasks)
    return answers


@torch.no_grad()
def _answer(classifier: FewShotClassifier, inputs: Tensor, tasks: TaskBatch) -> np.ndarray:
    embedded = classifier.embed(inputs)
    support = embedded[torch.from_numpy(tasks.support)]
    queries = embedded[torch.from_numpy(tasks.query.reshape(len(tasks), -1))]
    return classifier.scores(support, queries).argmax(2).reshape(tasks.query.shape).numpy()
