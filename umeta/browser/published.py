"""Files named by their content, which a browser reads: points of maps and pages of images."""

import hashlib
import os
import tempfile
from contextlib import suppress
from pathlib import Path

from umeta.cache import Home


def media_folder(home: Home) -> Path:
    """Return the folder of a home where such files are kept."""
    return home.root / "media"


def publish(directory: Path, content: bytes, suffix: str) -> str:
    """Keep `content` in `directory` under a name made from it, and return that name.

    Args:
        directory: The media folder; it is made where it does not exist.
        suffix: `.bin` or `.png`.
    """
    name = hashlib.sha256(content).hexdigest()[:32] + suffix
    target = directory / name
    if target.exists():
        with suppress(OSError):  # another person's
            os.utime(target)  # when it was last drawn
        return name
    directory.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=directory, prefix="part-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(temporary).replace(target)  # atomic: a reader sees no file or the whole one
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return name
