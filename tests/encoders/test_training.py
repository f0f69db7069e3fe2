"""Every encoder that trains a network, and the parts they share: `training` and `encoder`."""

from collections.abc import Callable

import numpy as np
import pytest
import torch

from tests.encoders.neural import CPU, bars, fit
from umeta.cache import Home
from umeta.data import ImageSet
from umeta.encoders import ENCODERS, Encoder
from umeta.encoders.acai import Acai
from umeta.encoders.adapted import Adapted
from umeta.encoders.bigan import BiGan
from umeta.encoders.deepcluster import DeepCluster
from umeta.encoders.infogan import InfoGan
from umeta.encoders.mutual_neighbours import MutualNeighbours
from umeta.encoders.simclr import SimClr
from umeta.encoders.training import minibatch, montage, steps_for, train
from umeta.encoders.untrained import Untrained
from umeta.stage import Cancelled, Step, UserError

pytestmark = pytest.mark.lengthy

ENCODERS_HERE: dict[str, Callable[..., Encoder]] = {
    "untrained": lambda **options: Untrained(n_filters=4, dim=6, **options),
    "simclr": lambda **options: SimClr(n_filters=4, dim=6, batch_size=8, **{"steps": 3, **options}),
    "mutual-neighbours": lambda **options: MutualNeighbours(
        n_filters=4, dim=6, batch_size=8, **{"steps": 3, "round_steps": 2, **options}
    ),
    "adapted:glyphs": lambda **options: Adapted(rounds=1, batch_size=8, **{"round_steps": 2, **options}),
    "acai": lambda **options: Acai(depth=2, batch_size=8, **{"steps": 3, **options}),
    "bigan": lambda **options: BiGan(dim=6, n_filters=2, batch_size=8, **{"steps": 3, **options}),
    "infogan": lambda **options: InfoGan(dim=6, n_filters=2, batch_size=8, **{"steps": 3, **options}),
    "deepcluster": lambda **options: DeepCluster(
        dim=4, n_filters=4, n_features=6, n_clusters=3, batch_size=8, **{"steps": 3, **options}
    ),
}
every_encoder = pytest.mark.parametrize("make", ENCODERS_HERE.values(), ids=ENCODERS_HERE)
TRAINED = ("simclr", "acai", "bigan", "infogan", "deepcluster")
RESTLESS = ("bigan", "infogan", "deepcluster")  # what is to be learned changes as they learn
MINIMISERS = [name for name in TRAINED if name not in RESTLESS]
DIVERGING = [*MINIMISERS, "deepcluster"]  # the others' gain is bounded
every_minimiser = pytest.mark.parametrize(
    "make", [ENCODERS_HERE[name] for name in MINIMISERS], ids=MINIMISERS
)
every_trained_one = pytest.mark.parametrize("make", [ENCODERS_HERE[name] for name in TRAINED], ids=TRAINED)


@every_encoder
@pytest.mark.parametrize("shape", [(1, 28), (3, 84), (2, 9)])
def test_images_of_any_size_and_number_of_channels_become_vectors(make, shape):
    images = bars(10, *shape)
    encoder = make()
    found = encoder.encode(fit(encoder, images), images, device=CPU)
    assert found.dtype == np.float32
    assert found.shape == (10, encoder.dim or found.shape[1])
    assert np.isfinite(found).all()
    assert found.std(0).max() > 0


@every_encoder
def test_the_same_seed_gives_the_same_state_and_another_seed_another(make):
    first, same, other = (fit(make(seed=seed), bars()) for seed in (0, 0, 1))
    assert first.keys() == same.keys()
    assert all((first[name] == same[name]).all() for name in first)
    assert any((first[name] != other[name]).any() for name in first)


@every_encoder
def test_torchs_own_random_numbers_are_neither_used_nor_moved(make):
    torch.manual_seed(5)
    before = torch.get_rng_state()
    fit(make(), bars())
    assert (torch.get_rng_state() == before).all()


@every_encoder
def test_each_image_is_encoded_by_itself(make):
    images, encoder = bars(), make()
    state = fit(encoder, images)
    together = encoder.encode(state, images, device=CPU)
    some = np.array([40, 3, 3])
    np.testing.assert_allclose(
        encoder.encode(state, images.take(some), device=CPU), together[some], rtol=1e-4, atol=1e-5
    )


@every_encoder
def test_a_state_from_the_cache_encodes_the_same(make, home: Home):
    images, encoder = bars(), make()
    state = fit(encoder, images)
    stored = home.weights("encoders", encoder.made_from(), lambda: state)
    first, second = (encoder.encode(one, images, device=CPU) for one in (state, stored))
    assert (first == second).all()


@every_encoder
def test_images_that_cannot_be_written_to_are_read(make):
    images = bars()
    images.images.flags.writeable = False
    encoder = make()
    encoder.encode(fit(encoder, images), images, device=CPU)


