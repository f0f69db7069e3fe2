import numpy as np
import pytest
import torch

from umeta.evaluation import ViewSolver, evaluate, evaluate_on_views
from umeta.evaluation import on_views as on_views_module
from umeta.tasks import TaskConfig
from umeta.tasks.augmented import AugmentedSource

CPU = torch.device("cpu")
SHAPE = TaskConfig(n_way=4, n_shot=2, n_query=3)


def tasks(n_tasks: int = 12, strength: float = 1.0):
    return AugmentedSource(np.arange(20, 40), "photographs", strength).sample(
        n_tasks, SHAPE, rng=np.random.default_rng(0)
    )


def images() -> torch.Tensor:
    """Forty images of one grey each, all different."""
    greys = torch.arange(40, dtype=torch.uint8) * 6
    return greys[:, None, None, None].expand(40, 3, 8, 8).contiguous()


class ByMean:
    """Answers with the row of the nearest mean; keeps how many items it was given at a time."""

    def __init__(self) -> None:
        self.given: list[int] = []

    def embed(self, items):
        self.given.append(len(items))
        return items.float().flatten(1).mean(1, keepdim=True)

    def scores(self, support, queries):
        return -(queries[:, :, None, 0] - support.mean(2)[:, None, :, 0]).abs()


class InTwoModes(ByMean):
    def scores_in(self, modes, support, queries):
        scores = self.scores(support, queries)
        return [scores if mode == "plain" else -scores for mode in modes]


def test_unchanged_views_are_all_recognised_and_changed_ones_not_always():
    ((plain,),) = evaluate_on_views([ViewSolver(ByMean())], images(), tasks(strength=0.0), device=CPU)
    assert plain.shape == (12, 4, 3)
    assert plain.all()
    ((changed,),) = evaluate_on_views([ViewSolver(ByMean())], images(), tasks(), device=CPU)
    assert 0.3 < changed.mean() < 1  # brightness changes; chance is a quarter


def test_views_are_embedded_once_for_all_methods_on_one_embedding():
    encoded = []

    def encode(views):
        encoded.append(len(views))
        return views.float().flatten(1)

    solvers = [ViewSolver(ByMean(), encode=encode), ViewSolver(ByMean(), encode=encode), ViewSolver(ByMean())]
    (first,), (second,), (on_images,) = evaluate_on_views(solvers, images(), tasks(), device=CPU)
    assert sum(encoded) == 12 * 4 * 5
    assert (first == second).all()
    assert (first == on_images).all()  # the mean of the numbers is the mean of the pixels


def test_how_many_tasks_are_made_at_a_time_changes_nothing(monkeypatch):
    ((whole,),) = evaluate_on_views([ViewSolver(ByMean())], images(), tasks(), device=CPU)
    monkeypatch.setattr(on_views_module, "ITEMS_PER_CHUNK", 45)
    method = ByMean()
    steps = []
    ((parts,),) = evaluate_on_views([ViewSolver(method)], images(), tasks(), device=CPU, on_step=steps.append)
    assert (parts == whole).all()
    assert max(method.given) == 40
    assert (steps[-1].done, steps[-1].total) == (12, 12)


def test_a_method_may_answer_the_first_tasks_alone_and_in_several_modes():
    solvers = [ViewSolver(InTwoModes(), ("plain", "reverse"), n_tasks=5), ViewSolver(ByMean())]
    (plain, reverse), (every,) = evaluate_on_views(solvers, images(), tasks(strength=0.0), device=CPU)
    assert len(plain) == len(reverse) == 5
    assert plain.all()
    assert not reverse.any()
    assert len(every) == 12


def test_tasks_of_views_are_not_judged_by_item_numbers():
    with pytest.raises(ValueError, match="judged by `evaluate_on_views`"):
        evaluate(ByMean(), images(), tasks(), device=CPU)
