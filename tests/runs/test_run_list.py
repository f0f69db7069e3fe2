"""Tests umeta.runs.run_facts too."""

import json
import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from tests.runs.stored_runs import rewrite
from tests.small_runs import small
from umeta.cache import Home
from umeta.runs import RunDirectory, run_list
from umeta.runs.run_facts import read_facts
from umeta.runs.run_list import INDEX, list_facts
from umeta.sealed_files import read_record, write_record

N_RUNS = 5


@pytest.fixture
def many(home: Home, monkeypatch: pytest.MonkeyPatch) -> list[RunDirectory]:
    """Runs that ended, the newest last, on a disk whose clock has no ticks; enough for an index."""
    monkeypatch.setattr(run_list, "TICK", -10.0)
    monkeypatch.setattr(run_list, "WORTH_WRITING", N_RUNS - 1)
    runs = []
    for seed in range(N_RUNS):
        run = RunDirectory.create(small(f"seed={seed}"), home, label_use="none")
        run.write_status("cancelled", message=f"number {seed}")
        rewrite(run.path / "launch.json", created=1000.0 + seed)
        runs.append(run)
    return runs


def forget() -> None:
    """What another process does not know."""
    run_list._homes.clear()


def check_that_the_list_is_true(home: Home) -> None:
    """Whatever is kept, the list says of each run what its files say."""
    for facts in list_facts(home):
        read = read_facts(facts.run)
        assert facts == (replace(read, seconds=facts.seconds) if read.status.may_run else read)


def test_the_newest_run_comes_first_with_what_its_files_say(many: list[RunDirectory], home: Home):
    many[1].remark(name="second", tags=("paper",))
    listed = list_facts(home)
    assert [facts.run for facts in listed] == many[::-1]
    assert [facts.status.message for facts in listed[:2]] == [f"number {N_RUNS - 1}", f"number {N_RUNS - 2}"]
    assert listed[-2].remarks.tags == ("paper",)
    check_that_the_list_is_true(home)


def test_of_runs_that_ended_nothing_is_read_twice_not_even_by_another_process(
    many: list[RunDirectory], home: Home, monkeypatch: pytest.MonkeyPatch
):
    first = list_facts(home)
    forget()
    monkeypatch.setattr(run_list, "read_facts", pytest.fail)
    assert list_facts(home) == first


@pytest.mark.parametrize(
    "change",
    [
        lambda run: run.write_status("failed", message="otherwise"),
        lambda run: run.write_status("running"),
        lambda run: run.remark(name="another"),
        lambda run: rewrite(run.path / "launch.json", created=5.0),
        lambda run: (run.path / "config.json").write_bytes(b"damaged"),
        lambda run: (run.path / "result.json").write_text("{}"),
        lambda run: (run.path / "status.json").unlink(),
        lambda run: shutil.rmtree(run.path),
    ],
)
def test_what_changes_is_told(change, many: list[RunDirectory], home: Home):
    list_facts(home)
    change(many[3])
    check_that_the_list_is_true(home)
    forget()
    check_that_the_list_is_true(home)


def test_a_change_that_leaves_size_and_time_of_a_file_is_told(many: list[RunDirectory], home: Home):
    list_facts(home)
    file = many[3].path / "status.json"
    before = file.stat()
    many[3].write_status("cancelled", message="other news")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert file.stat().st_size == before.st_size
    forget()
    check_that_the_list_is_true(home)


def test_what_changed_just_now_is_not_kept(
    many: list[RunDirectory], home: Home, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(run_list, "TICK", 60.0)
    list_facts(home)
    assert not (home.root / INDEX).exists()


def flip(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)


def of_another_shape(file: Path) -> None:
    content = read_record(file, INDEX, remedy="") or {}
    write_record(file, {**content, "runs": json.dumps([["run", [], 1]])}, INDEX)


@pytest.mark.parametrize(
    "harm", [flip, of_another_shape, Path.unlink, lambda file: file.write_bytes(file.read_bytes()[:-30])]
)
def test_a_damaged_index_is_made_anew(harm, many: list[RunDirectory], home: Home):
    list_facts(home)
    harm(home.root / INDEX)
    forget()
    check_that_the_list_is_true(home)
    assert read_record(home.root / INDEX, INDEX, remedy="")


def test_where_nothing_can_be_written_runs_are_listed_all_the_same(many: list[RunDirectory], home: Home):
    (home.root / INDEX).mkdir()
    check_that_the_list_is_true(home)
