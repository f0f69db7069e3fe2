"""Tests umeta.tasks.views too."""

from itertools import combinations
from typing import get_args

import numpy as np
import pytest
import torch

from umeta.data.augmentation import PolicyName
from umeta.stage import UserError
from umeta.tasks import SOURCES, PartitionSource, TaskConfig, TaskSource
from umeta.tasks.augmented import AugmentedSource, AugmentedTasks, all_different
from umeta.tasks.task_truth import against_classes
from umeta.tasks.views import with_views

TASK = TaskConfig(n_way=3, n_shot=2, n_query=2)


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def pictures(n: int = 40, channels: int = 1) -> np.ndarray:
    images = np.zeros((n, channels, 28, 28), np.uint8)
    for number, image in enumerate(images):
        image[:, 6 : 10 + number % 9, 8 : 12 + number % 5] = 255
    return images


def shown(batch, images: np.ndarray) -> tuple[torch.Tensor, torch.Tensor]:
    return with_views(
        torch.from_numpy(images[batch.support]), torch.from_numpy(images[batch.query]), batch.views
    )


def test_a_row_is_one_item_and_rows_are_different_items_of_the_split():
    items = np.arange(5, 30, 2)
    source = AugmentedSource(items)
    assert isinstance(source, TaskSource)
    batch = source.sample(50, TASK, rng=rng())
    rows = np.concatenate([batch.support, batch.query], axis=2)
    assert rows.shape == (50, 3, 4)
    assert (rows == batch.clusters[..., None]).all()
    assert all(len(set(task)) == 3 for task in batch.clusters.tolist())
    assert set(batch.clusters.ravel().tolist()) == set(items.tolist())


def test_the_first_image_of_a_row_is_the_item_and_all_others_are_views_of_it():
    images = pictures()
    before = images.copy()
    batch = AugmentedSource(np.arange(40)).sample(4, TASK, rng=rng())
    support, query = shown(batch, images)
    assert support.dtype == query.dtype == torch.uint8
    assert (support[:, :, 0].numpy() == images[batch.support[:, :, 0]]).all()
    changed = torch.cat([support[:, :, 1:], query], dim=2).numpy() != images[batch.clusters][:, :, None]
    assert changed.any(axis=(3, 4, 5)).all()
    assert (images == before).all()


@pytest.mark.parametrize("channels", [1, 3])
def test_no_strength_shows_the_item_itself(channels):
    images = pictures(channels=channels)
    batch = AugmentedSource(np.arange(40), strength=0.0).sample(4, TASK, rng=rng())
    support, query = shown(batch, images)
    assert np.abs(query.numpy().astype(int) - images[batch.query]).max() <= 1
    assert np.abs(support.numpy().astype(int) - images[batch.support]).max() <= 1


def test_a_task_shows_the_same_views_alone_and_in_any_batch():
    images = pictures()
    batch = AugmentedSource(np.arange(40)).sample(4, TASK, rng=rng())
    whole, alone = shown(batch, images), shown(batch[2:3], images)
    assert all(torch.equal(part, all_of[2:3]) for part, all_of in zip(alone, whole, strict=True))
    again = shown(AugmentedSource(np.arange(40)).sample(4, TASK, rng=rng()), images)
    assert torch.equal(whole[1], again[1])
    other = shown(AugmentedSource(np.arange(40)).sample(4, TASK, rng=rng(1)), images)
    assert not torch.equal(whole[1], other[1])


def test_more_ways_than_items_are_refused():
    with pytest.raises(UserError, match="n_way=3 needs that many items, .* there are 2. Lower n_way"):
        AugmentedSource(np.arange(2)).sample(1, TASK, rng=rng())


def test_sources_are_found_by_name():
    umtra, protoclr = SOURCES.parse("umtra"), SOURCES.parse({"name": "protoclr", "strength": 0.5})
    assert umtra.task_defaults == {"n_shot": 1, "n_query": 1}
    assert protoclr.task_defaults == {"n_way": 50, "n_shot": 1, "n_query": 3}
    made = protoclr.over(np.arange(60), lambda: pytest.fail("no partition is needed"))
    views = made.sample(1, TaskConfig(n_way=50, n_query=3), rng=rng()).views
    assert (views.policy, views.strength) == ("auto", 0.5)
    clusters = np.repeat([0, 1], 20)
    assert isinstance(SOURCES.parse("partition").over(np.arange(40), lambda: [clusters]), PartitionSource)
    with pytest.raises(UserError, match="Choose one of: partition, umtra, protoclr"):
        SOURCES.parse("aal")


def test_the_policies_are_those_of_augmentation():
    assert get_args(AugmentedTasks.model_fields["policy"].annotation) == get_args(PolicyName)


def test_the_probability_of_different_classes_by_hand():
    # classes of 2 and 2: 4 of the 6 pairs; of 1 and 3: 3 of 6
    assert all_different(np.array([2, 2]), 2) == pytest.approx(4 / 6)
    assert all_different(np.array([1, 3]), 2) == pytest.approx(3 / 6)
    assert all_different(np.array([2, 2]), 3) == 0
    assert all_different(np.array([1, 1]), 3) == 0


def test_the_probability_is_that_of_counting_all_choices():
    sizes = np.array([1, 2, 3, 3])
    classes = np.repeat(np.arange(4), sizes).tolist()
    for n_way in (2, 3, 4):
        choices = [len(set(choice)) == n_way for choice in combinations(classes, n_way)]
        assert all_different(sizes, n_way) == pytest.approx(np.mean(choices))


def test_the_probability_is_what_umtra_says_of_omniglot_and_what_is_measured():
    # the paper's split: 1,100 classes of 20; without replacement a little above the product of (C − i) / C
    sizes = np.full(1100, 20)
    product = lambda n: np.prod((1100 - np.arange(n)) / 1100)  # noqa: E731
    assert all_different(sizes, 5) == pytest.approx(product(5), abs=1e-3)
    assert all_different(sizes, 20) == pytest.approx(product(20), abs=1e-2)
    assert 0 < all_different(np.full(1100, 20), 50) < 1
    few = np.repeat(np.arange(15), 20)
    batch = AugmentedSource(np.arange(300)).sample(3000, TaskConfig(n_query=1), rng=rng())
    measured = against_classes(batch, few).different.mean()
    assert measured == pytest.approx(all_different(np.full(15, 20), 5), abs=0.04)
