import subprocess
import sys
from pathlib import Path

import pytest

from umeta.file_locks import at_work_on, is_nobody_at_work_on

HOLDER = """
import sys
from pathlib import Path
from umeta.file_locks import at_work_on
with at_work_on(Path(sys.argv[1])):
    print("works", flush=True)
    sys.stdin.read()
"""


@pytest.mark.process
def test_a_lock_is_seen_by_others_and_ends_with_its_process(tmp_path: Path):
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "works\n"
    assert is_nobody_at_work_on(tmp_path) is False
    holder.kill()
    holder.communicate()
    assert is_nobody_at_work_on(tmp_path) is True


def test_of_what_is_not_there_nothing_can_be_told(tmp_path: Path):
    assert is_nobody_at_work_on(tmp_path / "nowhere") is None
    with at_work_on(tmp_path / "nowhere"):
        pass
