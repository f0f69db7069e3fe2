import subprocess
import sys

import numpy as np
import pytest

from umeta.cache import Home
from umeta.data import SPLITS, Dataset
from umeta.data.sets.digits import Digits


@pytest.fixture(scope="module")
def digits(shared_home: Home) -> Dataset:
    return Digits().load(shared_home)


def test_has_all_images_of_ten_classes_with_ink_255_on_0(digits: Dataset) -> None:
    assert digits.images.images.shape == (1797, 1, 28, 28)
    assert list(digits.classes.names) == list("0123456789")
    assert (digits.images.images.min(), digits.images.images.max()) == (0, 255)
    assert 0.1 < digits.images.images.mean() / 255 < 0.4


def test_enlarged_images_are_the_small_ones_when_reduced_again(digits: Dataset) -> None:
    from PIL import Image
    from sklearn.datasets import load_digits

    small = load_digits(return_X_y=True)[0].reshape(-1, 8, 8)
    for i in range(0, 1797, 50):
        original = small[int(digits.images.ids[i].removeprefix("digits/"))]
        reduced = Image.fromarray(digits.images.images[i, 0]).resize((8, 8), Image.Resampling.BOX)
        assert np.corrcoef(np.asarray(reduced).ravel(), original.ravel())[0, 1] > 0.97


def test_every_split_has_all_ten_classes_and_the_card_says_so(digits: Dataset) -> None:
    assert [digits.n_classes(split) for split in SPLITS] == [10, 10, 10]
    shares = [len(digits.items(split)) / 1797 for split in SPLITS]
    assert shares == pytest.approx([0.6, 0.2, 0.2], abs=0.01)
    assert "items are split, not classes" in digits.card.split


def test_same_numbers_in_another_home_and_from_the_cache(digits: Dataset, home: Home) -> None:
    for _ in range(2):
        again = Digits().load(home)
        assert again.images.fingerprint == digits.images.fingerprint
        np.testing.assert_array_equal(again.split_of, digits.split_of)
    assert (Digits(split_seed=1).load(home).split_of != digits.split_of).any()


def test_neither_import_nor_a_cached_load_imports_sklearn(shared_home: Home, digits: Dataset) -> None:
    program = (
        "import sys; from pathlib import Path\n"
        "from umeta.cache import Home; from umeta.data import DATASETS\n"
        f"DATASETS.parse('digits').load(Home(Path({str(shared_home.root)!r}), ()))\n"
        "assert not {'sklearn', 'torch', 'pandas'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
