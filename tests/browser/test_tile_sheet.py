import numpy as np

from umeta.browser.tile_sheet import is_ink


def test_ink_is_one_channel_on_dark_ground():
    ink = np.zeros((40, 1, 6, 5), np.uint8)
    ink[:, :, 2:4, 1:4] = np.random.default_rng(0).integers(1, 256, size=(40, 1, 2, 3))
    assert is_ink(ink)
    assert not is_ink(255 - ink)
    assert not is_ink(np.repeat(ink, 3, axis=1))
