"""Matrices as colours: which clusters of two partitions overlap, and how alike many partitions are."""

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Float, Shaped

from umeta.figures.chart import Chart
from umeta.figures.layout import LINE, lay_out
from umeta.figures.palette import hex_of, ramp_colour
from umeta.partitions.overlap import Overlap
from umeta.wording import counted

SCALE = [[k / 9, hex_of(ramp_colour(k / 9, "cividis"))] for k in range(10)]
MAX_NUMBERED_ROWS = 12
"""Cells of matrices with more rows than this are too small for a number in each; pointing at one shows it."""
DARK = 0.5
"""Cells below this share of the scale are dark."""
OTHERS = "others"


def overlap_matrix(overlap: Overlap, a: str = "A", b: str = "B") -> Chart:
    """Draw which clusters of A are which of B: matched ones on the diagonal, the largest matches first.

    A cell's colour is the share of the cluster of A (its row) that lies in the cluster of B (its column); the last
    row and column sum all clusters that are not shown.
    """
    rows = [*map(str, overlap.rows.tolist()), OTHERS]
    columns = [*map(str, overlap.columns.tolist()), OTHERS]
    shares = overlap.counts / np.maximum(overlap.counts.sum(axis=1, keepdims=True), 1)
    hover = f"%{{customdata:,}} images of cluster %{{y}} of {a} are in cluster %{{x}} of {b}: %{{z:.0%}} of its images"
    figure = go.Figure(
        _cells(shares, columns, rows, overlap.counts, hover, top=1.0, title="share of<br>the row")
    )
    lay_out(figure, f"clusters of {b}", f"clusters of {a}", height=_height(len(rows)))
    figure.update_yaxes(autorange="reversed", type="category")
    figure.update_xaxes(type="category")
    border = {"color": LINE, "width": 1.5}  # sets the last row and column apart
    figure.add_vline(len(columns) - 1.5, line=border)
    figure.add_hline(len(rows) - 1.5, line=border)
    first, second = np.indices(overlap.counts.shape)
    table = {
        f"cluster of {a}": [rows[i] for i in first.ravel()],
        f"cluster of {b}": [columns[j] for j in second.ravel()],
        "images": overlap.counts.ravel().tolist(),
        f"share of the cluster of {a} %": (100 * shares).round(1).ravel().tolist(),
    }
    return Chart(figure, _overlap_alt_text(overlap, shares, a, b), table)


def _overlap_alt_text(
    overlap: Overlap, shares: Float[np.ndarray, "n_rows_and_rest n_columns_and_rest"], a: str, b: str
) -> str:
    n_a, n_b = overlap.n_clusters
    alt = (
        f"Overlap of {n_a} clusters of {a} and {n_b} of {b}, matched one to one: {overlap.matched:.0%} of the images "
        f"lie in matched clusters. The {len(overlap.rows)} largest matches are shown."
    )
    if len(overlap.rows):
        alt += (
            f" The largest is cluster {overlap.rows[0]} of {a} with cluster {overlap.columns[0]} of {b}: "
            f"{counted(int(overlap.counts[0, 0]), 'image')}, {shares[0, 0]:.0%} of the former."
        )
    return alt


def likeness_matrix(
    likeness: Float[np.ndarray, "n_partitions n_partitions"], measure: str = "adjusted Rand index"
) -> Chart:
    """Draw how alike every two of some partitions are; the diagonal, each with itself, is left empty."""
    names = [str(number + 1) for number in range(len(likeness))]
    apart = np.where(np.eye(len(likeness), dtype=bool), np.nan, likeness)
    finite = np.isfinite(apart)
    top = float(apart[finite].max()) if finite.any() else 1.0
    figure = go.Figure(
        _cells(
            apart,
            names,
            names,
            apart,
            f"partitions %{{y}} and %{{x}}: {measure} %{{z:.2f}}",
            top=max(top, 0.01),
            title=measure.replace(" ", "<br>"),
        )
    )
    lay_out(figure, "partition", "partition", height=_height(len(names)))
    figure.update_yaxes(autorange="reversed", type="category")
    figure.update_xaxes(type="category")
    first, second = np.triu_indices(len(likeness), 1)
    values = likeness[first, second]
    spoken = (
        f": {values.mean():.2f} in the mean, from {values.min():.2f} to {values.max():.2f}. 1 is the same clusters."
        if len(values)
        else ": there is only one."
    )
    table = {
        "partition": (first + 1).tolist(),
        "and": (second + 1).tolist(),
        measure: values.round(3).tolist(),
    }
    return Chart(figure, f"How alike {len(names)} partitions are, by {measure}{spoken}", table)


def _cells(
    colours: Float[np.ndarray, "n_rows n_columns"],
    x: list[str],
    y: list[str],
    numbers: Shaped[np.ndarray, "n_rows n_columns"],
    hover: str,
    *,
    top: float,
    title: str,
) -> list[go.Heatmap | go.Scatter]:
    """Build the cells, and for a small matrix a number in each."""
    cells = go.Heatmap(
        z=colours,
        x=x,
        y=y,
        customdata=numbers,
        zmin=0,
        zmax=top,
        colorscale=SCALE,
        xgap=1,
        ygap=1,
        colorbar={
            "title": {"text": title, "side": "top"},
            "thickness": 12,
            "nticks": 5,
            "tickformat": ".2~f",
        },
        hoverongaps=False,
        hovertemplate=hover + "<extra></extra>",
    )
    return [cells, _numbers(colours / top, x, y, numbers)] if len(y) <= MAX_NUMBERED_ROWS else [cells]


def _numbers(shares: np.ndarray, x: list[str], y: list[str], numbers: np.ndarray) -> go.Scatter:
    """Write each number white on a dark cell and black on a light one; plotly's own choice is too faint on grey."""
    rows, columns = np.nonzero(np.isfinite(shares))
    values = numbers[rows, columns].tolist()
    return go.Scatter(
        x=[x[column] for column in columns],
        y=[y[row] for row in rows],
        text=[f"{n:,}" if isinstance(n, int) else f"{n:.2f}" for n in values],
        mode="text",
        textfont={"color": ["#ffffff" if share < DARK else "#14161c" for share in shares[rows, columns]]},
        showlegend=False,
        hoverinfo="skip",
    )


def _height(n_rows: int) -> int:
    return 120 + max(160, min(26 * n_rows, 520))
