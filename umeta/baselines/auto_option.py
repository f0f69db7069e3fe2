"""An option of a baseline that may be left open, for a run to choose on meta_val."""

from pydantic import BeforeValidator

from umeta.stage import UserError

AUTO = BeforeValidator(lambda value: None if value == "auto" else value)
"""Lets `auto` be typed for None."""


def not_chosen(name: str, option: str, usual: int) -> UserError:
    """Return the error of a baseline that is to solve tasks while its option is still open."""
    return UserError(
        f"baseline {name}: {option}=auto is chosen on tasks of meta_val by a run, and was not. "
        f"Give a value, e.g. {option}={usual}, or solve tasks with one of its `candidates`."
    )
