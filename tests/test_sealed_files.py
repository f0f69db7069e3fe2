import json
import os
from pathlib import Path

import numpy as np
import pytest

from umeta import sealed_files
from umeta.sealed_files import (
    LaterVersion,
    Unreadable,
    read_arrays,
    read_record,
    record_or_nothing,
    write_arrays,
    write_record,
)

CONTENT = {"state": "finished", "done": 3, "note": "größer", "values": {"loss": 0.5}}
ARRAYS = {
    "weights": np.arange(6, dtype=np.float32).reshape(2, 3),
    "step": np.float32(7),
    "none": np.zeros((0, 2)),
}


def read(file: Path) -> dict | None:
    return read_record(file, "run-1", remedy="make it again")


@pytest.fixture
def record(tmp_path: Path) -> Path:
    file = tmp_path / "status.json"
    write_record(file, CONTENT, "run-1")
    return file


@pytest.fixture
def arrays(tmp_path: Path) -> Path:
    file = tmp_path / "state.safetensors"
    write_arrays(file, ARRAYS, "run-1", {"step": "7"})
    return file


def test_a_record_is_json_and_reads_as_it_was_written(record: Path, tmp_path: Path):
    assert read(record) == CONTENT
    assert json.loads(record.read_bytes())["seal"]["owner"] == "run-1"
    assert read(tmp_path / "nothing.json") is None


def test_every_flipped_byte_is_noticed(record: Path):
    """But for white space behind the end, and a seal that is no seal any more, of content that is whole."""
    data = record.read_bytes()
    for place in range(len(data)):
        record.write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
        try:
            content = read(record)
        except Unreadable:
            continue
        assert content is not None
        assert {key: content[key] for key in CONTENT} == CONTENT


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"3", b"\xff\xfe", b"[" * 100_000, b'{"a": 1' + b"0" * 5000 + b"}"]
)
def test_what_is_no_record_is_damaged(data: bytes, record: Path):
    record.write_bytes(data)
    with pytest.raises(Unreadable, match=r"status.json is damaged; make it again\.$"):
        read(record)
    assert record_or_nothing(record, "run-1") == {}


def test_a_value_changed_by_hand_and_a_further_key_are_noticed(record: Path):
    stored = json.loads(record.read_bytes())
    for change in ({"done": 4}, {"more": 1}):
        record.write_text(json.dumps({**stored, **change}, indent=1))
        with pytest.raises(Unreadable, match="was changed after it was written"):
            read(record)


def test_further_keys_of_another_version_are_read(record: Path):
    write_record(record, {**CONTENT, "more": [1]}, "run-1")
    assert read(record) == {**CONTENT, "more": [1]}


def test_a_file_of_another_owner_or_another_kind_is_refused(record: Path, tmp_path: Path):
    with pytest.raises(Unreadable, match="is of 'run-1', not of 'run-2'; make it again"):
        read_record(record, "run-2", remedy="make it again")
    record.rename(tmp_path / "launch.json")
    with pytest.raises(Unreadable, match="was changed after it was written"):
        read(tmp_path / "launch.json")


def test_a_later_version_is_refused_and_files_before_seals_are_read(
    record: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(sealed_files, "SCHEMA_VERSION", 2)
    write_record(record, CONTENT, "run-1")
    monkeypatch.undo()
    with pytest.raises(LaterVersion, match="has schema version 2, and this umeta reads 1; update umeta"):
        read(record)
    record.write_text(json.dumps(CONTENT))
    assert read(record) == CONTENT


def test_arrays_read_as_they_were_written_with_the_text_about_them(arrays: Path):
    found, about = read_arrays(arrays, "run-1", remedy="")
    assert about == {"step": "7"}
    assert found.keys() == ARRAYS.keys()
    for name, array in found.items():
        assert array.dtype == ARRAYS[name].dtype
        np.testing.assert_array_equal(array, ARRAYS[name], strict=True)


def test_every_flipped_byte_of_arrays_is_noticed(arrays: Path):
    """But for white space in the header."""
    data = arrays.read_bytes()
    for place in range(len(data)):
        arrays.write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
        try:
            found, about = read_arrays(arrays, "run-1", remedy="begin anew", take_unsealed=False)
        except Unreadable:
            continue
        assert about == {"step": "7"}
        assert all((found[name] == array).all() for name, array in ARRAYS.items())


def test_arrays_of_another_owner_cut_or_unsealed_are_refused(arrays: Path):
    from safetensors.numpy import save_file

    with pytest.raises(Unreadable, match="is of 'run-1', not of 'run-2'; begin anew"):
        read_arrays(arrays, "run-2", remedy="begin anew")
    read_arrays(arrays, None, remedy="")
    arrays.write_bytes(arrays.read_bytes()[:-3])
    with pytest.raises(Unreadable, match="is damaged .*; begin anew"):
        read_arrays(arrays, "run-1", remedy="begin anew")
    save_file({"weights": ARRAYS["weights"]}, arrays)
    assert read_arrays(arrays, "run-1", remedy="")[0].keys() == {"weights"}
    with pytest.raises(Unreadable, match="has no checksum.*; begin anew"):
        read_arrays(arrays, "run-1", remedy="begin anew", take_unsealed=False)


def test_what_may_not_be_read_is_told_from_what_is_damaged(record: Path, arrays: Path):
    if os.geteuid() == 0:
        pytest.skip("root may read everything; tests/runs/test_damage.py asks as another user")
    for file, take in ((record, read), (arrays, lambda file: read_arrays(file, "run-1", remedy=""))):
        file.chmod(0)
        with pytest.raises(Unreadable, match=f"{file.name} cannot be read: Permission denied. .*chmod -R u"):
            take(file)
