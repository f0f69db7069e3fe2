"""Damaged, foreign and forbidden files of runs: told for that run alone, never taken for good ones.

Tests umeta.runs.inspection, umeta.runs.checkpoints, umeta.runs.result_file and umeta.runs.launch_record too.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.runs.stored_runs import cloned, rewrite, unsealed
from tests.small_runs import small
from umeta import sealed_files
from umeta.cache import Home
from umeta.results.finished_run import FinishedRun
from umeta.runs import RunDirectory, list_runs
from umeta.runs.inspection import problems
from umeta.runs.pipeline import execute
from umeta.sealed_files import write_record
from umeta.stage import Cancelled, Step, UserError

STOPPED = (
    "learner.iterations=44", "learner.n_filters=2", "test.n_tasks=2", "test.n_query=1", "task.n_query=2",
    "baselines=nearest-neighbour",
)  # fmt: skip
CUT = 30
"""The step at which its training is stopped; a checkpoint is written at step 20 and when it is stopped."""


class Home3(NamedTuple):
    """A home with three runs that are in order."""

    home: Home
    whole: RunDirectory
    hurt: RunDirectory
    """Finished."""
    stopped: RunDirectory
    """Cancelled in the middle of its training."""


@pytest.fixture(scope="module")
def template(finished: RunDirectory, tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = Home(tmp_path_factory.mktemp("damage"), ())
    cloned(finished, home, "seed=1")
    cloned(finished, home, "seed=2")

    def stop(step: Step) -> None:
        if step.stage == "train" and step.done == CUT:
            raise Cancelled

    with pytest.raises(Cancelled):
        execute(small(*STOPPED), home, on_step=stop)
    return home


@pytest.fixture(scope="module")
def whole_result(tmp_path_factory: pytest.TempPathFactory) -> tuple:
    """What the stopped run finds when nothing happens to it."""
    config = small(*STOPPED)
    return execute(config, Home(tmp_path_factory.mktemp("undamaged"), ()))[1].rows


@pytest.fixture
def runs(template: Home, tmp_path: Path) -> Home3:
    return three_runs(template, tmp_path / "home")


def three_runs(template: Home, root: Path) -> Home3:
    home = Home(root, ())
    shutil.copytree(template.root, home.root)
    by_seed = {run.config().seed: run for run in list_runs(home) if run.is_finished}
    stopped = next(run for run in list_runs(home) if not run.is_finished)
    return Home3(home, by_seed[1], by_seed[2], stopped)


def flip(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[len(data) // 3] ^= 1
    file.write_bytes(data)


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-20])


def add_key(file: Path) -> None:
    file.write_text(json.dumps({**json.loads(file.read_bytes()), "more": 1}))


def tear(file: Path) -> None:
    """What a full disk leaves of a line, and the next event behind it."""
    lines = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join([*lines[:2], lines[2][:40], b"\n", *lines[3:]]))


def later(file: Path) -> None:
    """Written by a version of the future."""
    content = json.loads(file.read_bytes())
    del content["seal"]
    version, sealed_files.SCHEMA_VERSION = sealed_files.SCHEMA_VERSION, 9
    write_record(file, content, file.parent.name)
    sealed_files.SCHEMA_VERSION = version


Harm = Callable[[Path], None]
DAMAGES: list[tuple[str, Harm | str, str, str]] = [
    # the file, what happens to it, the state of the run, and what is told of it
    ("status.json", flip, "finished", "status.json .*damaged; what its process did last is not known"),
    ("status.json", add_key, "finished", "status.json was changed after it was written"),
    ("status.json", "another run's", "finished", "status.json is of .*not of"),
    ("status.json", later, "finished", "schema version 9.*update umeta"),
    ("events.jsonl", flip, "finished", "events.jsonl: 1 line torn, damaged or another run's"),
    ("events.jsonl", tear, "finished", "events.jsonl: 1 line torn"),
    ("events.jsonl", "another run's", "finished", r"events.jsonl: \d+ lines torn, damaged or another run's"),
    ("config.json", flip, "finished", "config.json .*launch the run again"),
    ("config.json", "another run's", "finished", "config.json is of .*not of"),
    ("launch.json", cut, "finished", "launch.json .*which labels had been looked at .* unknown"),
    ("spent.json", flip, "finished", "spent.json .*what it took so far is not known"),
    ("result.json", flip, "damaged", "result.json .*resume the run, which sets this file aside"),
    ("result.json", cut, "damaged", "result.json .*resume the run"),
    ("result.json", add_key, "damaged", "result.json was changed"),
    ("result.json", "another run's", "damaged", "result.json is of .*resume the run"),
    ("result.json", later, "damaged", "schema version 9, and this umeta reads 1; update umeta"),
    ("correct.safetensors", flip, "finished", "correct.safetensors .*cannot be compared task by task"),
    ("correct.safetensors", cut, "finished", "correct.safetensors .*cannot be compared task by task"),
    ("correct.safetensors", "another run's", "finished", "correct.safetensors is of"),
    ("test_tasks/5way_1shot.safetensors", cut, "finished", "5way_1shot.safetensors .*drawn again"),
    ("checkpoints/CACTUs.safetensors", flip, "finished", "CACTUs.safetensors .*or its training begins anew"),
    ("checkpoints/CACTUs.safetensors", "another run's", "finished", "CACTUs.safetensors is of"),
]


@pytest.mark.parametrize(
    ("name", "harm", "state", "told"),
    DAMAGES,
    ids=[
        f"{name.split('/')[-1]} {harm if isinstance(harm, str) else harm.__name__}"
        for name, harm, *_ in DAMAGES
    ],
)
def test_a_damaged_file_is_told_for_its_run_alone(
    name: str, harm: Harm | str, state: str, told: str, runs: Home3
):
    file = runs.hurt.path / name
    if isinstance(harm, str):
        shutil.copy(runs.whole.path / name, file)
    else:
        harm(file)
    states = {run.run_id: run.status().state for run in list_runs(runs.home)}
    assert states == {
        runs.whole.run_id: "finished",
        runs.hurt.run_id: state,
        runs.stopped.run_id: "cancelled",
    }
    found = problems(runs.hurt)
    assert len(found) == 1
    assert re.search(told, found[0]), found[0]
    assert state == "finished" or runs.hurt.status().message == found[0]
    assert problems(runs.whole) == problems(runs.stopped) == []
    assert (FinishedRun.of(runs.hurt) is None) == (state == "damaged")
    if file == runs.hurt.answers_file:
        read = FinishedRun.of(runs.hurt)
        assert read is not None
        assert read.correct(read.rows[0]) is None


@pytest.mark.parametrize("name", ["status.json", "config.json", "launch.json", "result.json", "spent.json"])
def test_files_of_versions_before_seals_are_read(name: str, runs: Home3):
    unsealed(runs.hurt.path / name)
    assert runs.hurt.status().state == "finished"
    assert problems(runs.hurt) == []
    assert runs.hurt.config_record() == {**runs.whole.config_record(), "seed": 2}


def test_a_run_says_finished_without_a_result_only_to_be_told_damaged(runs: Home3):
    runs.hurt.result_file.unlink()
    status = runs.hurt.status()
    assert status.state == "damaged"
    assert "result.json is missing; resume the run" in status.message


def test_a_run_that_was_killed_between_its_result_and_its_last_status_is_finished(runs: Home3):
    rewrite(runs.hurt.path / "status.json", state="running", process_started=1.0)
    assert runs.hurt.status().state == "finished"
    rewrite(runs.hurt.path / "status.json", host="node-7", machine="another")  # nor need its machine be asked
    for file in runs.hurt.path.iterdir():
        os.utime(file, (1, 1))
    assert runs.hurt.status().state == "finished"


def test_a_result_that_cannot_be_read_is_set_aside_and_made_again(runs: Home3):
    before, rows = runs.hurt.result_file.read_bytes(), runs.whole.result()
    shutil.copy(runs.whole.result_file, runs.hurt.result_file)
    swapped = runs.hurt.result_file.read_bytes()
    assert swapped != before
    assert rows is not None
    execute(runs.hurt.config(), runs.home)
    (aside,) = runs.hurt.path.glob("result.json.unreadable-*")
    assert aside.read_bytes() == swapped
    assert runs.hurt.status().state == "finished"
    assert problems(runs.hurt) == []


def test_a_config_that_cannot_be_read_is_written_anew_where_the_run_is_launched_again(runs: Home3):
    config = runs.stopped.config()
    cut(runs.stopped.config_file)
    status = runs.stopped.status()
    assert status.state == "damaged"
    assert "launch the run again with the same settings" in status.message
    assert RunDirectory.create(config, runs.home, label_use="none") == runs.stopped
    assert (runs.stopped.config(), runs.stopped.status().state) == (config, "cancelled")


def test_a_status_that_cannot_be_read_leaves_the_run_to_be_resumed(runs: Home3):
    flip(runs.stopped.path / "status.json")
    status = runs.stopped.status()
    assert status.state == "damaged"
    assert "resume the run, or delete" in status.message


CHECKPOINT = "checkpoints/CACTUs.safetensors"


def strip(file: Path) -> None:
    """As versions wrote it that sealed none."""
    from safetensors.numpy import save_file

    arrays, about = sealed_files.read_arrays(file, None, remedy="")
    save_file(arrays, file, about)


@pytest.mark.lengthy
@pytest.mark.parametrize(
    ("harms", "outcome", "first_step"),
    [
        ({"CACTUs": flip}, "goes on from step 20, saved before it", 21),
        ({"CACTUs": cut}, "goes on from step 20", 21),
        ({"CACTUs": "another run's", "CACTUs.before": strip}, "begins anew", 1),
    ],
)
def test_a_damaged_checkpoint_is_never_gone_on_from(
    harms: dict[str, Harm | str], outcome: str, first_step: int, runs: Home3, whole_result: tuple
):
    for name, harm in harms.items():
        file = runs.stopped.checkpoints / f"{name}.safetensors"
        if isinstance(harm, str):
            shutil.copy(runs.whole.path / CHECKPOINT, file)
        else:
            harm(file)
    steps = list[int]()

    def note(step: Step) -> None:
        if step.stage == "train":
            steps.append(step.done)

    _, result = execute(runs.stopped.config(), runs.home, on_step=note)
    assert result.rows == whole_result
    assert steps[0] == first_step
    (told,) = (line for line in result.notes if "The training" in line)
    assert outcome in told
    assert told in runs.stopped.launch_record()["notes"]


READ_AS_NOBODY = """
    import os, sys
    from pathlib import Path
    import safetensors.numpy
    from umeta.cache import Home
    from umeta.runs import list_runs
    from umeta.runs.inspection import problems
    runs = list_runs(Home(Path(sys.argv[1]), ()))
    [(run.status(), problems(run)) for run in runs]  # imports all that it needs, which another user may be kept from
    os.setuid(65534)
    for run in runs:
        print(run.run_id, run.status().state, run.status().message, problems(run), run.events(), sep="|")
