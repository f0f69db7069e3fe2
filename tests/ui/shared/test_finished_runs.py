from pathlib import Path

import pytest

from umeta.results.finished_run import FinishedRun
from umeta.runs import RunDirectory
from umeta.ui.shared.finished_runs import finished_run


def test_a_run_is_read_once_and_again_when_its_result_changes(
    finished: RunDirectory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    run = RunDirectory(tmp_path / "run")
    run.path.mkdir()
    assert finished_run(run) is None  # no result yet
    reads: list[Path] = []
    read = FinishedRun.of

    def counting(directory: RunDirectory) -> FinishedRun | None:
        reads.append(directory.path)
        return read(directory)

    monkeypatch.setattr(FinishedRun, "of", counting)
    first = finished_run(finished)
    assert first is not None
    assert finished_run(finished) is first
    assert reads in ([finished.path], [])  # another test may have read it
    run.result_file.write_text("{}")
    assert finished_run(run) is None  # no result that can be read
    assert reads[-1] == run.path
