import subprocess
import sys

import pytest

from umeta.device import pick_device
from umeta.stage import UserError

FAULTS = """
import resource, sys
import numpy as np
from umeta.device import keep_freed_memory
if sys.argv[1] == "keep":
    keep_freed_memory()
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(20):
    np.ones(2**22)
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


def faults(mode: str) -> int:
    found = subprocess.run([sys.executable, "-c", FAULTS, mode], capture_output=True, text=True, check=True)
    return int(found.stdout)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only glibc gives freed memory back at once")
def test_freed_memory_is_used_again_instead_of_being_asked_for_anew():
    assert faults("keep") < faults("give back") / 5


def test_a_device_that_is_not_known_or_not_here_is_refused():
    assert pick_device("cpu").type == "cpu"
    with pytest.raises(UserError, match="Choose one of: auto, cpu, cuda, mps"):
        pick_device("gpu")
