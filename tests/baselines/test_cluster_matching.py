import numpy as np
import pytest
import torch
from sklearn.cluster import KMeans

from umeta.baselines.cluster_matching import ClusterClassifier, ClusterMatching
from umeta.stage import UserError

CPU = torch.device("cpu")
CENTROIDS = torch.tensor([[0.0], [10.0], [20.0], [30.0]])


def solve(support, queries, centroids=CENTROIDS):
    solver = ClusterClassifier(centroids)
    known = solver.embed(support.flatten(0, 2)).unflatten(0, support.shape[:3])
    return solver.scores(known, solver.embed(queries.flatten(0, 1)).unflatten(0, queries.shape[:2]))


def test_labels_worked_out_by_hand():
    support = torch.tensor([[[[1.0], [2.0], [11.0]], [[9.0], [12.0], [31.0]]]])  # clusters 0 0 1 and 1 1 3
    queries = torch.tensor([[[-4.0], [9.0], [19.0], [24.0]]])  # cluster 2 is not hit: 19 goes to 1, 24 to 3
    scores = solve(support, queries)
    assert scores.argmax(-1).tolist() == [
        [0, 1, 1, 1]
    ]  # cluster 0 says 0; 1 says 1 (two votes to one); 3 says 1
    torch.testing.assert_close(
        scores, -torch.tensor([[[4.0, 14.0], [9.0, 1.0], [19.0, 9.0], [24.0, 6.0]]]).square()
    )


def test_equal_votes_go_to_the_first_class_and_one_without_a_cluster_never_wins():
    support = torch.tensor([[[[1.0]], [[2.0]], [[29.0]]]])  # classes 0 and 1 share cluster 0
    scores = solve(support, torch.tensor([[[3.0], [28.0]]]))
    assert scores.argmax(-1).tolist() == [[0, 2]]
    assert scores[0, :, 1].tolist() == [-torch.inf, -torch.inf]


def one_by_one(centroids, support, query):
    """The definition, one task at a time."""
    nearest = lambda x, among: min(among, key=lambda c: np.linalg.norm(x - centroids[c]))  # noqa: E731
    votes = {}
    for label, items in enumerate(support):
        for item in items:
            votes.setdefault(nearest(item, range(len(centroids))), []).append(label)
    majority = {cluster: min(set(v), key=lambda n: (-v.count(n), n)) for cluster, v in votes.items()}
    return [majority[nearest(item, majority)] for item in query]


def test_many_tasks_at_once_equal_one_by_one():
    rng = np.random.default_rng(0)
    centroids = rng.normal(size=(12, 3)).astype(np.float32)
    support, queries = rng.normal(size=(30, 5, 3, 3)).astype("f4"), rng.normal(size=(30, 10, 3)).astype("f4")
    found = solve(*map(torch.from_numpy, (support, queries, centroids))).argmax(-1).tolist()
    assert found == [one_by_one(centroids, s, q) for s, q in zip(support, queries, strict=True)]


def blobs(n=60):
    rng = np.random.default_rng(0)
    centres = 10 * np.array([[0, 0], [0, 1], [1, 0], [1, 1]], np.float32)
    return (np.repeat(centres, n // 4, axis=0) + rng.normal(size=(n, 2))).astype(np.float32)


def ready(n_clusters, n_init=3):
    method = ClusterMatching(n_clusters=n_clusters, n_init=n_init)
    state = method.fit(blobs(), rng=np.random.default_rng(1))
    return method.classifier(state, (2,), 2, generator=torch.Generator(), device=CPU)


def test_centroids_are_scikit_learns():
    solver = ready(4)
    reference = KMeans(4, n_init="auto", random_state=0).fit(blobs()).cluster_centers_
    order = lambda rows: sorted(np.round(np.asarray(rows), 3).tolist())  # noqa: E731
    np.testing.assert_allclose(order(solver.centroids), order(reference), atol=2e-3)


def test_without_a_number_there_are_500_clusters_or_half_the_items():
    assert len(ClusterMatching().fit(blobs(60), rng=np.random.default_rng(0))["centroids"]) == 30


def test_more_clusters_than_items_are_refused():
    with pytest.raises(UserError, match="n_clusters=100 is more than the 60 items"):
        ready(100)


def test_tasks_without_clusters_are_refused():
    with pytest.raises(UserError, match="give the state that `fit` returns"):
        ClusterMatching().classifier({}, (2,), 2, generator=torch.Generator(), device=CPU)
