"""What the functions of the API share: methods by name, and errors for values given in the wrong order."""

from collections.abc import Mapping
from typing import Any

from umeta.stage import Method, Registry, UserError

BUDGET = "short"
"""The budget whose options methods have where none are given, as in `umeta run`."""


def method_of(registry: Registry, name: str | Method, options: Mapping[str, Any]) -> Any:
    """Return the method of a name with some options; the budget fills in the others. A built one is returned as it is.

    Raises:
        UserError: an unknown name, an unknown option, a value out of range, or options beside a built method.
    """
    if isinstance(name, Method):
        if options:
            raise UserError(
                f"{type(name).__name__}(…) has its options already; give {', '.join(options)} to it."
            )
        return name
    return registry.parse({**options, "name": name}, BUDGET)


def check_type(function: str, value: Any, expected: type | tuple[type, ...], remedy: str) -> None:
    """Check that a function got what it works on; `remedy` is the call that returns it.

    Raises:
        UserError: the value is of another type.
    """
    if not isinstance(value, expected):
        value_text = (
            repr(value) if isinstance(value, str | int | float) else f"a value of type {type(value).__name__}"
        )
        raise UserError(f"umeta.{function} takes what {remedy} returns, and got {value_text}.")
