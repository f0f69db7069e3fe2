from pathlib import Path

import pytest

from tests.runs.stored_runs import rewrite
from tests.small_runs import small
from umeta import sealed_files
from umeta.cache import Home
from umeta.runs import RunDirectory
from umeta.runs.inspection import problems
from umeta.runs.remarks import MAX_TAGS, Remarks, read_remarks, tags_in
from umeta.sealed_files import LaterVersion
from umeta.stage import UserError


@pytest.fixture
def run(home: Home) -> RunDirectory:
    run = RunDirectory.create(small(), home, label_use="none")
    run.write_status("cancelled")
    return run


def test_each_remark_is_changed_by_itself(run: RunDirectory):
    assert run.remarks() == Remarks()
    run.remark(name=" first ", tags=("#paper", "a,b a"))
    run.remark(note="of *two* lines\nis the note")
    assert run.remarks() == Remarks("first", "of *two* lines\nis the note", ("paper", "a", "b"))
    run.remark(name="", tags=())
    assert run.remarks() == Remarks(note="of *two* lines\nis the note")


def test_a_name_that_an_earlier_version_stored_is_kept(run: RunDirectory):
    (run.path / "name.txt").write_text("of before\n")
    assert run.remarks() == Remarks("of before")
    run.remark(note="new")
    assert run.remarks() == Remarks("of before", "new")
    run.remark(name="")
    assert run.remarks().name == ""


def test_tags_that_are_too_long_or_too_many_are_refused():
    with pytest.raises(UserError, match="at most 30 letters; shorten 'xxx"):
        tags_in(["x" * 31])
    with pytest.raises(UserError, match="at most 20 tags, and these are 21"):
        tags_in([str(number) for number in range(MAX_TAGS + 1)])


def test_damaged_remarks_are_told_and_written_anew(run: RunDirectory):
    run.remark(name="first")
    file = run.path / "remarks.json"
    file.write_bytes(file.read_bytes().replace(b"first", b"worst"))
    assert run.remarks() == Remarks()
    assert any("write its name, note and tags again" in line for line in problems(run))
    run.remark(name="second")
    assert (run.remarks().name, problems(run)) == ("second", [])


def test_values_of_other_types_count_as_nothing(run: RunDirectory):
    rewrite(run.path / "remarks.json", name=3, note=["a"], tags="paper", more=1)
    assert run.remarks() == Remarks()


def test_remarks_of_a_later_version_are_not_written_over(
    run: RunDirectory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(sealed_files, "SCHEMA_VERSION", 9)
    run.remark(name="of later")
    monkeypatch.undo()
    with pytest.raises(LaterVersion):
        run.remark(name="of now")
    assert read_remarks(run.path) == Remarks()