"""


@pytest.mark.process
def test_a_folder_that_may_not_be_entered_is_told_for_its_run_alone(template: Home):
    if os.geteuid() != 0:
        pytest.skip("asks as another user, which only root can")
    with tempfile.TemporaryDirectory() as folder:  # pytest's own is closed to others
        Path(folder).chmod(0o755)
        runs = three_runs(template, Path(folder) / "home")
        runs.home.root.chmod(0o755)
        runs.hurt.path.chmod(0)
        runs.whole.answers_file.chmod(0)
        code = textwrap.dedent(READ_AS_NOBODY)
        read = subprocess.run(
            [sys.executable, "-c", code, str(runs.home.root)], capture_output=True, text=True
        )
    assert read.returncode == 0, read.stderr
    told = {line.split("|")[0]: line.split("|") for line in read.stdout.splitlines()}
    assert told[runs.stopped.run_id][1:4] == ["cancelled", "", "[]"]
    assert told[runs.whole.run_id][1] == "finished"
    assert "correct.safetensors cannot be read: Permission denied" in told[runs.whole.run_id][3]
    _, state, message, found, events = told[runs.hurt.run_id]
    assert (state, events) == ("damaged", "([], 0)")
    assert f"{runs.hurt.path} cannot be read: Permission denied. Make it readable" in message
    assert found == str([message])


def test_without_a_launch_record_no_note_is_kept_and_labels_count_as_unknown(tmp_path: Path):
    from umeta.runs.launch_record import add_note, read_launch

    add_note(tmp_path, "a note")
    assert read_launch(tmp_path) == {"created": 0.0, "label_use": "unknown", "notes": []}
    with pytest.raises(UserError, match="config.json is missing; launch the run again"):
        RunDirectory(tmp_path).config()
