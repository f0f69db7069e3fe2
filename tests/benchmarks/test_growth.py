"""The record of how time and memory grow: points are added, replaced and left out."""

from pathlib import Path

import numpy as np

from tests.benchmarks.growing_work import DIM, measure_here, write_vectors
from tests.benchmarks.growth import add, growths, table
from umeta.figures.growth import Growth


def point(size: int, seconds: float) -> dict[str, float | str]:
    return {**Growth(size, seconds, seconds, 100, 120)._asdict(), "load": 0.1}


def test_a_record_keeps_the_last_measurement_of_each_size_in_order():
    report = {"cases": []}
    for size, seconds in ((100, 5.0), (10, 1.0), (100, 10.0)):
        add(report, "map", size, point(size, seconds))
    (case,) = report["cases"]
    assert [(one.size, one.seconds) for one in growths(case)] == [(10, 1.0), (100, 10.0)]
    assert case["exponent"] == 1


def test_what_took_too_long_is_named_and_no_part_of_the_exponent():
    report = {"cases": []}
    add(report, "maml", 1, point(1, 1.0))
    add(report, "maml", 2, point(2, 2.0))
    add(report, "maml", 4, {"size": 4, "skipped": "not done in 240 s", "load": 0.1})
    assert report["cases"][0]["exponent"] == 1
    assert "not done in 240 s" in table(report)


def test_a_work_is_measured_on_a_mapped_file(tmp_path: Path):
    file = tmp_path / "vectors.npy"
    write_vectors(file, 15_000)
    assert np.load(file, mmap_mode="r").shape == (15_000, DIM)
    measured = measure_here("sampling", 15_000, file)
    assert measured.size == 15_000
    assert 0 < measured.seconds < 60
    assert 0 < measured.own_mb < measured.peak_mb
