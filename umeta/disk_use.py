"""What a home holds by kind, and the quota that people set for it."""

import os
import re
from pathlib import Path

from umeta.cache import Home, write_atomically
from umeta.stage import UserError

QUOTA_VARIABLE = "UMETA_QUOTA"
QUOTA_FILE = "quota.txt"
UNITS = {"GB": 10**9, "MB": 10**6, "kB": 10**3, "B": 1}
PRODUCT_TITLES = {
    "images": "images, ready to use",
    "encoders": "fitted encoders",
    "embeddings": "embeddings",
    "partitions": "partitions",
    "projections": "maps",
    "colours": "colours on maps",
    "map scores": "scores of maps",
    "learners": "trained learners",
}
OTHER = "other files"


def use_by_kind(home: Home) -> dict[str, int]:
    """Return the bytes of each kind of what a home holds, downloads and deleted runs among them."""
    kinds = sorted(path.name for path in home.products.iterdir()) if home.products.is_dir() else []
    sizes = {PRODUCT_TITLES.get(kind, kind): folder_size(home.products / kind) for kind in kinds}
    folders = {
        "runs": home.runs,
        "deleted runs": home.root / "deleted",
        "downloads": home.downloads,
        "pictures for the browser": home.root / "media",
    }
    sizes |= {title: folder_size(folder) for title, folder in folders.items()}
    told = {home.products, *folders.values()}
    others = [path for path in home.root.iterdir() if path not in told] if home.root.is_dir() else []
    return sizes | {OTHER: sum(map(folder_size, others))}


def folder_size(path: Path) -> int:
    """Return the bytes of a file or of all files under a folder; files that vanish meanwhile count nothing."""
    total = 0 if path.is_dir() else _size_of(path)
    for parent, _, names in os.walk(path):
        total += sum(_size_of(Path(parent) / name) for name in names)
    return total


def _size_of(file: Path) -> int:
    try:
        return file.lstat().st_size
    except OSError:
        return 0


def size_text(n_bytes: float | int) -> str:
    """Return a number of bytes in words, as "1.5 GB"."""
    unit = next((unit for unit, of_unit in UNITS.items() if n_bytes >= of_unit), "B")
    return f"{n_bytes:.0f} B" if unit == "B" else f"{n_bytes / UNITS[unit]:,.1f} {unit}"


def bytes_in(text: str) -> int:
    """Return the bytes that a text as "20 GB" or "500MB" says.

    Raises:
        UserError: it says none.
    """
    match = re.fullmatch(r"\s*(\d{1,9}(?:\.\d{1,3})?)\s*(GB|MB|kB|B)\s*", text, re.IGNORECASE)
    if match is None:
        raise UserError(f"a quota of {text!r} is no size; give a number and GB, MB or kB, as 20GB.")
    units = {unit.lower(): size for unit, size in UNITS.items()}
    return round(float(match[1]) * units[match[2].lower()])


def quota_of(home: Home) -> int | None:
    """Return the quota of a home in bytes: `UMETA_QUOTA`, or the one stored in it; None where none is set.

    Raises:
        UserError: it is no size.
    """
    text = os.environ.get(QUOTA_VARIABLE, "")
    if not text:
        try:
            text = (home.root / QUOTA_FILE).read_text("utf-8", errors="replace")[:100]
        except OSError:
            text = ""
    return bytes_in(text) if text.strip() else None


def set_quota(home: Home, text: str) -> int:
    """Store a quota for all who use a home, and return it in bytes.

    Raises:
        UserError: it is no size.
        StorageError: the disk refused.
    """
    size = bytes_in(text)
    write_atomically(home.root / QUOTA_FILE, text.encode())
    return size


def check_quota(home: Home) -> None:
    """Do nothing unless a home holds more than its quota.

    Raises:
        UserError: it does.
    """
    quota = quota_of(home)
    if quota is None:
        return
    used = sum(use_by_kind(home).values())
    if used > quota:
        raise UserError(
            f"{home.root} holds {size_text(used)}, more than its quota of {size_text(quota)}. Free some of it (`umeta "
            f"cache prune --dry-run` shows what nothing needs), or raise the quota: umeta cache quota SIZE, or "
            f"{QUOTA_VARIABLE}."
        )
