"""Tests umeta.baselines.prototypes where queries are solved together, too."""

import math

import pytest
import torch

from tests.baselines.random_tasks import random_tasks
from umeta.baselines.prototypes import Prototypes
from umeta.baselines.queries_together import (
    N_ROUNDS,
    N_SCALINGS,
    balanced_transport,
    soft_kmeans,
)

WAYS = pytest.mark.parametrize("queries", ["soft-kmeans", "balanced-transport"])
SUPPORT, QUERIES = random_tasks(6, 4, 2, 8, scale=3.0)


def solve(queries: str, support: torch.Tensor, asked: torch.Tensor) -> torch.Tensor:
    options = {"generator": torch.Generator(), "device": torch.device("cpu")}
    solver = Prototypes(queries=queries).classifier({}, (support.shape[-1],), support.shape[1], **options)  # pyright: ignore[reportArgumentType]
    return solver.scores(support, asked)


def slow_shares(queries: str, support: torch.Tensor, asked: torch.Tensor, sharpness: float) -> torch.Tensor:
    """One task by its equations, number by number, in double precision."""
    support, asked = support.double(), asked.double()
    n_way, n_shot = support.shape[:2]
    means = [support[k].mean(0) for k in range(n_way)]
    squares = [[float(((query - mean) ** 2).sum()) for mean in means] for query in asked]
    scale = sharpness / (sum(map(sum, squares)) / (len(asked) * n_way))
    for _ in range(N_ROUNDS):
        shares = slow_round(queries, means, asked, scale)
        for k in range(n_way):
            moved = sum(row[k] * query for row, query in zip(shares, asked, strict=True))
            means[k] = (support[k].sum(0) + moved) / (n_shot + sum(row[k] for row in shares))
    return torch.tensor(slow_round(queries, means, asked, scale), dtype=torch.float64)


def slow_round(queries: str, means: list, asked: torch.Tensor, scale: float) -> list[list[float]]:
    """The shares by the means as they are."""
    kernel = [[math.exp(-scale * float(((q - mean) ** 2).sum())) for mean in means] for q in asked]
    if queries == "balanced-transport":
        for _ in range(N_SCALINGS):
            kernel = [[value / sum(row) for value in row] for row in kernel]
            totals = [sum(row[k] for row in kernel) for k in range(len(means))]
            kernel = [
                [value * len(asked) / len(means) / total for value, total in zip(row, totals, strict=True)]
                for row in kernel
            ]
    return [[value / sum(row) for value in row] for row in kernel]


@WAYS
def test_all_tasks_at_once_give_what_the_equations_give_one_by_one(queries):
    found = solve(queries, SUPPORT, QUERIES)
    for number in range(len(SUPPORT)):
        expected = slow_shares(queries, SUPPORT[number], QUERIES[number], sharpness=20.0)
        torch.testing.assert_close(found[number].double(), expected, atol=1e-3, rtol=0)


@WAYS
def test_neither_the_order_of_queries_nor_the_scale_of_the_embedding_nor_other_tasks_matter(queries):
    found = solve(queries, SUPPORT, QUERIES)
    order = torch.randperm(QUERIES.shape[1], generator=torch.Generator().manual_seed(0))
    torch.testing.assert_close(solve(queries, SUPPORT, QUERIES[:, order]), found[:, order], atol=1e-4, rtol=0)
    torch.testing.assert_close(solve(queries, 50 * SUPPORT, 50 * QUERIES), found, atol=1e-4, rtol=0)
    torch.testing.assert_close(solve(queries, SUPPORT[2:3], QUERIES[2:3]), found[2:3], atol=1e-4, rtol=0)


def test_transport_gives_every_class_as_many_queries_even_where_one_is_far_from_all():
    closeness = torch.tensor([[[0.0, -1.0], [0.0, -2.0], [0.0, -300.0], [0.0, -4.0]]])
    shares = balanced_transport(closeness)
    torch.testing.assert_close(shares.sum(2), torch.ones(1, 4))
    torch.testing.assert_close(shares.sum(1), torch.tensor([[2.0, 2.0]]), atol=0.02, rtol=0)
    assert shares.argmax(2).tolist() == [[1, 1, 0, 0]]  # by nearness alone all four were of class 0
    assert soft_kmeans(closeness).argmax(2).tolist() == [[0, 0, 0, 0]]


# on a line, means at 0 and 4 part it at 2
LINE = torch.tensor([[[[0.0]], [[4.0]]]])
ON_LINE = torch.tensor([[[1.8], [1.9], [2.1], [4.0], [4.1], [4.2]]])


@WAYS
def test_queries_at_1_8_and_1_9_pull_the_first_mean_so_that_2_1_becomes_its_own(queries):
    assert solve("each-alone", LINE, ON_LINE).argmax(2).tolist() == [[0, 0, 1, 1, 1, 1]]
    assert solve(queries, LINE, ON_LINE).argmax(2).tolist() == [[0, 0, 0, 1, 1, 1]]
    assert Prototypes(queries=queries).sees_queries_together
    assert not Prototypes().sees_queries_together


def test_items_that_are_all_alike_have_no_infinite_share():
    for queries in ("soft-kmeans", "balanced-transport"):
        shares = solve(queries, torch.ones(1, 3, 2, 4), torch.ones(1, 6, 4))
        torch.testing.assert_close(shares, torch.full((1, 6, 3), 1 / 3))


def test_the_name_says_how_queries_are_solved_and_the_default_has_the_identity_it_had():
    assert Prototypes(queries="soft-kmeans").label == "prototypes-soft-kmeans"
    assert (
        Prototypes(centred=True, queries="balanced-transport").label
        == "prototypes-centred-balanced-transport"
    )
    assert Prototypes().made_from() == {"name": "prototypes", "centred": False, "code_version": 1}
