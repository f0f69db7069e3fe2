from dataclasses import replace

import numpy as np
import pytest
import torch

from umeta.evaluation import evaluate, evaluate_modes
from umeta.evaluation import few_shot as few_shot_module
from umeta.tasks import PartitionSource, TaskConfig

CPU = torch.device("cpu")


class ByFirstNumber:
    """Scores a query by how near its first number is to each class's first support item; counts what it embeds."""

    def __init__(self) -> None:
        self.embedded = 0

    def embed(self, items):
        self.embedded += len(items)
        return items.float()

    def scores(self, support, queries):
        return -(queries[:, :, None, 0] - support[:, None, :, 0, 0]).abs()


def tasks(n_tasks: int = 30):
    clusters = np.repeat(np.arange(4), 10).astype(np.int32)
    config = TaskConfig(n_way=3, n_shot=2, n_query=4)
    return PartitionSource([clusters]).sample(n_tasks, config, rng=np.random.default_rng(0))


def test_a_perfect_and_a_blind_method():
    truth = torch.arange(4).repeat_interleave(10).float()[:, None]
    assert evaluate(ByFirstNumber(), truth, tasks(), device=CPU).all()
    blind = evaluate(ByFirstNumber(), torch.zeros(40, 1), tasks(), device=CPU)
    assert (blind == (np.arange(3) == 0)[None, :, None]).all()  # all scores tie: class 0 is answered


def test_each_distinct_item_is_embedded_once():
    method = ByFirstNumber()
    drawn = tasks()
    evaluate(method, torch.zeros(40, 1), drawn, device=CPU)
    assert method.embedded == len(np.unique(np.concatenate([drawn.support.ravel(), drawn.query.ravel()])))


def test_the_chunk_size_changes_nothing(monkeypatch):
    values = torch.from_numpy(np.random.default_rng(1).normal(size=(40, 1)))
    whole = evaluate(ByFirstNumber(), values, tasks(), device=CPU)
    monkeypatch.setattr(few_shot_module, "ITEMS_PER_CHUNK", 7)
    assert (evaluate(ByFirstNumber(), values, tasks(), device=CPU) == whole).all()


def test_progress_ends_with_all_tasks():
    steps = []
    evaluate(ByFirstNumber(), torch.zeros(40, 1), tasks(), device=CPU, name="x", on_step=steps.append)
    assert (steps[-1].done, steps[-1].total, steps[-1].note) == (30, 30, "x")


@pytest.mark.parametrize("n_tasks", [1, 2])
def test_one_task_is_enough(n_tasks):
    assert evaluate(ByFirstNumber(), torch.zeros(40, 1), tasks(n_tasks), device=CPU).shape == (n_tasks, 3, 4)


class InTwoModes(ByFirstNumber):
    """Answers as it should in one mode, and the other way round in the other."""

    def scores_in(self, modes, support, queries):
        scores = self.scores(support, queries)
        return [scores if mode == "plain" else -scores for mode in modes]


def test_several_modes_are_judged_in_one_pass_over_the_tasks():
    truth = torch.arange(4).repeat_interleave(10).float()[:, None]
    method = InTwoModes()
    plain, reverse = evaluate_modes(method, ("plain", "reverse"), truth, tasks(), device=CPU)
    assert plain.all()
    assert not reverse.any()
    assert method.embedded == 40
    (alone,) = evaluate_modes(method, ("plain",), truth, tasks(), device=CPU)  # its own, by `scores`
    assert alone.all()


def test_where_queries_stand_in_rows_of_other_classes_the_right_answer_is_their_own_class():
    truth = torch.arange(4).repeat_interleave(10).float()[:, None]
    drawn = tasks()
    order = np.random.default_rng(0).permutation(3 * 4)
    mixed = [
        part.reshape(30, -1)[:, order].reshape(drawn.query.shape) for part in (drawn.query, drawn.true_rows)
    ]
    unequal = replace(drawn, query=mixed[0], query_rows=mixed[1])
    assert evaluate(ByFirstNumber(), truth, unequal, device=CPU).all()
    assert not evaluate(ByFirstNumber(), truth, replace(unequal, query_rows=None), device=CPU).all()
