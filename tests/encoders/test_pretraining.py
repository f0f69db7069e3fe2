import hashlib
import json

import numpy as np
from safetensors.numpy import load

from tests.encoders.neural import CPU
from umeta.cache import Home
from umeta.encoders.pretraining import pretrain, small, write

WORLD = {"name": "glyphs", "n_alphabets": 2, "n_classes": 10, "n_drawers": 2, "size": 16, "seed": 3}
RECIPE = {"name": "simclr", "n_filters": 4, "dim": 6, "batch_size": 8, "n_views": 3, "steps": 2}


def test_matrices_are_halved_and_the_rest_stays_as_it_is():
    state = {"weight": np.full((2, 3), 1.5, np.float32), "bias": np.full(3, 1e-9, np.float32)}
    state["count"] = np.array(70_000, np.int64)
    kept = small(state)
    assert {name: array.dtype.name for name, array in kept.items()} == {
        "weight": "float16",
        "bias": "float32",
        "count": "int64",
    }
    assert all(np.array_equal(kept[name], state[name]) for name in state)


def test_a_pretraining_writes_the_weights_with_a_record_by_which_it_is_repeated(tmp_path):
    home = Home(tmp_path / "home", ())
    weights, record = pretrain(WORLD, RECIPE, home, device=CPU)
    write(tmp_path, "letters", weights, record)
    written = (tmp_path / "letters.safetensors").read_bytes()
    recorded = json.loads((tmp_path / "letters.json").read_text())
    assert recorded["sha256"] == hashlib.sha256(written).hexdigest()
    assert (recorded["images"], recorded["item_shape"]) == (
        14,
        [1, 16, 16],
    )  # 7 of the 10 characters, twice each
    again, _ = pretrain(recorded["dataset"], recorded["encoder"], home, device=CPU)
    assert all(np.array_equal(again[name], array) for name, array in load(written).items())
