"""The demo's partitions are made for it, which takes minutes."""

import numpy as np
import pytest
from safetensors.numpy import load_file

from umeta.cache import Home
from umeta.lessons.record_maml import record
from umeta.lessons.recorded import MAML_FILE, MAML_STEPS


@pytest.mark.slow
def test_the_recording_begins_as_the_training_does(shared_home: Home):
    kept, anew = load_file(MAML_FILE), record(shared_home, MAML_STEPS[:2])
    assert MAML_FILE.stat().st_size <= 100_000
    assert kept["steps"].tolist() == list(MAML_STEPS)
    assert np.array_equal(anew["answers"][0], kept["answers"][0])
    assert (anew["answers"] == kept["answers"][:2]).mean() > 0.98  # processors round differently
