"""What a file may unfold to: it is compared with what the file says of itself before any memory is taken."""

from pathlib import Path

from umeta.stage import UserError

MAX_BYTES = 4 << 30
"""What one array or one table may take in memory."""
ALWAYS_BYTES = 1 << 28
"""Up to this much is read from a file however small: a few repeated values compress well."""
MAX_RATIO = 100
"""Beyond that, a file may unfold to this many times its own size; arrays of measurements seldom reach 10."""


def check_unfolding(path: Path, what: str, n_bytes: int, n_stored: int) -> None:
    """Refuse what would take too much memory, or far more than a file of its size can mean.

    Args:
        path: the file.
        what: what of it is to be read, for the message.
        n_bytes: what it takes in memory.
        n_stored: what it takes in the file.

    Raises:
        UserError: it takes more than 4 GiB, or more than 256 MiB and 100 times what is stored.
    """
    if n_bytes > MAX_BYTES:
        raise UserError(
            f"{path}: {what} would take {n_bytes / 1e9:,.1f} GB of memory; at most {MAX_BYTES / 1e9:.1f} GB are "
            "read. Save fewer rows, or numbers of fewer bytes."
        )
    if n_bytes > max(ALWAYS_BYTES, MAX_RATIO * n_stored):
        raise UserError(
            f"{path}: {what} would unfold from {n_stored / 1e6:,.1f} MB to {n_bytes / 1e6:,.0f} MB, more than "
            f"{MAX_RATIO} times as much. Nearly all of it must be one value; save it uncompressed if it is right."
        )
