"""The charts of A and B as Python text: notebook cells that draw them with the umeta library."""

from umeta.ui.partitions.sides import Side
from umeta.ui.shared.notebook_cell import IMPORTS, embedding_text, partitions_text

_SIDES = """\
a = {a}[{number_a}]
b = {b}[{number_b}]
"""


def sides_cell(a: Side, b: Side, imports: str, figures: str) -> str:
    """Return a cell that draws figures of the partitions `a` and `b` of the embedding of `dataset`."""
    sides = _SIDES.format(
        a=partitions_text(a.method), b=partitions_text(b.method), number_a=a.number, number_b=b.number
    )
    return embedding_cell(imports, f"{sides}\n{figures}")


def embedding_cell(imports: str, figures: str) -> str:
    """Return a cell that draws figures of `embedding`, the sidebar's of `dataset`."""
    return f"{IMPORTS}{imports}\n{embedding_text()}{figures}\n"
