from typing import Any

import numpy as np
import pytest
import torch

from umeta.evaluation import InnerLoop, evaluate, inner_loops
from umeta.learners import LearnerState
from umeta.learners.maml import Maml
from umeta.learners.protonets import ProtoNets
from umeta.learners.training import new_state, train
from umeta.stage import Step, UserError
from umeta.tasks import PartitionSource, TaskBatch, TaskConfig

pytestmark = pytest.mark.lengthy

CPU = torch.device("cpu")
LEARNER: Any = Maml(n_filters=8, inner_steps=3, test_inner_steps=6, iterations=60, tasks_per_step=4, lr=3e-3)
TASK = TaskConfig(n_way=4, n_shot=1, n_query=5)


def blocks(n_classes: int = 24, per_class: int = 12) -> tuple[torch.Tensor, np.ndarray]:
    """Classes of noisy 8 × 8 patterns, blown up; an image set on which little training helps a lot."""
    generator = torch.Generator().manual_seed(0)
    patterns = torch.rand(n_classes, 1, 1, 4, 4, generator=generator)
    noisy = patterns + 0.15 * torch.randn(n_classes, per_class, 1, 4, 4, generator=generator)
    large = noisy.clamp(0, 1).repeat_interleave(4, -1).repeat_interleave(4, -2)
    return (255 * large.flatten(0, 1)).to(torch.uint8), np.repeat(np.arange(n_classes), per_class).astype(
        np.int32
    )


@pytest.fixture(scope="module")
def images() -> torch.Tensor:
    return blocks()[0]


@pytest.fixture(scope="module")
def state(images) -> LearnerState:
    known = np.where(blocks()[1] < 16, blocks()[1], -1).astype(np.int32)
    return train(LEARNER, PartitionSource([known]), TASK, images, seed=3, device=CPU)


@pytest.fixture(scope="module")
def tasks() -> TaskBatch:
    new = np.where(blocks()[1] >= 16, blocks()[1], -1).astype(np.int32)
    return PartitionSource([new]).sample(12, TASK, rng=np.random.default_rng(0))


@pytest.fixture(scope="module")
def loops(images, state, tasks) -> dict[tuple[str, str], InnerLoop]:
    found = inner_loops(LEARNER, state, images, tasks, seed=3, device=CPU)
    return {(one.training, one.adapts): one for one in found}


def test_there_are_four_views_from_before_the_first_step_to_after_the_last(loops):
    assert list(loops) == [
        ("before", "whole network"), ("before", "head alone"), ("after", "whole network"), ("after", "head alone"),
    ]  # fmt: skip
    for one in loops.values():
        assert all(values.shape == (7, 12) for values in one.curves)


def test_the_last_step_is_what_the_learner_is_judged_by(images, state, tasks, loops):
    for batch_norm in ("transductive", "support"):
        correct = evaluate(LEARNER.classifier(state, batch_norm=batch_norm), images, tasks, device=CPU)
        seen = inner_loops(LEARNER, state, images, tasks, seed=3, device=CPU, batch_norm=batch_norm)[2]
        assert seen.curves.query_accuracy[-1] == pytest.approx(correct.mean(axis=(1, 2)))


def test_gradient_steps_fit_the_support_and_training_made_them_help_the_queries(loops):
    before, after = (loops[when, "whole network"].curves for when in ("before", "after"))
    assert (after.support_loss[-1] < after.support_loss[0]).all()
    assert after.support_accuracy[-1].mean() > 0.95
    assert after.query_accuracy[-1].mean() > after.query_accuracy[0].mean() + 0.2
    assert after.query_accuracy[-1].mean() > before.query_accuracy[-1].mean()


def test_both_parts_start_alike_and_go_different_ways(loops):
    for when in ("before", "after"):
        whole, head = (loops[when, part].curves for part in ("whole network", "head alone"))
        assert whole.query_loss[0] == pytest.approx(head.query_loss[0], rel=1e-4)
        assert (whole.query_loss[-1] != head.query_loss[-1]).all()


def test_before_training_it_shows_the_weights_that_training_started_from(images, state, tasks, loops):
    fresh = new_state(LEARNER, images, 4, seed=3, device=CPU)
    again = inner_loops(LEARNER, fresh, images, tasks, seed=9, device=CPU)
    assert np.array_equal(again[2].curves.query_loss, loops["before", "whole network"].curves.query_loss)


def test_one_task_alone_shows_what_it_shows_among_many(images, state, tasks, loops):
    alone = inner_loops(LEARNER, state, images, tasks[10:11], seed=3, device=CPU)[2].curves
    among = loops["after", "whole network"].curves
    assert alone.query_loss[:, 0] == pytest.approx(among.query_loss[:, 10], rel=0.02, abs=1e-3)


def test_steps_may_be_chosen_and_progress_ends_with_all_tasks(images, state, tasks):
    seen: list[Step] = []
    found = inner_loops(LEARNER, state, images, tasks, seed=3, device=CPU, steps=2, on_step=seen.append)
    assert len(found[0].curves.query_loss) == 3
    assert (seen[0].done, seen[-1].done, seen[-1].total) == (0, 48, 48)


def test_a_learner_without_an_inner_loop_is_refused(images, tasks):
    learner: Any = ProtoNets(n_filters=8)
    fresh = new_state(learner, images, 4, seed=0, device=CPU)
    with pytest.raises(UserError, match="learner=protonets takes no gradient steps on a task"):
        inner_loops(learner, fresh, images, tasks, seed=0, device=CPU)
