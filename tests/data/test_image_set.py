import numpy as np

from umeta.data import ImageSet


def test_the_tensor_is_a_copy_of_the_pixels():
    pixels = np.random.default_rng(0).integers(0, 256, (3, 1, 4, 4)).astype(np.uint8)
    images = ImageSet("toy", pixels, ["a", "b", "c"])
    tensor = images.tensor()
    assert np.array_equal(tensor.numpy(), pixels)
    tensor.zero_()
    assert images.images.any()
