import numpy as np
import pytest

from umeta.data.measurements import traits


def bar(height: int, width: int, *, ink: int = 255, paper: int = 0) -> np.ndarray:
    image = np.full((1, 20, 20), paper, np.uint8)
    image[:, 4 : 4 + height, 4 : 4 + width] = ink
    return image


def test_ink_and_stroke_weight_of_bars_by_hand():
    found = traits(np.stack([bar(3, 12), bar(12, 3), bar(1, 12), bar(6, 12)]))
    assert found["ink"] == pytest.approx(np.array([36, 36, 12, 72]) / 400)
    # 2 · area / outline, the outline being 2 · (h + w) less 2 − √2 for the one corner that counts both gradients
    by_hand = [2 * h * w / (2 * (h + w) - 2 + 2**0.5) for h, w in ((3, 12), (12, 3), (1, 12), (6, 12))]
    assert found["stroke weight"] == pytest.approx(by_hand)


def test_neither_inversion_nor_faint_ink_changes_the_stroke_weight():
    found = traits(np.stack([bar(3, 12), bar(3, 12, ink=0, paper=255), bar(3, 12, ink=51)]))
    assert found["stroke weight"] == pytest.approx(found["stroke weight"][:1].repeat(3), rel=1e-5)
    assert found["ink"] == pytest.approx(np.array([36, 36, 36 * 0.2]) / 400)


def test_an_empty_drawing_has_no_stroke():
    found = traits(np.full((2, 1, 8, 8), 255, np.uint8))
    assert found["ink"].tolist() == [0, 0]
    assert np.isnan(found["stroke weight"]).all()


def test_brightness_and_saturation_of_photographs_by_hand():
    red, grey, black = (np.zeros((3, 4, 4), np.uint8) for _ in range(3))
    red[0] = 255
    grey[:] = 51
    found = traits(np.stack([red, grey, black]))
    assert set(found) == {"brightness", "saturation"}
    assert found["brightness"] == pytest.approx([1, 0.2, 0])
    assert found["saturation"] == pytest.approx([1, 0, 0])


def test_many_images_are_measured_in_parts_as_one(monkeypatch):
    images = np.random.default_rng(0).integers(0, 256, (7, 1, 9, 9)).astype(np.uint8)
    whole = traits(images)
    monkeypatch.setattr("umeta.data.measurements.AT_ONCE", 3)
    parts = traits(images)
    assert all((parts[name] == whole[name]).all() for name in whole)
