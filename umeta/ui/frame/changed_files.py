"""Whether files changed since they were read: a person's own, by their names, sizes and times, and those of a run."""

import hashlib
import os
import threading
import time
from pathlib import Path

REST = 5.0
"""Seconds for which an answer stands, or twenty times as long as finding it took."""

_answers: dict[Path, tuple[str, float]] = {}
_lock = threading.Lock()


def changed_at(file: Path) -> int:
    """Return when a file was changed last, in nanoseconds; 0 where it is not there, or may not be asked."""
    try:
        return file.stat().st_mtime_ns
    except OSError:
        return 0


def stamp_of(path: Path) -> str:
    """Return a text that changes with the files at a path: a file, or a folder with all below it; "" if it is gone."""
    with _lock:
        stamp, until = _answers.get(path, ("", 0.0))
        if time.monotonic() < until:
            return stamp
    start = time.monotonic()
    stamp = _look(path)
    now = time.monotonic()
    with _lock:
        _answers[path] = (stamp, now + max(REST, 20 * (now - start)))
    return stamp


def _look(path: Path) -> str:
    digest = hashlib.blake2b(digest_size=12)
    try:
        _add(digest, path.name, path.stat())
        if path.is_dir():
            for folder, names, files in os.walk(path):
                names.sort()
                for name in sorted(files):
                    file = Path(folder, name)
                    _add(digest, str(file), file.stat() if file.exists() else file.lstat())
    except OSError:  # it is gone, or going: reading it says why
        return ""
    return digest.hexdigest()


def _add(digest: "hashlib.blake2b", name: str, stat: os.stat_result) -> None:
    digest.update(f"{name}\0{stat.st_size} {stat.st_mtime_ns}\0".encode(errors="surrogateescape"))
