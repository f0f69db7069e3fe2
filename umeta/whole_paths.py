"""Paths as a config keeps them: whole, so that a run that is resumed from another folder finds the same file."""

from pathlib import Path


def whole_path(path: str, key: str) -> str:
    """Return a path from the root on, with `~` written out; links in it stay.

    Args:
        path: What was given.
        key: The option that it was given for, as an error names it.

    Raises:
        ValueError: the path begins with the home of a user that is not known.
    """
    try:
        return str(Path(path).expanduser().absolute())
    except RuntimeError as error:
        reason = str(error).rstrip(".")
        raise ValueError(f"{key}={path}: the path cannot be followed: {reason}. Give another.") from None
