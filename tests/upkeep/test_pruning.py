import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.small_runs import small
from umeta.cache import Home
from umeta.runs import RunDirectory
from umeta.runs.deletion import KEPT_DAYS, delete, empty
from umeta.runs.slots import machine_folder, take_slot
from umeta.upkeep import pruning
from umeta.upkeep.pruning import DAY, HOUR, RE_READ_DAYS, SILENT_DAYS, plan_pruning, prune

MAKER = """
import sys
from pathlib import Path
from umeta.cache import publishing
with publishing(Path(sys.argv[1])) as folder:
    (folder / "part").write_bytes(b"half")
    print("works", flush=True)
    sys.stdin.read()
"""
READER = """
import sys
import numpy as np
vectors = np.load(sys.argv[1], mmap_mode="r")
print("reads", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def kept(home: Home, finished: RunDirectory, finished_home: Home) -> Home:
    """A home of its own with a finished run and all that was made for it, not used for two hours."""
    shutil.copytree(finished_home.products, home.products)
    shutil.copytree(finished.path, home.runs / finished.run_id)
    age(home, 2 * HOUR)
    return home


def age(home: Home, seconds: float) -> None:
    """Let everything in a home be as old as that."""
    then = time.time() - seconds
    for path in home.root.rglob("*"):
        os.utime(path, (then, then))


def kinds(plan: pruning.Plan) -> list[str]:
    return sorted(one.kind for one in plan.removable)


def files_of(home: Home) -> set[Path]:
    return {path for path in home.root.rglob("*") if path.is_file()}


def start(code: str, *arguments: str) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", code, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline()
    return process


def end(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate()


def test_what_a_run_needs_stays_also_while_it_can_be_brought_back(kept: Home, finished: RunDirectory):
    assert plan_pruning(kept, unused_days=0).removable == ()
    delete(RunDirectory(kept.runs / finished.run_id), kept)
    assert plan_pruning(kept, unused_days=0).removable == ()
    empty(kept)
    before = files_of(kept)
    plan = plan_pruning(kept, unused_days=0)
    assert kinds(plan) == [
        "embeddings",
        "fitted encoders",
        "partitions",
        "trained learners",
        "trained learners",
    ]
    assert plan.size == sum(file.stat().st_size for file in before if file.parents[1].name != "images")
    assert files_of(kept) == before  # nothing was touched
    assert plan_pruning(kept, unused_days=1).removable == ()
    assert prune(kept, unused_days=0) == plan
    assert {file.parents[1].name for file in files_of(kept)} == {"images"}
    age(kept, (RE_READ_DAYS + 1) * DAY)
    assert kinds(prune(kept)) == ["images, ready to use"]
    assert files_of(kept) == set()


def test_what_was_used_within_the_hour_stays(kept: Home, finished: RunDirectory):
    shutil.rmtree(kept.runs)
    embedding = next((kept.products / "embeddings").iterdir())
    (embedding / "made_from.json").touch()
    assert "embeddings" not in kinds(prune(kept, unused_days=0))
    assert embedding.exists()


def test_reading_a_product_counts_as_use(home: Home):
    made_from = {"what": "it is made from"}
    for _ in range(2):
        home.weights("encoders", made_from, dict)
        file = home.folder("encoders", made_from) / "made_from.json"
        assert time.time() - file.stat().st_mtime < HOUR
        os.utime(file, (1, 1))


@pytest.mark.process
def test_what_a_living_process_has_mapped_stays(kept: Home):
    shutil.rmtree(kept.runs)
    file = next((kept.products / "embeddings").glob("*/embedding.npy"))
    reader = start(READER, str(file))
    assert "embeddings" not in kinds(prune(kept, unused_days=0))
    end(reader)
    assert "embeddings" in kinds(prune(kept, unused_days=0))
    assert not file.exists()


@pytest.mark.process
def test_what_a_killed_process_left_is_removed_and_what_a_living_one_writes_stays(
    home: Home, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(pruning, "MINUTE", 0.0)
    maker = start(MAKER, str(home.products / "embeddings" / "0123"))
    (folder,) = (home.products / "embeddings").iterdir()
    assert prune(home).removable == ()
    end(maker)
    (one,) = prune(home).removable
    assert (one.path, one.size, folder.exists()) == (folder, 4, False)


def test_other_leftovers_go_after_a_day(home: Home):
    names = (
        "products/embeddings/0.corrupt-abc/x",
        "products/images/.1.parts/lock",
        "runs/run/.status.json.12-13-0123abcd",
        "runs/.import-abc/x",
        "media/part-abc",
        "making/embeddings-0/claim-1",
    )
    for name in names:
        (home.root / name).parent.mkdir(parents=True, exist_ok=True)
        (home.root / name).write_bytes(b"x")
    (home.root / "runs/run/status.json").write_bytes(b"{}")
    (home.root / "runs/run/.mine").write_bytes(b"not of umeta")
    assert prune(home).removable == ()
    age(home, DAY + HOUR)
    prune(home)
    assert {path.name for path in files_of(home)} == {"status.json", ".mine"}


def test_runs_that_were_deleted_long_ago_go(home: Home):
    run = RunDirectory.create(small(), home, label_use="none")
    run.write_status("cancelled")
    deleted = delete(run, home)
    assert prune(home).removable == ()
    ago = int(1000 * (time.time() - (KEPT_DAYS + 1) * DAY))
    deleted.path.rename(deleted.path.with_name(f"{run.run_id}.{ago}"))
    assert kinds(prune(home)) == ["deleted runs"]
    assert not list((home.root / "deleted").iterdir())


def test_where_a_run_cannot_be_read_no_product_is_removed(kept: Home, finished: RunDirectory):
    other = RunDirectory.create(small("seed=3"), kept, label_use="none")
    other.write_status("cancelled")
    other.config_file.write_text("{")
    shutil.rmtree(kept.runs / finished.run_id)
    plan = plan_pruning(kept, unused_days=0)
    assert plan.removable == ()
    assert f"({other.run_id}): no product of the cache is removed" in plan.notes[0]


def test_the_queues_of_other_starts_go_once_they_are_silent(home: Home):
    slot = take_slot("cpu", home, home.root)
    assert slot is not None
    slot.release()
    other = home.root / "queue" / "0123456789"
    shutil.copytree(machine_folder(home), other)
    claim = next(other.rglob("claim-*"))
    age(home, (SILENT_DAYS + 1) * DAY)
    claim.touch()  # its machine may be another that works on this home
    assert plan_pruning(home).removable == ()
    age(home, (SILENT_DAYS + 1) * DAY)
    assert [one.path for one in prune(home).removable] == [other]
    assert machine_folder(home).exists()
    assert not other.exists()
