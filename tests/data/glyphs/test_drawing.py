"""Tests umeta.data.glyphs.scripts too."""

import hashlib
import subprocess
import sys
import time
from typing import Any

import numpy as np
import pytest

from umeta.data.glyphs.drawing import Glyphs, draw_glyphs

N_ALPHABETS, N_CLASSES, N_DRAWERS = 6, 60, 12


@pytest.fixture(scope="module")
def glyphs() -> Glyphs:
    return draw_glyphs(n_alphabets=N_ALPHABETS, n_classes=N_CLASSES, n_drawers=N_DRAWERS)


def digest(glyphs: Glyphs) -> str:
    return hashlib.sha256(b"".join(np.ascontiguousarray(part).tobytes() for part in glyphs)).hexdigest()


def ink_share(glyphs: Glyphs) -> np.ndarray:
    return glyphs.images.reshape(len(glyphs.images), -1).mean(1) / 255


def by_class_and_drawer(values: np.ndarray) -> np.ndarray:
    return values.reshape(N_CLASSES, N_DRAWERS, *values.shape[1:])


def test_every_drawer_draws_every_class_once(glyphs: Glyphs):
    assert glyphs.images.shape == (N_CLASSES * N_DRAWERS, 1, 28, 28)
    assert glyphs.images.dtype == np.uint8
    for part in (glyphs.classes, glyphs.alphabets, glyphs.drawers):
        assert part.shape == (N_CLASSES * N_DRAWERS,)
        assert part.dtype == np.int32
    pairs = set(zip(glyphs.classes.tolist(), glyphs.drawers.tolist(), strict=True))
    assert pairs == {(k, d) for k in range(N_CLASSES) for d in range(N_DRAWERS)}


def test_a_class_belongs_to_one_alphabet_and_alphabets_share_the_classes_evenly():
    glyphs = draw_glyphs(n_alphabets=3, n_classes=8, n_drawers=2)
    members = [np.unique(glyphs.classes[glyphs.alphabets == a]).tolist() for a in range(3)]
    assert members == [[0, 1, 2], [3, 4, 5], [6, 7]]


def test_the_same_seed_draws_the_same_bytes():
    arguments: dict[str, Any] = {"n_alphabets": 2, "n_classes": 5, "n_drawers": 3}
    assert digest(draw_glyphs(**arguments, seed=4)) == digest(draw_glyphs(**arguments, seed=4))


def test_a_seed_shows_what_it_showed_in_earlier_versions():
    images = draw_glyphs(n_alphabets=3, n_classes=40, n_drawers=5).images
    assert hashlib.sha256(images.tobytes()).hexdigest()[:16] == "dac6e28c13e8ed71"


def test_another_process_draws_the_same_bytes():
    program = (
        "import hashlib, numpy as np; from umeta.data.glyphs.drawing import draw_glyphs; "
        "g = draw_glyphs(n_alphabets=2, n_classes=5, n_drawers=3, seed=4); "
        "print(hashlib.sha256(b''.join(np.ascontiguousarray(p).tobytes() for p in g)).hexdigest())"
    )
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert said.strip() == digest(draw_glyphs(n_alphabets=2, n_classes=5, n_drawers=3, seed=4))


def test_another_seed_invents_other_characters():
    one, other = (draw_glyphs(n_alphabets=2, n_classes=6, n_drawers=3, seed=seed).images for seed in (0, 1))
    assert (one != other).any(axis=(1, 2, 3)).all()


def test_the_global_random_state_is_neither_read_nor_changed():
    def drawn_after(global_seed: int) -> tuple[str, float]:
        np.random.seed(global_seed)  # noqa: NPY002  (the legacy generator is what must be left alone)
        return digest(draw_glyphs(n_alphabets=1, n_classes=2, n_drawers=2)), np.random.random()  # noqa: NPY002

    np.random.seed(8)  # noqa: NPY002
    untouched = np.random.random()  # noqa: NPY002
    assert drawn_after(8) == (drawn_after(9)[0], untouched)


def test_every_image_has_ink_and_their_mean_is_that_of_handwriting(glyphs: Glyphs):
    share = ink_share(glyphs)
    assert share.min() > 0.01
    assert share.max() < 0.35
    assert 0.06 < share.mean() < 0.12  # Omniglot at this size: 0.08


def test_ink_is_dark_on_a_clean_ground(glyphs: Glyphs):
    assert (glyphs.images.max(axis=(1, 2, 3)) > 200).all()
    assert (np.median(glyphs.images, axis=(1, 2, 3)) == 0).all()


def test_hardly_any_character_runs_over_the_border(glyphs: Glyphs):
    image = glyphs.images[:, 0]
    border = np.concatenate([image[:, 0], image[:, -1], image[:, :, 0], image[:, :, -1]], axis=1)
    assert (border > 127).any(axis=1).mean() < 0.02


def test_characters_fill_the_frame(glyphs: Glyphs):
    inked = glyphs.images[:, 0] > 64
    extent = np.maximum(inked.any(axis=1).sum(-1), inked.any(axis=2).sum(-1))
    assert (extent >= 12).mean() > 0.9


