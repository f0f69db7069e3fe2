"""Nearest neighbours and prototypes: `nearest_neighbour`, `prototypes`, `distances`, `auto_option` and `baseline`.

Tests umeta.baselines.prototypes, umeta.baselines.distances and umeta.baselines.baseline too.
"""

import numpy as np
import pytest
import torch

from umeta.baselines import BASELINES
from umeta.baselines.prototypes import Prototypes
from umeta.stage import UserError
from umeta.tasks import TaskConfig

CPU = torch.device("cpu")
SUPPORT = torch.tensor([[[[0.0, 0.0], [0.0, 3.0]], [[4.0, 0.0], [9.0, 0.0]]]])  # one task, two classes of two
QUERIES = torch.tensor([[[1.0, 0.0], [3.0, 0.0], [0.0, 9.0], [2.5, 1.0]]])


def solver(name, n_way=2, dim=2, **options):
    method = BASELINES.parse({"name": name, **options})
    return method.classifier({}, (dim,), n_way, generator=torch.Generator().manual_seed(0), device=CPU)


def test_nearest_neighbour_scores_are_distances_worked_out_by_hand():
    scores = solver("nearest-neighbour").scores(SUPPORT, QUERIES)
    torch.testing.assert_close(
        scores, torch.tensor([[[-1.0, -9.0], [-9.0, -1.0], [-36.0, -97.0], [-7.25, -3.25]]])
    )


def test_neighbours_vote_and_nearer_voters_break_ties():
    three = solver("nearest-neighbour", k=3).scores(SUPPORT, QUERIES)
    assert three.argmax(-1).tolist() == [[0, 0, 0, 0]]  # two of each three neighbours are of class 0
    two = solver("nearest-neighbour", k=2).scores(SUPPORT, QUERIES)
    assert two.argmax(-1).tolist() == [[0, 1, 0, 1]]  # query 1: one vote each, at distances 3 and 1
    assert two[0, 2].floor().tolist() == [2, 0]


@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e6])
def test_nearer_voters_break_ties_at_any_scale(scale):
    one_shot = SUPPORT[:, :, :1] * scale  # two neighbours of two classes: the nearer decides
    votes = solver("nearest-neighbour", k=2).scores(one_shot, QUERIES * scale)
    nearest = solver("nearest-neighbour").scores(one_shot, QUERIES * scale)
    assert votes.argmax(-1).tolist() == nearest.argmax(-1).tolist()
    assert votes.floor().tolist() == [[[1, 1]] * 4]


def test_more_neighbours_than_support_are_all_of_it():
    assert solver("nearest-neighbour", k=50).scores(SUPPORT, QUERIES).floor().tolist() == [[[2, 2]] * 4]


def test_prototype_scores_are_distances_worked_out_by_hand():
    scores = solver("prototypes").scores(SUPPORT, QUERIES)  # means (0, 1.5) and (6.5, 0)
    torch.testing.assert_close(
        scores, torch.tensor([[[-3.25, -30.25], [-11.25, -12.25], [-56.25, -123.25], [-6.5, -17.0]]])
    )


@pytest.mark.parametrize("name", ["nearest-neighbour", "prototypes", "linear"])
def test_a_shift_of_the_embedding_changes_no_prediction(name):
    generator = torch.Generator().manual_seed(0)
    support = torch.randn(4, 5, 3, 8, generator=generator)
    queries = torch.randn(4, 20, 8, generator=generator)
    plain = solver(name, 5, 8).scores(support, queries)
    moved = solver(name, 5, 8).scores(support + 300, queries + 300)
    assert (plain.argmax(-1) == moved.argmax(-1)).float().mean() > 0.98


def test_k_below_one_is_refused():
    with pytest.raises(UserError, match="baseline.k=0"):
        BASELINES.parse({"name": "nearest-neighbour", "k": 0})


def test_centred_prototypes_worked_out_by_hand():
    meta_train = np.array([[0, 0], [2, 2]], np.float32)  # their mean is (1, 1)
    method = Prototypes(centred=True)
    state = method.fit(meta_train, rng=np.random.default_rng(0))
    solver = method.classifier(state, (2,), 2, generator=torch.Generator(), device=CPU)
    directions = solver.embed(torch.tensor([[1.0, 9.0], [4.0, 5.0], [1.0, 1.0]]))
    torch.testing.assert_close(directions, torch.tensor([[0.0, 1.0], [0.6, 0.8], [0.0, 0.0]]))
    support = torch.tensor(
        [[[[0.0, 1.0], [1.0, 0.0]], [[-1.0, 0.0], [-1.0, 0.0]]]]
    )  # means (½, ½) and (-1, 0)
    scores = solver.scores(support, torch.tensor([[[0.0, 1.0], [-0.6, 0.8]]]))
    torch.testing.assert_close(scores, torch.tensor([[[-0.5, -2.0], [-1.3, -0.8]]]))


def test_centring_does_not_notice_the_scale_of_an_embedding():
    generator = torch.Generator().manual_seed(0)
    items = torch.randn(50, 8, generator=generator)

    def embedded(scale):
        method = Prototypes(centred=True)
        state = method.fit((scale * items).numpy(), rng=np.random.default_rng(0))
        return method.classifier(state, (8,), 2, generator=generator, device=CPU).embed(scale * items)

    torch.testing.assert_close(embedded(1), embedded(1000))
    assert Prototypes(centred=True).label == "prototypes-centred"


def test_centred_prototypes_that_have_not_seen_meta_train_are_refused():
    with pytest.raises(UserError, match="subtract the mean of meta_train: give the state"):
        solver("prototypes", centred=True)


@pytest.mark.parametrize("name", ["nearest-neighbour", "linear"])
def test_an_open_option_has_candidates_and_is_called_tuned(name):
    option = {"nearest-neighbour": "k", "linear": "C"}[name]
    shape = TaskConfig(n_way=5, n_shot=5, n_query=5)
    for value in (None, "auto"):
        method = BASELINES.parse({"name": name, option: value})
        assert method.label == f"{name}-tuned"
        values = [getattr(one, option) for one in method.candidates(shape)]
        assert values[0] == 1  # the paper's wins ties
        assert len(values) == len(set(values)) > 3
    with pytest.raises(
        UserError, match=f"{option}=auto is chosen on tasks of meta_val by a run, and was not"
    ):
        method.classifier({}, (2,), 5, generator=torch.Generator(), device=CPU)
    usual = BASELINES.parse(name)
    assert usual.label == name
    assert usual.candidates(shape) == [usual]
    assert BASELINES.parse({"name": name, option: 7}).label == f"{name}-{option}7"


def test_one_shot_leaves_nothing_to_choose_for_k():
    (only,) = BASELINES.parse({"name": "nearest-neighbour", "k": "auto"}).candidates(TaskConfig(n_shot=1))
    assert only.k == 1
