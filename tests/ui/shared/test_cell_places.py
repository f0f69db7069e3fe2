from tests.studies.small_studies import write_study
from umeta.runs.directory import RunDirectory
from umeta.studies.batches import Batch, BatchRecord
from umeta.studies.engines.engine import Task
from umeta.studies.placement import PlacedCell
from umeta.studies.resources import Resources
from umeta.studies.study import load_study
from umeta.ui.shared.cell_places import counts_in_words, unfinished_on_engines


def test_cells_of_engines_that_are_not_finished_are_counted_by_state(home, tmp_path):
    study = load_study(write_study(tmp_path), "smoke")
    record = BatchRecord(engine="slurm", run_ids=("a", "b", "c"), resources=Resources(), job="12")
    batch = Batch.create(RunDirectory(home.root / "studies" / "tiny").path, study.cells, record)
    states = ("finished", "queued", "running", "running")
    placed = [
        PlacedCell(cell, state, Task(batch, number) if number < 3 else None, "node1", "")
        for number, (cell, state) in enumerate(zip(study.cells, states, strict=True))
    ]
    shown = unfinished_on_engines(placed)
    assert [one.state for one in shown] == ["queued", "running"]
    assert counts_in_words(shown) == "1 queued, 1 running"
    assert [one.place for one in shown] == ["SLURM job 12_1", "host node1, SLURM job 12_2"]
