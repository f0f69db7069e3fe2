import numpy as np
import pytest
import torch

from tests.encoders.neural import CPU, bars, fit
from umeta.baselines.prototypes import PrototypeClassifier
from umeta.data import Dataset, ImageSet
from umeta.encoders import ENCODERS
from umeta.encoders.adapted import Adapted
from umeta.encoders.pretrained import Pretrained
from umeta.encoders.pretrained_network import drawings_of
from umeta.evaluation.few_shot import evaluate
from umeta.tasks import TaskConfig
from umeta.tasks.test_tasks import TestTasks

TINY = Adapted(rounds=2, round_steps=2, batch_size=8)


def image_set(images: np.ndarray) -> ImageSet:
    return ImageSet("some", images, [str(k) for k in range(len(images))])


def test_without_rounds_it_is_the_encoder_that_comes_with_umeta():
    images, untaught = bars(), Adapted(rounds=0)
    assert untaught.encode(fit(untaught, images), images, device=CPU) == pytest.approx(
        Pretrained().encode({}, images, device=CPU)
    )


def test_rounds_teach_it_and_a_seed_says_how():
    images = bars()
    untaught, taught, again, other = (
        encoder.encode(fit(encoder, images), images, device=CPU)
        for encoder in (Adapted(rounds=0), TINY, TINY, TINY.model_copy(update={"seed": 1}))
    )
    assert taught.shape == (len(images), TINY.dim)
    assert (taught == again).all()
    assert np.abs(taught - untaught).max() > 0.01
    assert np.abs(taught - other).max() > 1e-4


def test_it_says_where_it_comes_from():
    assert ENCODERS.parse("adapted:glyphs") == Adapted()
    assert Adapted.trains
    assert (Adapted().labels_seen, "invented letters" in Adapted().note) == ("none", True)
    assert Adapted().made_from()["weights"] == Pretrained().made_from()["weights"]
    assert Adapted(test_views=2).as_fitted() == Adapted()
    assert Adapted(test_views=2).made_from() != Adapted().made_from()


def test_dark_ink_on_coloured_paper_is_taught_and_embedded_like_light_on_black():
    light = np.zeros((9, 1, 28, 28), np.uint8)
    light[:, :, 4:24, 4:24] = np.random.default_rng(0).integers(0, 256, (9, 1, 20, 20), np.uint8)
    dark = np.repeat(255 - light, 3, axis=1)
    state = fit(TINY, image_set(light))
    assert all((state[name] == value).all() for name, value in fit(TINY, image_set(dark)).items())
    for encoder in (TINY, TINY.model_copy(update={"test_views": 2})):
        of_light, of_dark = (encoder.encode(state, image_set(one), device=CPU) for one in (light, dark))
        assert of_dark == pytest.approx(of_light, abs=1e-4)


def test_drawings_of_images_that_are_drawings_are_their_pixels():
    images = np.zeros((3000, 1, 28, 28), np.uint8)  # more than one part
    images[:, :, 2:26, 2:26] = np.random.default_rng(0).integers(0, 256, (3000, 1, 24, 24), np.uint8)
    assert (drawings_of(image_set(images), 28).images == images).all()
    assert drawings_of(image_set(images[:2, :, :14]), 28).item_shape == (1, 28, 28)


@pytest.mark.slow
def test_a_few_steps_on_real_letters_make_it_better_at_others(omniglot: Dataset):
    training = omniglot.images.take(omniglot.items("meta_train"))
    encoder = Adapted(rounds=1, round_steps=40)
    tasks = TestTasks.draw(
        omniglot, TaskConfig(n_way=20, n_shot=1, n_query=5), n_tasks=200, split="meta_test", seed=0
    )
    used = np.unique(np.concatenate([tasks.tasks.support, tasks.tasks.query], axis=2))

    def accuracy(state: dict[str, np.ndarray]) -> float:
        vectors = np.zeros((len(omniglot.images), encoder.dim), np.float32)
        vectors[used] = encoder.encode(state, omniglot.images.take(used), device=CPU)
        found = evaluate(PrototypeClassifier(None), torch.from_numpy(vectors), tasks.tasks, device=CPU)
        return float(found.mean())

    assert accuracy(fit(encoder, training)) > accuracy(Pretrained().weights()) + 0.005