@every_encoder
def test_images_that_are_all_the_same_are_refused(make):
    flat = ImageSet("flat", np.full((5, 1, 16, 16), 7, np.uint8), list("abcde"))
    with pytest.raises(UserError, match="all 5 meta_train images of flat are the same and of one colour"):
        fit(make(), flat)
    copies = ImageSet("copies", bars(1).images.repeat(3, 0), list("abc"))
    with pytest.raises(UserError, match="all 3 meta_train images of copies are the same, so"):
        fit(make(), copies)
    with pytest.raises(UserError, match="learns from two images at least; meta_train has 1"):
        fit(make(), bars(1))


@every_trained_one
def test_training_stops_where_its_watcher_says(make):
    seen = []

    def stop_at_2(step: Step) -> None:
        if step.values:
            seen.append(step.done)
            if step.done == 2:
                raise Cancelled

    with pytest.raises(Cancelled):
        fit(make(), bars(), on_step=stop_at_2)
    assert seen == [1, 2]


@every_trained_one
@pytest.mark.parametrize("channels", [1, 3])
def test_progress_comes_with_numbers_and_a_picture(make, channels):
    steps: list[Step] = []
    fit(make(), bars(channels=channels), on_step=steps.append)
    assert all(step.stage == "encoder" and step.total == 3 for step in steps)
    assert [step.done for step in steps if "loss" in step.values] == [1, 2, 3]
    assert all(step.values or step.note for step in steps)
    picture = [step.picture for step in steps if step.values][-1]
    assert picture is not None
    assert picture.dtype == np.uint8
    assert picture.shape[2:] == (() if channels == 1 else (3,))
    assert min(picture.shape[:2]) >= 4 * 16
    assert picture.std() > 0


@every_trained_one
def test_watching_changes_nothing(make):
    images, encoder = bars(), make()
    alone, watched = fit(encoder, images), fit(encoder, images, on_step=lambda step: None)
    assert all((alone[name] == watched[name]).all() for name in alone)


@every_minimiser
def test_the_loss_falls(make):
    losses = []
    fit(
        make(steps=60, lr=3e-3),
        bars(),
        on_step=lambda step: losses.append(step.values["loss"]),
    )
    assert np.mean(losses[-10:]) < 0.9 * np.mean(losses[:10])


@pytest.mark.parametrize("make", [ENCODERS_HERE[name] for name in DIVERGING], ids=DIVERGING)
def test_a_loss_that_is_no_number_ends_training_with_a_remedy(make):
    with pytest.raises(UserError, match="training diverged at step .* Lower encoder.lr"):
        fit(make(steps=30, lr=1e30), bars())


def test_every_budget_is_known_by_its_name():
    for name in ENCODERS_HERE:
        for budget in ("smoke", "short", "paper"):
            encoder = ENCODERS.parse(name, budget)
            assert getattr(encoder, "steps", budget) == budget
    assert ENCODERS.parse({"name": "simclr", "steps": 7}, "paper").steps == 7


def test_a_named_length_depends_on_the_size_of_the_images_and_a_number_does_not():
    table = {"short": (100, 30)}
    assert [steps_for("short", bars(4, side=side), table) for side in (28, 84)] == [100, 30]
    assert [steps_for(7, bars(4, side=side), table) for side in (28, 84)] == [7, 7]


def test_every_pass_takes_each_item_at_most_once_in_an_order_of_its_own():
    first, second = (
        np.concatenate([minibatch(10, 3, seed=0, step=step) for step in range(start, start + 3)])
        for start in (0, 3)
    )
    assert len(set(first)) == len(set(second)) == 9
    assert (first != second).any()
    assert sorted(minibatch(4, 64, seed=0, step=9)) == [0, 1, 2, 3]


def test_an_update_gets_pixels_between_0_and_1_and_the_share_done():
    shares, batches = [], []

    def update(batch, generator, share):
        shares.append(share)
        batches.append(batch)
        return {"loss": torch.tensor(1.0)}

    train(bars(), update, steps=4, batch_size=16, seed=0, device=CPU, on_step=lambda step: None)
    assert shares == [0, 0.25, 0.5, 0.75]
    assert all(
        batch.shape == (16, 1, 16, 16) and batch.min() >= 0 and 0.9 < batch.max() <= 1 for batch in batches
    )


def test_a_montage_lays_rows_and_columns_with_gaps_between():
    tiles = torch.tensor([[0.0, 1.0], [1.0, 0.0]])[:, :, None, None, None].expand(2, 2, 1, 2, 2)
    expected = [[0, 0, 128, 255, 255]] * 2 + [[128] * 5] + [[255, 255, 128, 0, 0]] * 2
    assert montage(tiles).tolist() == expected
    assert montage(tiles.expand(2, 2, 4, 2, 2)).shape == (5, 5, 3)


def test_a_step_that_memory_does_not_hold_is_told_with_what_to_lower():
    def update(*arguments):
        raise RuntimeError("CUDA out of memory. Tried to allocate 20.00 MiB.")

    with pytest.raises(
        UserError, match=r"ran out of memory in a step of 8 images .* Lower encoder\.batch_size"
    ):
        train(bars(10, 1, 28), update, steps=1, batch_size=8, seed=0, device=CPU, on_step=lambda step: None)
