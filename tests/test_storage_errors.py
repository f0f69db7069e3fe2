import errno
from pathlib import Path

from umeta.storage_errors import storage_error


def test_a_full_disk_is_told_with_its_free_space(tmp_path: Path):
    path = tmp_path / "none" / "file"  # the space is that of the first folder that exists
    said = str(storage_error(path, OSError(errno.ENOSPC, "No space left on device")))
    assert said.startswith(f"could not write {path}: No space left on device (")
    assert "MB free). Free some space or set UMETA_HOME to another disk; what was stored" in said


def test_what_is_no_matter_of_space_asks_for_no_space(tmp_path: Path):
    path = tmp_path / "a" / "b"
    assert str(storage_error(path, OSError(errno.ENOTDIR, "Not a directory"))) == (
        f"could not write {path}: Not a directory. Set UMETA_HOME to a folder that you can write to; what was stored "
        "before is untouched."
    )