def test_two_drawings_of_a_class_are_nearer_than_two_classes(glyphs: Glyphs):
    pixels = glyphs.images.reshape(len(glyphs.images), -1).astype(np.float32) / 255
    squares = (pixels**2).sum(1)
    distance = squares[:, None] + squares - 2 * pixels @ pixels.T
    same = glyphs.classes[:, None] == glyphs.classes
    within = distance[same & ~np.eye(len(pixels), dtype=bool)].mean()
    same_alphabet = glyphs.alphabets[:, None] == glyphs.alphabets
    assert within < 0.9 * distance[~same].mean()
    assert (
        within < 0.95 * distance[~same & same_alphabet].mean()
    )  # a harder contrast: one style, shared roots


def test_pixels_alone_recognise_characters_better_than_chance_but_not_well(glyphs: Glyphs):
    pixels = by_class_and_drawer(glyphs.images.reshape(len(glyphs.images), -1) / 255.0)
    rng = np.random.default_rng(0)
    right = []
    for _ in range(300):
        task = pixels[rng.choice(N_CLASSES, 5, replace=False)][:, rng.choice(N_DRAWERS, 2, replace=False)]
        distance = ((task[:, None, 1] - task[None, :, 0]) ** 2).sum(-1)  # (query, support)
        right.append((distance.argmin(1) == np.arange(5)).mean())
    assert 0.3 < np.mean(right) < 0.65


def test_characters_of_an_alphabet_differ(glyphs: Glyphs):
    mean = by_class_and_drawer(glyphs.images[:, 0] / 255.0).mean(1).reshape(N_CLASSES, -1)
    distance = ((mean[:, None] - mean) ** 2).sum(-1) + 1e9 * np.eye(N_CLASSES)
    assert distance.min() > 1


def test_no_two_drawings_are_the_same(glyphs: Glyphs):
    assert len(np.unique(glyphs.images.reshape(len(glyphs.images), -1), axis=0)) == len(glyphs.images)


@pytest.mark.parametrize("habit", ["pen", "size"])
def test_a_drawer_keeps_a_habit_from_class_to_class(glyphs: Glyphs, habit: str):
    inked = glyphs.images[:, 0] > 64
    height = inked.any(axis=2).sum(-1).astype(float)
    measured = by_class_and_drawer({"pen": glyphs.stroke_widths, "size": height}[habit])
    measured = measured - measured.mean(1, keepdims=True)  # what the character itself asks for
    odd, even = measured[1::2].mean(0), measured[::2].mean(0)
    assert np.corrcoef(odd, even)[0, 1] > 0.7


def test_a_wider_pen_leaves_more_ink(glyphs: Glyphs):
    widths, ink = by_class_and_drawer(glyphs.stroke_widths), by_class_and_drawer(ink_share(glyphs))
    residual = [(w - w.mean()) @ (i - i.mean()) for w, i in zip(widths, ink, strict=True)]
    assert np.mean(np.array(residual) > 0) > 0.6


def test_a_larger_image_shows_the_same_drawing_with_a_wider_pen():
    small, large = (draw_glyphs(n_alphabets=1, n_classes=4, n_drawers=2, size=size) for size in (28, 56))
    reduced = large.images.reshape(-1, 28, 2, 28, 2).mean((2, 4))
    assert large.images.shape == (8, 1, 56, 56)
    np.testing.assert_allclose(large.stroke_widths, 2 * small.stroke_widths, rtol=1e-6)
    for one, other in zip(small.images[:, 0], reduced, strict=True):
        assert np.corrcoef(one.ravel(), other.ravel())[0, 1] > 0.95


def test_one_of_everything_is_enough():
    assert draw_glyphs(n_alphabets=1, n_classes=1, n_drawers=1, size=8).images.shape == (1, 1, 8, 8)


def test_a_hundred_classes_take_seconds():
    start = time.perf_counter()
    draw_glyphs(n_alphabets=5, n_classes=100, n_drawers=20)
    assert (
        time.perf_counter() - start < 10
    )  # about a quarter of a second; the default of 1,000 classes takes about two


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"n_alphabets": 0}, "n_alphabets=0"),
        ({"n_classes": -1}, "n_classes=-1"),
        ({"n_drawers": 0}, "n_drawers=0. Raise n_drawers"),
        ({"size": 4}, "size must be at least 8, but size=4"),
        ({"seed": -3}, "seed=-3"),
        ({"n_alphabets": 9}, "n_alphabets=9 is more than n_classes=5. Raise n_classes or lower n_alphabets"),
    ],
)
def test_bad_arguments_are_named_with_their_value_and_a_remedy(changed: dict[str, int], message: str):
    arguments: dict[str, Any] = {"n_alphabets": 2, "n_classes": 5, "n_drawers": 2} | changed
    with pytest.raises(ValueError, match=message):
        draw_glyphs(**arguments)
