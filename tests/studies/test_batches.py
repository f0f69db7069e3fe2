import pytest

from tests.studies.small_studies import write_study
from umeta.stage import UserError
from umeta.studies.batches import Batch, BatchRecord, batches_of
from umeta.studies.resources import Resources
from umeta.studies.study import load_study


def record(*run_ids: str, job: str = "") -> BatchRecord:
    return BatchRecord(engine="slurm", run_ids=run_ids, resources=Resources(), job=job)


def test_a_cell_is_read_again_as_the_run_it_is(home, tmp_path):
    cells = load_study(write_study(tmp_path), "smoke").cells
    batch = Batch.create(home.root / "studies" / "tiny", cells, record(*(cell.run_id for cell in cells)))
    assert batch.path.name == "0001"
    assert [batch.cell(number).run_id for number in range(4)] == list(batch.record.run_ids)
    assert batch.cell(1) == cells[1]
    with pytest.raises(UserError, match="has no cell 4 that can be read"):
        batch.cell(4)


def test_batches_are_numbered_and_count_once_an_engine_has_them(home):
    study = home.root / "studies" / "tiny"
    assert batches_of(home) == []
    first, second = Batch.create(study, [], record("a")), Batch.create(study, [], record("b"))
    assert (first.path.name, second.path.name) == ("0001", "0002")
    assert batches_of(home) == []
    second.write(record("b", job="12"))
    first.remove()
    assert [batch.record.job for batch in batches_of(home)] == ["12"]
    assert Batch.create(study, [], record("c")).path.name == "0003"


def test_a_damaged_batch_is_left_out(home):
    batch = Batch.create(home.root / "studies" / "tiny", [], record("a", job="12"))
    (batch.path / "batch.json").write_text("{")
    assert batches_of(home) == []
    with pytest.raises(UserError, match="batch.json cannot be read .*; submit its cells again"):
        _ = batch.record
