"""What the columns of a table hold, in the words of messages."""

import pyarrow as pa


def kind_of(kind: pa.DataType) -> str:
    """Return what a column of a type holds, in words."""
    types = pa.types
    if types.is_dictionary(kind):
        return kind_of(kind.value_type)
    if _is_list(kind):
        return f"lists of {kind_of(kind.value_type)}"
    if types.is_struct(kind):
        return "fields " + " and ".join(kind.field(place).name for place in range(kind.num_fields))[:60]
    tests = {
        "decimal numbers": types.is_floating,
        "whole numbers": types.is_integer,
        "text": lambda kind: (
            types.is_string(kind) or types.is_large_string(kind) or types.is_string_view(kind)
        ),
        "bytes": lambda kind: types.is_binary(kind) or types.is_large_binary(kind),
        "yes or no": types.is_boolean,
        "nothing": types.is_null,
    }
    return next((words for words, test in tests.items() if test(kind)), str(kind)[:60])


def _is_list(kind: pa.DataType) -> bool:
    types = pa.types
    return types.is_list(kind) or types.is_large_list(kind) or types.is_fixed_size_list(kind)
