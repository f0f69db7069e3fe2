"""Writing and reading whole cells is tested in tests/studies/test_cells.py."""

import subprocess
import sys
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file

from umeta.results.cell_files import add_lists

WRITER = """
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
import numpy as np
from umeta.results.cell_files import add_lists

def write(thread):
    for k in range(25):
        add_lists(Path(sys.argv[1]), {f"{sys.argv[2]} {thread} {k}": np.arange(3, dtype=np.int32)})

with ThreadPoolExecutor(4) as pool:
    list(pool.map(write, range(4)))
"""


def test_lists_that_four_processes_of_four_threads_add_are_all_kept(tmp_path: Path):
    file = tmp_path / "cells" / "tasks.safetensors"
    processes = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(file), str(number)]) for number in range(4)
    ]
    assert [process.wait(120) for process in processes] == [0] * 4
    assert len(load_file(file)) == 4 * 4 * 25


def test_of_two_lists_of_one_hash_the_longer_is_kept(tmp_path: Path):
    file = tmp_path / "tasks.safetensors"
    for n_tasks in (2, 5, 3):
        add_lists(file, {"hash": np.arange(n_tasks, dtype=np.int32)})
    assert len(load_file(file)["hash"]) == 5
