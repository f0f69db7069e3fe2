"""Tests of umeta.large_arrays and umeta.storage_errors."""

import errno
from pathlib import Path

import numpy as np
import pytest

from umeta import large_arrays
from umeta.large_arrays import blocks_of, joined, save_rows, taken_rows
from umeta.storage_errors import StorageError


@pytest.fixture
def small_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Arrays count as large from 1,001 bytes, and 200 bytes of them are worked on at once."""
    monkeypatch.setattr(large_arrays, "LARGE", 1000)
    monkeypatch.setattr(large_arrays, "BLOCK", 200)


@pytest.fixture
def mapped(tmp_path: Path) -> np.ndarray:
    rows = np.random.default_rng(0).integers(0, 256, (100, 4, 5), np.uint8)
    np.save(tmp_path / "rows.npy", rows)
    return np.load(tmp_path / "rows.npy", mmap_mode="r")


def is_mapped(array: np.ndarray) -> bool:
    return getattr(array, "_mmap", None) is not None


def test_a_small_array_is_one_block_and_a_large_one_many(small_memory: None) -> None:
    assert [*blocks_of(np.zeros((50, 20), np.uint8))] == [slice(0, 50)]
    assert [*blocks_of(np.zeros((51, 20), np.uint8))] == [slice(k, min(k + 10, 51)) for k in range(0, 51, 10)]
    assert [*blocks_of(np.zeros((3, 5000), np.uint8))] == [slice(0, 1), slice(1, 2), slice(2, 3)]
    assert [*blocks_of(np.zeros((0, 20), np.uint8))] == [slice(0, 0)]


def test_rows_taken_of_a_large_mapped_array_are_mapped_and_leave_no_file(
    small_memory: None, mapped: np.ndarray, tmp_path: Path
) -> None:
    rows = np.random.default_rng(1).permutation(100)[:70]
    taken = taken_rows(mapped, rows)
    assert is_mapped(taken)
    assert not taken.flags.writeable
    np.testing.assert_array_equal(taken, np.asarray(mapped)[rows])
    assert [file.name for file in tmp_path.iterdir()] == ["rows.npy"]


def test_few_rows_and_rows_of_an_array_in_memory_are_copied(small_memory: None, mapped: np.ndarray) -> None:
    few, rows = np.arange(50), np.arange(70)
    for taken, expected in (
        (taken_rows(mapped, few), np.asarray(mapped)[few]),
        (taken_rows(np.array(mapped), rows), np.asarray(mapped)[rows]),
    ):
        assert not is_mapped(taken)
        np.testing.assert_array_equal(taken, expected)


def test_blocks_are_joined_in_memory_where_all_of_them_are_small(
    small_memory: None, mapped: np.ndarray
) -> None:
    whole = np.arange(20.0).reshape(10, 2)
    assert joined(iter([whole]), 10, beside=mapped) is whole
    parts = joined((whole[k : k + 3] for k in (0, 3, 6, 9)), 10, beside=mapped)
    np.testing.assert_array_equal(parts, whole)
    assert not is_mapped(parts)


def test_no_more_than_one_block_is_made_before_it_is_written(small_memory: None, mapped: np.ndarray) -> None:
    made = []

    def blocks():
        for k in range(10):
            made.append(k)
            yield np.full((10, 20), k, np.float64)

    whole = joined(blocks(), 100, beside=mapped)
    assert made == [*range(10)]
    assert is_mapped(whole)
    np.testing.assert_array_equal(whole[:, 0], np.repeat(np.arange(10.0), 10))


@pytest.mark.parametrize("shape", [(30, 20), (300, 20)], ids=["small", "large"])
def test_a_saved_array_is_what_numpy_would_have_saved(
    small_memory: None, tmp_path: Path, shape: tuple[int, int]
) -> None:
    array = np.random.default_rng(0).normal(size=shape).astype(np.float32)
    save_rows(tmp_path / "a.npy", array)
    np.save(tmp_path / "b.npy", array)
    assert (tmp_path / "a.npy").read_bytes() == (tmp_path / "b.npy").read_bytes()


def test_a_full_disk_is_told_in_a_line(
    small_memory: None, mapped: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(large_arrays.tempfile, "TemporaryFile", refuse)
    with pytest.raises(StorageError, match="could not write .*No space left on device .*set UMETA_HOME"):
        taken_rows(mapped, np.arange(70))
