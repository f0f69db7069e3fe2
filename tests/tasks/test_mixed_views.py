import numpy as np
import pytest
import torch

from umeta.tasks import PartitionSource, TaskConfig
from umeta.tasks.mixed_views import MixedViews
from umeta.tasks.numbered import concatenate
from umeta.tasks.views import with_views

CLUSTERS = np.repeat(np.arange(6), 8).astype(np.int32)
SHAPE = TaskConfig(n_way=4, n_shot=2, n_query=5)


def drawn(share: float, n_tasks: int = 50, clusters: np.ndarray = CLUSTERS):
    return MixedViews(PartitionSource([clusters]), share).sample(n_tasks, SHAPE, rng=np.random.default_rng(1))


@pytest.mark.parametrize(("share", "n_views"), [(0.0, 0), (0.5, 3), (1.0, 6)])
def test_a_share_of_the_images_beside_the_first_are_views_of_the_others(share: float, n_views: int):
    batch = drawn(share)
    assert batch.views is not None
    assert batch.views.is_view is not None
    rows = np.concatenate([batch.support, batch.query], axis=2)
    assert rows.shape == (50, 4, 7)
    assert (batch.views.is_view.sum(axis=2) == n_views).all()
    assert not batch.views.is_view[..., 0].any()
    for row, is_view in zip(rows.reshape(-1, 7), batch.views.is_view.reshape(-1, 7), strict=True):
        members = row[~is_view].tolist()
        assert len(set(members)) == 7 - n_views
        assert set(row[is_view].tolist()) <= set(members)
    assert (CLUSTERS[rows] == batch.clusters[..., None]).all()


def test_views_alone_need_no_more_than_one_member():
    batch = drawn(1.0, clusters=np.arange(48, dtype=np.int32))
    assert (batch.support[..., :1] == batch.query).all()


def test_what_is_no_view_is_shown_as_it_is_and_what_is_one_changes():
    images = np.zeros((48, 1, 28, 28), np.uint8)
    images[:, :, 6:20, 8:14] = 255
    batch = drawn(0.5, n_tasks=3)
    assert batch.views is not None
    assert batch.views.is_view is not None
    support, query = with_views(
        torch.from_numpy(images[batch.support]), torch.from_numpy(images[batch.query]), batch.views
    )
    shown = torch.cat([support, query], dim=2).numpy()
    changed = (shown != images[0]).any(axis=(3, 4, 5))
    assert (changed == batch.views.is_view).all()
    alone = batch[1:2]
    assert alone.views is not None
    support_alone, _ = with_views(
        torch.from_numpy(images[alone.support]), torch.from_numpy(images[alone.query]), alone.views
    )
    assert torch.equal(support_alone, support[1:2])


def test_batches_are_joined_with_what_is_a_view_in_each():
    batch = drawn(0.5, n_tasks=6)
    joined = concatenate([batch[k : k + 1] for k in range(6)])
    assert joined.views is not None
    assert batch.views is not None
    assert (joined.views.is_view == batch.views.is_view).all()
    assert (joined.views.seeds == batch.views.seeds).all()
