import pytest
from typer.testing import CliRunner

from tests.small_runs import small
from umeta.cache import Home
from umeta.cli.app import app
from umeta.runs import RunDirectory, list_runs
from umeta.stage import UserError


@pytest.fixture
def run(home: Home, monkeypatch: pytest.MonkeyPatch) -> RunDirectory:
    monkeypatch.setenv("UMETA_HOME", str(home.root))
    run = RunDirectory.create(small(), home, label_use="none")
    run.write_status("cancelled")
    return run


def umeta(*words: str) -> str:
    result = CliRunner().invoke(app, words)
    if isinstance(result.exception, UserError):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.output


def test_a_run_is_deleted_brought_back_and_removed_for_good(run: RunDirectory, home: Home):
    assert f"umeta undelete {run.run_id} brings it back" in umeta("delete", run.run_id[-6:])
    assert list_runs(home) == []
    assert umeta("undelete").strip() == run.run_id
    assert "is back" in umeta("undelete", run.run_id)
    assert len(list_runs(home)) == 1
    umeta("delete", run.run_id)
    assert "1 deleted run removed for good" in umeta("delete", "--empty")
    with pytest.raises(UserError, match="is not among the deleted runs"):
        umeta("undelete", run.run_id)


def test_what_is_to_be_deleted_must_be_said(run: RunDirectory):
    with pytest.raises(UserError, match="name the run that is to be deleted"):
        umeta("delete")
    with pytest.raises(UserError, match="--empty removes every deleted run"):
        umeta("delete", run.run_id, "--empty")
