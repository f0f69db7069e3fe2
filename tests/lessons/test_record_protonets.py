import numpy as np
import pytest
from safetensors.numpy import load_file

from umeta.cache import Home
from umeta.lessons.record_protonets import record
from umeta.lessons.recorded import PROTONETS_FILE, PROTONETS_STEPS

pytestmark = pytest.mark.lengthy


@pytest.mark.slow
def test_the_recording_begins_as_the_training_does(shared_home: Home):
    kept, anew = load_file(PROTONETS_FILE), record(shared_home, PROTONETS_STEPS[:2])
    assert kept["steps"].tolist() == list(PROTONETS_STEPS)
    np.testing.assert_allclose(anew["distances"], kept["distances"][:2], rtol=0.02)
    np.testing.assert_allclose(anew["accuracy"], kept["accuracy"][:2], atol=0.01)
