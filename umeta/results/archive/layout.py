"""What may stand in an archive of runs, and how much of it."""

import hashlib
import re
from pathlib import Path

SCHEMA_VERSION = 1
MANIFEST, STUDY = "manifest.json", "study.yaml"
PARTS = ("config.json", "launch.json", "events.jsonl", "result.json", "correct.safetensors")
"""The files of a run that tell what it found; of its test tasks all."""
MEMBER = re.compile(
    rf"{re.escape(STUDY)}|runs/[^\W_][\w.-]{{0,250}}/"
    rf"(?:{'|'.join(map(re.escape, PARTS))}|test_tasks/\d+way_\d+shot\.safetensors)"
)
"""The name of any file but the manifest."""
MAX_MANIFEST, MAX_FILE, MAX_BYTES = 1 << 26, 1 << 28, 1 << 31
"""Bytes that the manifest, each file, and all files together may be unpacked."""


def sha256(file: Path) -> str:
    """Return the checksum of a file in hexadecimal digits."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
