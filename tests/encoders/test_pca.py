import numpy as np
import pytest
import torch

from umeta import large_arrays
from umeta.data import ImageSet
from umeta.encoders import ENCODERS
from umeta.encoders.pca import Pca
from umeta.encoders.pixels import Pixels
from umeta.stage import Step, UserError

CPU = torch.device("cpu")


def images(n: int = 60, seed: int = 0) -> ImageSet:
    pixels = np.random.default_rng(seed).integers(0, 256, (n, 1, 4, 4)).astype(np.uint8)
    return ImageSet("toy", pixels, [str(i) for i in range(n)])


def embed(encoder, fitted_on: ImageSet, shown: ImageSet) -> np.ndarray:
    state = encoder.fit(fitted_on, device=CPU)
    return encoder.encode(state, shown, device=CPU)


def test_pixels_are_the_pixels_between_0_and_1():
    shown = images()
    assert (embed(Pixels(), shown, shown) == shown.images.reshape(60, 16) / np.float32(255)).all()


def test_all_components_keep_all_distances():
    shown = images()
    full, flat = embed(Pca(dim=16), shown, shown), embed(Pixels(), shown, shown)
    assert np.linalg.norm(full[0] - full[1]) == pytest.approx(np.linalg.norm(flat[0] - flat[1]), rel=1e-4)


def test_the_first_component_is_the_direction_of_most_variance():
    pixels = np.full((50, 1, 2, 2), 100, np.uint8)
    pixels[:, 0, 0, 0] = np.arange(50) * 5  # only one pixel varies
    shown = ImageSet("ramp", pixels, [str(i) for i in range(50)])
    found = embed(Pca(dim=1), shown, shown)[:, 0]
    assert np.abs(found) == pytest.approx(np.abs(np.arange(50) * 5 - 122.5) / 255, abs=1e-5)


def test_unseen_images_use_the_state_of_the_training_images_alone():
    fitted, unseen = images(), images(30, seed=1)
    together = embed(Pca(dim=4), fitted, unseen)
    assert (embed(Pca(dim=4), fitted, unseen.take(np.arange(5))) == together[:5]).all()


def test_more_dimensions_than_the_images_allow_are_refused():
    with pytest.raises(UserError, match="60 images of 16 pixels allow; use encoder.dim=16 or less"):
        embed(Pca(dim=64), images(), images())


def test_an_unknown_encoder_is_refused_with_the_list():
    with pytest.raises(UserError, match="encoder='pcaa' is not known. Choose one of: pixels, pca"):
        ENCODERS.parse("pcaa")


def test_a_large_set_has_the_same_embedding_up_to_signs_and_is_read_in_blocks(tmp_path, monkeypatch):
    rough = np.random.default_rng(0).integers(0, 256, (400, 1, 9, 9))
    smooth = np.mean([rough[:, :, i : i + 7, j : j + 7] for i in range(3) for j in range(3)], axis=0)
    smooth = smooth * np.linspace(0.2, 1, 7)[:, None]  # so that no two components vary alike
    np.save(tmp_path / "images.npy", smooth.astype(np.uint8))
    ids = [str(i) for i in range(400)]
    shown = ImageSet("toy", np.load(tmp_path / "images.npy", mmap_mode="r"), ids)
    small = {encoder: embed(encoder, shown, shown) for encoder in (Pca(dim=4), Pixels(), Pixels(zca=True))}
    monkeypatch.setattr(large_arrays, "LARGE", 2000)
    monkeypatch.setattr(large_arrays, "BLOCK", 49 * 30)
    notes: list[Step] = []
    state = Pca(dim=4).fit(shown, device=CPU, on_step=notes.append)
    assert [step.done for step in notes][:3] == [30, 60, 90]
    assert notes[-1].done == notes[-1].total == 9 * 400
    found = Pca(dim=4).encode(state, shown, device=CPU)
    assert np.abs(found) == pytest.approx(np.abs(small[Pca(dim=4)]), abs=2e-3)
    assert (embed(Pixels(), shown, shown) == small[Pixels()]).all()
    assert embed(Pixels(zca=True), shown, shown) == pytest.approx(small[Pixels(zca=True)], abs=1e-3)
