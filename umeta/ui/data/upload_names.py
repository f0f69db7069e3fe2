"""Names of uploaded files made safe: a place inside the upload's own folder, whatever the browser says."""

import unicodedata
from pathlib import PurePosixPath

from umeta.stage import UserError, content_hash

MAX_PART_BYTES = 200  # file systems allow 255; a file that is being received has a longer name
MAX_DEPTH = 32


def safe_place(name: str) -> PurePosixPath:
    """Return the relative path that an uploaded file is kept at; its folders stay, as they may be its class.

    Two names never become one: a part that had to be changed ends in a hash of what it was.

    Raises:
        UserError: the name is empty or lies in too many folders.
    """
    parts = [part for part in name.split("/") if part not in ("", ".")]
    if not 0 < len(parts) <= MAX_DEPTH:
        raise UserError(
            f"The name of an uploaded file, {name[:80]!r}, has {len(parts)} parts; 1 to {MAX_DEPTH} are possible."
        )
    return PurePosixPath(*map(_safe_part, parts))


def _safe_part(part: str) -> str:
    whole = unicodedata.normalize("NFC", part)
    safe = "".join(sign if sign.isprintable() and sign != "\\" else "_" for sign in whole).rstrip(" .")
    safe = f"_{safe[1:]}" if not safe or safe.startswith(".") else safe
    if safe == whole and len(safe.encode()) <= MAX_PART_BYTES:
        return safe
    path = PurePosixPath(safe)
    mark, suffix = f"~{content_hash(part, 8)}", path.suffix[:12]
    stem = path.stem.encode()[: MAX_PART_BYTES - len((mark + suffix).encode())].decode(errors="ignore")
    return f"{stem}{mark}{suffix}"
