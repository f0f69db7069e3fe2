"""Numbers that are taken as they are: `true` is not 1, `3.5` is no whole number, text is no number."""

from typing import Any


def with_strict_numbers(schema: Any) -> Any:
    """Return a schema of pydantic's core in which numbers and truth values are never converted from something else."""
    if isinstance(schema, dict):
        inner = {key: with_strict_numbers(value) for key, value in schema.items()}
        return {**inner, "strict": True} if schema.get("type") in ("int", "float", "bool") else inner
    if isinstance(schema, list | tuple):
        return type(schema)(with_strict_numbers(value) for value in schema)
    return schema
