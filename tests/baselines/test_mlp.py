import numpy as np
import pytest
import torch
from sklearn.neural_network import MLPClassifier
from torch import nn

from umeta.baselines.mlp import Mlp, _network
from umeta.stage import UserError, build

CPU = torch.device("cpu")


def solver(n_way=3, dim=4, seed=0, **options):
    generator = torch.Generator().manual_seed(seed)
    return Mlp(**options).classifier({}, (dim,), n_way, generator=generator, device=CPU)


def blobs(n_tasks=4, n_way=3, n_shot=5, dim=4, spread=0.3, seed=0):
    generator = torch.Generator().manual_seed(seed)
    centres = 2 * torch.randn(n_tasks, n_way, 1, dim, generator=generator)
    draw = lambda n: centres + spread * torch.randn(n_tasks, n_way, n, dim, generator=generator)  # noqa: E731
    return draw(n_shot), draw(2).flatten(1, 2)


LABELS = torch.arange(3).repeat_interleave(2)


def test_separable_points_are_told_apart():
    support, queries = blobs()
    scores = solver(epochs=300, lr=0.01).scores(support, queries)
    assert (scores.argmax(-1) == LABELS).all()


def test_a_point_on_either_side_of_the_line_takes_that_sides_class():
    support = torch.tensor([[[[-1.0], [-2.0]], [[1.0], [2.0]]]])
    queries = torch.tensor([[[-1.5], [-0.7], [0.7], [5.0]]])
    scores = solver(2, 1, epochs=200, lr=0.01, dropout=0).scores(support, queries)
    assert scores.argmax(-1).tolist() == [[0, 0, 1, 1]]


def test_answers_agree_with_scikit_learns_network():
    support, queries = blobs(spread=0.8)
    found = solver(epochs=500, lr=0.01, dropout=0, units=50).scores(support, queries).argmax(-1)
    agree = []
    for task in range(4):
        reference = MLPClassifier(
            50, alpha=0, learning_rate_init=0.01, max_iter=500, n_iter_no_change=500, tol=0, random_state=0
        )  # its batch is 200 items at most: all of them here
        with pytest.warns(match="Maximum iterations"):
            reference.fit(support[task].flatten(0, 1).numpy(), torch.arange(3).repeat_interleave(5).numpy())
        agree.append(reference.score(queries[task].numpy(), found[task].numpy()))
    assert np.mean(agree) >= 0.9


def test_training_equals_a_plain_loop_over_tasks_and_modules():
    support, queries = blobs()
    method = solver(epochs=30, dropout=0, units=8)
    found = method.scores(support, queries)
    for task in range(4):
        start = _network(4, 8, 3, torch.Generator().manual_seed(method.seed))
        plain = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 3))
        with torch.no_grad():
            for parameter, value in zip(plain.parameters(), start, strict=True):
                parameter.copy_(value.T if parameter.dim() == 2 else value[0])
        optimizer = torch.optim.Adam(plain.parameters(), eps=1e-7)
        for _ in range(30):
            optimizer.zero_grad()
            labels = torch.arange(3).repeat_interleave(5)
            nn.functional.cross_entropy(plain(support[task].flatten(0, 1)), labels).backward()
            optimizer.step()
        torch.testing.assert_close(found[task], plain(queries[task]).detach(), rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("stop", [False, True])
def test_a_task_does_not_depend_on_the_tasks_beside_it(stop, monkeypatch):
    support, queries = blobs(spread=1.5)
    together = solver(epochs=60, lr=0.02, stop_on_query_loss=stop).scores(support, queries)
    monkeypatch.setattr("umeta.baselines.mlp.WEIGHTS_AT_ONCE", 1)
    alone = solver(epochs=60, lr=0.02, stop_on_query_loss=stop).scores(support, queries)
    torch.testing.assert_close(together, alone, rtol=1e-4, atol=1e-4)


def test_without_stopping_queries_change_nothing_for_each_other():
    support, queries = blobs(spread=1.5)
    method = solver(epochs=20)
    torch.testing.assert_close(method.scores(support, queries[:, :1]), method.scores(support, queries)[:, :1])


def test_stopping_keeps_the_scores_of_the_second_epoch_in_which_the_query_loss_did_not_fall():
    support, queries = blobs(n_tasks=1, spread=2.5, seed=3)
    scores = [solver(epochs=n, lr=0.05, dropout=0).scores(support, queries)[0] for n in range(1, 60)]
    losses = [nn.functional.cross_entropy(one, LABELS).item() for one in scores]
    best, waited, stop = float("inf"), 0, len(losses) - 1
    for epoch, loss in enumerate(losses):
        best, waited = (loss, 0) if loss < best else (best, waited + 1)
        if waited == 2:
            stop = epoch
            break
    assert 2 <= stop < 50
    found = solver(epochs=59, lr=0.05, dropout=0, stop_on_query_loss=True).scores(support, queries)[0]
    torch.testing.assert_close(found, scores[stop], rtol=1e-4, atol=1e-5)


def test_the_name_in_results_says_when_queries_were_peeked_at():
    assert Mlp().label == "mlp"
    assert Mlp(stop_on_query_loss=True).label == "mlp-stopped-on-queries"


def test_the_same_seed_gives_the_same_scores_and_inputs_stay():
    support, queries = blobs()
    before = support.clone(), queries.clone()
    with torch.inference_mode():
        first = solver(epochs=5).scores(support, queries)
    assert torch.equal(first, solver(epochs=5).scores(support, queries))
    assert not torch.equal(first, solver(epochs=5, seed=1).scores(support, queries))
    assert torch.equal(support, before[0])
    assert torch.equal(queries, before[1])


@pytest.mark.parametrize(
    ("option", "value", "message"),
    [("units", 0, "mlp.units=0"), ("dropout", 1.0, "mlp.dropout=1.0"), ("epochs", 501, "mlp.epochs=501")],
)
def test_options_out_of_range_are_refused(option, value, message):
    with pytest.raises(UserError, match=message):
        build(Mlp, {option: value}, where="mlp")


def test_stopping_needs_as_many_queries_of_each_class():
    support, queries = blobs()
    with pytest.raises(UserError, match="5 queries of 3 classes are not. Leave stop_on_query_loss out"):
        solver(stop_on_query_loss=True).scores(support, queries[:, :5])
