"""Tables of numbers: in a column each has as many digits as any, and a dash stands where there is none."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import streamlit as st

from umeta.ui.shared.fold import draw_folded

MAX_DIGITS = 4


def draw_table(table: Mapping[str, Sequence[Any] | np.ndarray], *, key: str, width: Any = "stretch") -> None:
    """Draw columns of equal length.

    Args:
        table: What stands in each column, by its name.
        key: Unique on the page.
        width: As `st.dataframe` takes it.
    """
    config = {
        name: st.column_config.NumberColumn(format=f"%.{digits}f")
        for name, values in table.items()
        if (digits := digits_of(values))
    }
    st.dataframe(dict(table), hide_index=True, key=key, width=width, column_config=config, placeholder="–")


def draw_folded_table(draw: Callable[[], object], *, key: str) -> None:
    """Draw the table of a chart of a key under it, folded."""
    draw_folded("Show as table", draw, icon=":material/table:", key=f"table of {key}")


def digits_of(values: Sequence[Any] | np.ndarray) -> int:
    """Return how many digits behind the point the numbers of a column need; 0 where they are not fractions."""
    fractions = [
        str(value).partition(".")[2] for value in np.asarray(values).tolist() if isinstance(value, float)
    ]
    return min(MAX_DIGITS, max(map(len, fractions), default=0))
