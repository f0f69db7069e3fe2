"""Tests umeta.results.archive.layout and umeta.cli.importing too."""

import json
import zipfile
from pathlib import Path

import pytest

from tests.cli.conftest import umeta
from tests.runs.stored_runs import cloned
from umeta.cache import Home
from umeta.results.archive.layout import MANIFEST, MEMBER
from umeta.results.archive.writing import write_archive
from umeta.results.finished_run import FinishedRun
from umeta.runs import RunDirectory
from umeta.stage import UserError


def test_an_archive_holds_what_runs_found_and_nothing_that_they_trained(
    finished: RunDirectory, tmp_path: Path
):
    write_archive([finished], tmp_path / "deep" / "runs.zip")
    with zipfile.ZipFile(tmp_path / "deep" / "runs.zip") as archive:
        names = archive.namelist()
        manifest = json.loads(archive.read(MANIFEST))
    assert names[0] == MANIFEST
    assert all(MEMBER.fullmatch(name) for name in names[1:])
    assert {Path(name).name for name in names[1:]} == {
        "config.json", "launch.json", "events.jsonl", "result.json", "correct.safetensors", "5way_1shot.safetensors",
    }  # fmt: skip
    assert list(manifest["files"]) == names[1:]
    assert [file.name for file in (tmp_path / "deep").iterdir()] == ["runs.zip"]


def test_what_is_not_finished_or_damaged_is_not_exported(finished: RunDirectory, tmp_path: Path):
    run = cloned(finished, Home(tmp_path, ()), "seed=1")
    run.answers_file.write_bytes(b"nothing")
    with pytest.raises(UserError, match="correct.safetensors is damaged"):
        write_archive([run], tmp_path / "runs.zip")
    run.result_file.unlink()
    run.write_status("cancelled")
    with pytest.raises(UserError, match="is cancelled: only finished runs are exported"):
        write_archive([run], tmp_path / "runs.zip")
    assert not (tmp_path / "runs.zip").exists()


@pytest.mark.process
def test_a_run_is_exported_by_one_command_and_imported_elsewhere_by_another(
    finished: RunDirectory, finished_home: Home, tmp_path: Path
):
    archive, elsewhere = tmp_path / "one.zip", Home(tmp_path / "elsewhere", ())
    exported = umeta(finished_home, "export", finished.run_id, "--to", str(archive))
    assert exported.returncode == 0, exported.stderr
    assert "1 run in" in exported.stderr
    imported = umeta(elsewhere, "import", str(archive))
    assert imported.returncode == 0, imported.stderr
    assert f"{finished.run_id} is here now." in imported.stderr
    shown = umeta(elsewhere, "show", finished.run_id, "--json")
    result = finished.result()
    assert result is not None
    assert json.loads(shown.stdout) == result.to_json()
    assert shown.stderr == ""
    again = umeta(elsewhere, "import", str(archive))
    assert f"{finished.run_id} is left out: it is here already." in again.stderr
    there, here = FinishedRun.of(RunDirectory(elsewhere.runs / finished.run_id)), FinishedRun.of(finished)
    assert there is not None
    assert here is not None
    for row in here.rows:
        assert (there.correct(row) == here.correct(row)).all()
        assert (there.classes(row) == here.classes(row)).all()
