import subprocess
import sys

import pytest

from umeta.device import pick_device
from umeta.stage import UserError

HELD = """
import sys
import psutil
from umeta.device import keep_freed_memory
if sys.argv[1] == "keep":
    keep_freed_memory()
block = b"x" * 2**28
del block
print(psutil.Process().memory_info().rss)
"""


def held(mode: str) -> int:
    """Return the bytes that a process still holds after it has freed a block of 2^28."""
    found = subprocess.run([sys.executable, "-c", HELD, mode], capture_output=True, text=True, check=True)
    return int(found.stdout)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only glibc gives freed memory back at once")
def test_freed_memory_is_kept_to_be_used_again():
    assert held("give back") < 2**28 < held("keep")


def test_a_device_that_is_not_known_or_not_here_is_refused():
    assert pick_device("cpu").type == "cpu"
    with pytest.raises(UserError, match="Choose one of: auto, cpu, cuda, mps"):
        pick_device("gpu")
