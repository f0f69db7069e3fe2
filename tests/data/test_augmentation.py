import pytest
import torch
import torch.nn.functional as F

from umeta.data.augmentation import POLICIES, _dilated, augment


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def strokes(channels: int = 1, n: int = 6, side: int = 28) -> torch.Tensor:
    """A cross off the middle on a dark ground, the same in every image."""
    images = torch.zeros(n, channels, side, side)
    images[:, :, side // 4 : side // 2, side // 2] = 1
    images[:, 0, side // 3, side // 4 : -side // 4] = 0.8
    return images


CASES = [("glyphs", 1), ("glyphs", 3), ("photographs", 3), ("photographs", 1), ("photographs", 4)]


@pytest.mark.parametrize(("policy", "channels"), CASES)
def test_views_keep_shape_and_range_and_leave_the_images_alone(policy, channels):
    images = torch.rand(8, channels, 20, 31, generator=generator())
    before = images.clone()
    views = augment(images, policy, generator=generator())
    assert views.shape == images.shape
    assert views.dtype == images.dtype
    assert 0 <= views.min() < views.max() <= 1
    assert (images == before).all()


@pytest.mark.parametrize(("policy", "channels"), CASES)
def test_at_strength_0_nothing_changes(policy, channels):
    images = torch.rand(8, channels, 20, 31, generator=generator())
    assert augment(images, policy, generator=generator(), strength=0.0).sub(images).abs().max() < 1e-5


@pytest.mark.parametrize("policy", POLICIES)
def test_each_image_is_changed_by_amounts_of_its_own_that_follow_from_the_generator(policy):
    images = strokes(3)
    views = augment(images, policy, generator=generator(1))
    assert (views == augment(images, policy, generator=generator(1))).all()
    assert (views != augment(images, policy, generator=generator(2))).any()
    assert (views[0] != views[1]).any()


def test_auto_means_glyphs_for_one_channel_and_photographs_for_more():
    for channels, policy in ((1, "glyphs"), (3, "photographs")):
        images = strokes(channels)
        auto, named = (augment(images, name, generator=generator()) for name in ("auto", policy))
        assert (auto == named).all()


def test_a_drawing_keeps_its_ground_whatever_its_colour():
    for ink in (strokes(), 1 - strokes()):
        views = augment(ink, "glyphs", generator=generator())
        corners = views[:, :, [0, 0, -1, -1], [0, -1, 0, -1]]
        assert (corners == ink[0, 0, 0, 0]).float().mean() > 0.9


def test_strokes_are_thickened_and_thinned():
    amount = augment(strokes(n=100), "glyphs", generator=generator()).mean((1, 2, 3)) / strokes().mean()
    assert amount.min() < 0.7
    assert amount.max() > 1.5


def test_some_photographs_turn_grey_and_some_are_mirrored():
    images = torch.rand(200, 3, 8, 8, generator=generator())
    views = augment(images, "photographs", generator=generator())
    grey = (views - views.mean(1, keepdim=True)).abs().amax((1, 2, 3)) < 1e-5
    assert 0.1 < grey.float().mean() < 0.3
    ramp = torch.linspace(0.2, 0.8, 16).expand(200, 3, 16, 16)
    falls = augment(ramp, "photographs", generator=generator())[..., -1].mean((1, 2)) < 0.5
    assert 0.35 < falls.float().mean() < 0.65


def test_a_grey_photograph_stays_grey():
    images = torch.rand(20, 1, 8, 8, generator=generator()).expand(-1, 3, -1, -1)
    views = augment(images, "photographs", generator=generator())
    assert (views - views.mean(1, keepdim=True)).abs().max() < 1e-5


def test_a_dilation_is_the_largest_of_a_pixel_and_its_neighbours():
    ink = torch.randn(3, 2, 5, 7, generator=generator())
    assert (_dilated(ink) == F.max_pool2d(ink, 3, 1, 1)).all()


@pytest.mark.parametrize(("policy", "channels"), CASES)
def test_images_that_are_changed_alike_are_changed_as_each_alone_would_be(policy, channels):
    images = torch.rand(5, channels, 20, 31, generator=generator())
    together = augment(images, policy, generator=generator(), alike=True)
    alone = [augment(image[None], policy, generator=generator(), alike=True)[0] for image in images]
    torch.testing.assert_close(together, torch.stack(alone), atol=1e-5, rtol=0)
    same = augment(images[:1].repeat(5, 1, 1, 1), policy, generator=generator(), alike=True)
    assert (same - same[:1]).abs().max() < 1e-6
