"""A chart for everyone: the figure, what it shows in words, and its numbers as a table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go


@dataclass(frozen=True, eq=False)
class Chart:
    """One figure with the two other ways to read it."""

    figure: go.Figure
    alt: str
    """What the figure shows, with its main numbers, in a sentence or two."""
    table: Mapping[str, Sequence[Any]]
    """The same numbers, column by column."""
