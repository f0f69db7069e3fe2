"""Arrays from files: headers are checked before memory is taken. Tests umeta.data.files.unfolded_size too."""

import io
import tracemalloc
import zipfile
from pathlib import Path

import numpy as np
import pytest
from numpy.lib import format as npy

from umeta.data.files.array_file import ArrayFile, texts
from umeta.stage import UserError


def header(shape: tuple[int, ...], descr: str = "<f4", version: tuple[int, int] = (1, 0)) -> bytes:
    """Return the bytes with which a `.npy` of this shape begins."""
    stream = io.BytesIO()
    fields = {"shape": shape, "fortran_order": False, "descr": descr}
    (npy.write_array_header_1_0 if version == (1, 0) else npy.write_array_header_2_0)(stream, fields)
    return stream.getvalue()


def zipped(path: Path, *entries: tuple[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries:
            archive.writestr(name, data)
    return path


def written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def refused(path: Path, message: str) -> None:
    tracemalloc.start()
    with pytest.raises(UserError, match=message) as raised:
        ArrayFile.of(path)
    assert tracemalloc.get_traced_memory()[1] < 3e6
    tracemalloc.stop()
    assert "\n" not in str(raised.value)
    assert len(str(raised.value)) < 600


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("dtype", ["<f4", ">f4", "<f2", "<f8", "u1", "?", ">i8", "<U5", "S5"])
def test_arrays_come_back_whole_and_in_blocks(dtype: str, order: str, tmp_path: Path) -> None:
    values = np.arange(60).reshape(10, 2, 3) % (2 if dtype == "?" else 60)
    array = np.asarray(values.astype(dtype), order=order)  # type: ignore[arg-type]
    np.save(tmp_path / "one.npy", array)
    np.savez_compressed(tmp_path / "many.npz", a=array, b=np.zeros(3))
    for name, path in (("", "one.npy"), ("a", "many.npz")):
        file = ArrayFile.of(tmp_path / path)
        assert file.headers[name].shape == (10, 2, 3)
        np.testing.assert_array_equal(file.read(name), array)
        blocks = list(file.blocks(name, n_rows=4))
        assert [len(block) for block in blocks] == [4, 4, 2]
        np.testing.assert_array_equal(np.concatenate(blocks), array)


@pytest.mark.parametrize(
    ("shape", "descr", "message"),
    [
        ((10**6, 10**6), "<f4", "would take 4,000.0 GB of memory; at most 4.3 GB"),
        ((10**30,), "<f4", "GB of memory"),
        ((9,), "<U300000000", "would take 10.8 GB"),
        ((1000, 1000), "<f4", "4,000,128 bytes, and the file holds less: 132"),
        ((-1, 4), "<f4", "none can have"),
        ((10**12,), "<U0", "numbers or text are expected"),
        ((3,), "<c8", "is of type complex64; numbers or text"),
        ((3,), "<M8[s]", "is of type datetime64"),
        ((3,), "|O", "holds Python objects, which are never loaded"),
        ((3,), "(2,3)<f4", "numbers or text are expected"),
    ],
)
def test_a_header_is_not_believed(shape: tuple[int, ...], descr: str, message: str, tmp_path: Path) -> None:
    data = header(shape, descr) + b"1234"
    refused(written(tmp_path / "a.npy", data), message)
    refused(zipped(tmp_path / "a.npz", ("a.npy", data)), message)


def test_a_small_file_that_unfolds_far_is_refused_before_it_does(tmp_path: Path) -> None:
    side = 9_000
    zeros = zipped(tmp_path / "zeros.npz", ("a.npy", header((side, side)) + bytes(4 * side * side)))
    refused(zeros, "would unfold from 0.3 MB to 324 MB, more than 100 times as much")
    small = zipped(tmp_path / "small.npz", ("a.npy", header((99, 99)) + bytes(4 * 99 * 99)))
    assert not ArrayFile.of(small).read("a").any()


def test_more_in_the_file_than_its_array_is_told(tmp_path: Path) -> None:
    with (tmp_path / "two.npy").open("wb") as stream:
        np.save(stream, np.zeros(3))
        np.save(stream, np.zeros(3))
    refused(tmp_path / "two.npy", "the file holds more: 304. Save it again, one array in each file")


def test_fields_with_names_and_two_arrays_of_one_name(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.zeros(3, [("x", "<f4"), ("y", "<i4")]))
    refused(tmp_path / "a.npy", "is of type .*; numbers or text")
    with pytest.warns(UserWarning, match="Duplicate name"):
        twice = zipped(tmp_path / "b.npz", *[("a.npy", header((1,)) + b"1234")] * 2)
    refused(twice, "holds a.npy more than once")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"hello",
        b"\x93NUMPY",
        b"\x93NUMPY\x02\x00\xff\xff\xff\xff" + b"x" * 9000,
        b"\x93NUMPY\x01\x00\x76\x00" + b"(" * 0x76,
        b"\x93NUMPY\x01\x00\x76\x00" + b"{'descr': 3}".ljust(0x76),
        b"\x93NUMPY\x09\x00\x76\x00",
        header((3,))[:-30],
        b"PK\x03\x04" + b"\0" * 40,
    ],
)
def test_damaged_files_are_one_line(data: bytes, tmp_path: Path) -> None:
    for path in (tmp_path / "a.npy", tmp_path / "a.npz"):
        refused(written(path, data), r"cannot be read: .* Save it again|has fields")
    refused(zipped(tmp_path / "b.npz", ("a.npy", data)), r"cannot be read: .* Save it again|has fields")


def test_names_may_be_text_bytes_or_whole_numbers(tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    assert texts(np.array(["ä", "b"]), path, "`ids`") == ["ä", "b"]
    assert texts(np.array(["ä".encode(), b"b"]), path, "`ids`") == ["ä", "b"]
    assert texts(np.array([7, 10], ">i4"), path, "`ids`") == ["7", "10"]
    for values in (np.array([0.5, 1.0]), np.array([True]), np.array([["a"]])):
        with pytest.raises(UserError, match="one row of text or of whole numbers is expected"):
            texts(values, path, "`ids`")
    with pytest.raises(UserError, match="are bytes that are no UTF-8"):
        texts(np.array([b"\xff\xfe"]), path, "`ids`")
