"""Whether values that were read from a file have the types that their dataclass declares."""

from collections.abc import Mapping
from functools import cache
from typing import Any, get_type_hints

from pydantic import TypeAdapter, ValidationError


def check_declared_types(*parts: Any) -> None:
    """Compare each field of dataclasses with its declared type; a whole number is a float too, a truth value neither.

    Raises:
        ValidationError: a field has another type.
    """
    for part in parts:
        for name, adapter in _types_of(type(part)).items():
            adapter.validate_python(getattr(part, name), strict=True)


def in_few_words(error: Exception) -> str:
    """Return on one line why reading failed."""
    if isinstance(error, ValidationError):
        return error.errors()[0]["msg"]
    return f"{type(error).__name__} {str(error)[:60]!r}"


@cache
def _types_of(kind: type) -> Mapping[str, TypeAdapter]:
    """Return what validates each field of a dataclass."""
    return {name: TypeAdapter(hint) for name, hint in get_type_hints(kind).items()}
