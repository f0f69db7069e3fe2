import math

import numpy as np
import torch

from umeta.learners.plane_maml import (
    INNER_LR,
    MARGIN,
    N_QUERY,
    adapt_line,
    answers_of,
    draw_plane_tasks,
    meta_train_line,
)


def test_a_gradient_step_is_the_one_worked_out_by_hand():
    """At w = 0 the gradient of the two losses is ½ x₀ − ½ x₁."""
    support = torch.tensor([[[2.0, 0.0], [0.0, 4.0]]])
    before, after = adapt_line(torch.zeros(2), support, steps=1)
    assert before.tolist() == [[0, 0]]
    np.testing.assert_allclose(after.detach(), [[-INNER_LR * 1, INNER_LR * 2]], rtol=1e-6)


def test_the_second_step_starts_where_the_first_ended():
    support = torch.tensor([[[2.0, 0.0], [0.0, 4.0]]])
    weights = np.zeros(2)
    for _ in range(2):
        x0, x1 = support[0].numpy()
        sigmoid = [1 / (1 + math.exp(-weights @ x)) for x in (x0, x1)]
        weights = weights - INNER_LR * (sigmoid[0] * x0 + (sigmoid[1] - 1) * x1)
    np.testing.assert_allclose(
        adapt_line(torch.zeros(2), support, steps=2)[-1].detach()[0], weights, rtol=1e-5
    )


def test_each_point_of_a_task_lies_on_its_class_s_side_of_one_line():
    tasks = draw_plane_tasks(30, generator=torch.Generator().manual_seed(0))
    assert tasks.query.shape == (30, 2 * N_QUERY, 2)
    for support, query in zip(tasks.support, tasks.query, strict=True):
        sides = torch.cat([support, query])
        signs = torch.cat([torch.tensor([-1.0, 1.0]), 2.0 * tasks.query_labels - 1])
        angles = torch.deg2rad(torch.arange(45.0, 135.0, 0.1))
        directions = torch.stack([angles.cos(), angles.sin()])
        margins = (signs[:, None] * (sides @ directions)).min(0).values
        assert margins.max() >= 0.9 * MARGIN


def test_meta_training_finds_a_start_that_five_steps_do_more_from():
    starts = meta_train_line(5, seed=0)
    tasks = draw_plane_tasks(300, generator=torch.Generator().manual_seed(9))
    labels = tasks.query_labels.numpy()
    first, last = (
        (answers_of(adapt_line(torch.tensor(start), tasks.support, 5)[-1], tasks.query) == labels).mean()
        for start in (starts[0], starts[-1])
    )
    assert last > first + 0.05
