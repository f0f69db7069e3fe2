import numpy as np

from umeta.demo.build import _narrowest


def test_integers_are_stored_in_the_narrowest_type_that_holds_them():
    assert _narrowest(np.array([-1, 32_767])).dtype == np.int16
    assert _narrowest(np.array([32_768])).dtype == np.int32
    assert _narrowest(np.array([0.5], np.float32)).dtype == np.float32
    assert _narrowest(np.array([3], np.uint8)).dtype == np.uint8
