"""Tests umeta.encoders.pretrained_network too."""

import hashlib
import json
import time

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file

from tests.encoders.neural import CPU
from umeta.baselines.prototypes import PrototypeClassifier
from umeta.cache import Home
from umeta.data import DATASETS, Dataset, ImageSet
from umeta.encoders import ENCODERS, default_encoder
from umeta.encoders.pretrained import FOLDER, Pretrained
from umeta.encoders.pretrained_network import as_drawings
from umeta.evaluation.few_shot import evaluate
from umeta.tasks import TaskConfig
from umeta.tasks.test_tasks import TestTasks

GLYPHS = Pretrained()


def embedded(images: np.ndarray) -> np.ndarray:
    return GLYPHS.encode({}, ImageSet("some", images, [str(k) for k in range(len(images))]), device=CPU)


def accuracy(dataset: Dataset, split: str, *, n_way: int, n_shot: int) -> float:
    """Of the nearest mean of a class, on the images of a split alone."""
    config = TaskConfig(n_way=n_way, n_shot=n_shot, n_query=5)
    tasks = TestTasks.draw(dataset, config, n_tasks=200, split=split, seed=0).tasks
    used = np.unique(np.concatenate([tasks.support, tasks.query], axis=2))
    vectors = np.zeros((len(dataset.images), GLYPHS.dim), np.float32)
    vectors[used] = embedded(dataset.images.images[used])
    return float(evaluate(PrototypeClassifier(None), torch.from_numpy(vectors), tasks, device=CPU).mean())


def test_the_weights_that_come_with_umeta_are_those_of_the_record_and_small():
    weights = (FOLDER / "glyphs.safetensors").read_bytes()
    record = json.loads((FOLDER / "glyphs.json").read_text())
    assert record["sha256"] == hashlib.sha256(weights).hexdigest()
    assert GLYPHS.made_from()["weights"] == record["sha256"]
    assert len(weights) <= 1_000_000
    assert record["dataset"]["name"] == "glyphs"
    assert ENCODERS.parse(record["encoder"]).dim == GLYPHS.dim


def test_it_embeds_at_once_and_needs_no_training_and_no_label():
    start = time.process_time()
    vectors = embedded(np.zeros((1, 1, 28, 28), np.uint8))
    assert time.process_time() - start < 3
    assert (vectors.shape, vectors.dtype) == ((1, GLYPHS.dim), np.float32)
    assert (GLYPHS.trains, GLYPHS.labels_seen) == (False, "none")
    assert "invented letters" in GLYPHS.note
    assert GLYPHS.fit(ImageSet("none", np.zeros((0, 1, 28, 28), np.uint8), []), device=CPU) == {}


def test_vectors_have_length_1_and_each_image_is_embedded_by_itself():
    images = np.random.default_rng(0).integers(0, 256, (5, 1, 28, 28), np.uint8)
    vectors = embedded(images)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)
    assert embedded(images[3:4])[0] == pytest.approx(vectors[3], abs=1e-4)


def test_vectors_are_those_of_the_simclr_that_was_trained_on_the_same_drawings():
    images = np.random.default_rng(0).integers(0, 256, (9, 1, 28, 28), np.uint8)
    images[:, :, [0, -1]] = images[..., [0, -1]] = 0  # a black background
    soft = as_drawings(torch.from_numpy(images) / 255, 28).mul(255).round().byte().numpy()
    simclr = ENCODERS.parse(GLYPHS.record()["encoder"])
    drawings = ImageSet("soft", soft, [str(k) for k in range(9)])
    weights = {
        name: value.astype(np.float32) for name, value in load_file(FOLDER / "glyphs.safetensors").items()
    }
    expected = simclr.encode(weights, drawings, device=CPU)
    assert embedded(images) == pytest.approx(expected, abs=0.01)  # the drawings are rounded to whole numbers


def test_a_dot_becomes_soft():
    image = torch.zeros(1, 1, 28, 28)
    image[0, 0, 10, 7] = 1
    drawing = as_drawings(image, 28)[0, 0]
    # the products of 0.2, 0.6, 0.2
    expected = [[0.04, 0.12, 0.04], [0.12, 0.36, 0.12], [0.04, 0.12, 0.04]]
    assert drawing[9:12, 6:9].numpy() == pytest.approx(np.array(expected))
    assert drawing.sum().item() == pytest.approx(1)


def test_dark_ink_on_white_or_coloured_paper_is_the_same_drawing_as_light_on_black():
    image = torch.zeros(1, 1, 28, 28)
    image[0, 0, 5:20, 12:14] = 0.75
    drawing = as_drawings(image, 28)
    assert torch.equal(as_drawings(1 - image, 28), drawing)
    assert as_drawings((1 - image).expand(-1, 3, -1, -1), 28).numpy() == pytest.approx(drawing.numpy())


def test_images_of_other_sizes_keep_their_proportions():
    wide = torch.zeros(1, 1, 14, 56)
    wide[0, 0, 3:11, 24:32] = 1  # a square in the middle
    drawing = as_drawings(wide, 28)[0, 0].numpy()
    rows, columns = (np.flatnonzero(drawing.max(axis) > 0.5) for axis in (1, 0))
    assert (len(rows), len(columns)) == (4, 4)
    assert (rows.mean(), columns.mean()) == (13.5, 13.5)
    assert as_drawings(torch.rand(2, 1, 8, 8), 28).shape == (2, 1, 28, 28)


def test_real_letters_are_told_apart_by_what_invented_ones_taught(omniglot: Dataset):
    assert accuracy(omniglot, "meta_test", n_way=5, n_shot=1) > 0.94


def test_real_digits_are_told_apart(home: Home):
    digits = DATASETS.parse("digits").load(home)
    assert accuracy(digits, "meta_test", n_way=10, n_shot=5) > 0.8


def test_it_is_the_default_for_handwriting_alone():
    chosen = {
        name: default_encoder(name, with_vectors=False) for name in ("omniglot", "glyphs", "digits", "mnist")
    }
    assert set(chosen.values()) == {GLYPHS.name}
    others = ("fashion-mnist", "miniimagenet", "folder:a")
    assert {default_encoder(name, with_vectors=False) for name in others} == {"pca"}
    assert default_encoder("vectors:a", with_vectors=True) == "vectors"
