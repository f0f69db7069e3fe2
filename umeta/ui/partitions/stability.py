"""How stable are clusters? Whether k-means finds the same clusters again, for each number of them."""

from dataclasses import astuple

import numpy as np
import streamlit as st

from umeta.cache import Arrays
from umeta.figures.partition_study import stability_over_k
from umeta.partitions.stability import SAMPLE, STARTS, Stability, numbers_to_try, stability
from umeta.stage import OnStep
from umeta.ui.frame import state
from umeta.ui.partitions.cells import embedding_cell
from umeta.ui.shared.charts import draw_chart
from umeta.ui.shared.on_demand import on_demand
from umeta.wording import counted

VERSION = 1
_IMPORTS = """\
from umeta.figures.partition_study import stability_over_k
from umeta.partitions.stability import stability
"""
_FIGURE = """\
rows = stability(embedding.of(dataset.items("meta_train")), {numbers})
stability_over_k(rows).figure"""


def draw_stability() -> None:
    """Draw how alike clusterings from different starts are over k; no true class is used."""
    numbers = numbers_to_try(len(state.items()))
    st.markdown(
        f"No true class is used. For each number of clusters, k-means starts {STARTS} times anew on the same images "
        f"(at most {SAMPLE:,}). **Where it finds the same clusters again, they are in the vectors**; where it does "
        "not, the start made them. That does not say that they are the classes."
    )
    arrays = on_demand(
        "stability",
        {"numbers": list(numbers), "n_starts": STARTS, "n_sample": SAMPLE, "version": VERSION},
        "Clustering again and again",
        lambda on_step: _measure(numbers, on_step),
    )
    if arrays is None:
        return
    rows = [
        Stability(int(k), mean, least, most, int(n))
        for k, mean, least, most, n in arrays["stability"].tolist()
    ]
    st.markdown(stability_text(rows))
    code = embedding_cell(_IMPORTS, _FIGURE.format(numbers=list(numbers)))
    draw_chart(stability_over_k(rows), key="stability", code=code, picture="svg")


def stability_text(rows: list[Stability]) -> str:
    """Return how the agreement goes over k, and why it chooses none."""
    first, last = rows[0], rows[-1]
    text = f"Two starts agree to **{first.mean:.2f}** with {counted(first.n_clusters, 'cluster')}"
    if last is not first:
        text += f" and to **{last.mean:.2f}** with {last.n_clusters:,}"
    return (
        f"{text}. **This chooses no number of clusters:** fewer of them are found again more surely whatever they "
        "hold, while fewer of their pairs are of one class. Compare encoders by it, at one number. Which number "
        "teaches best only training tells: *Which k teaches best?*"
    )


def _measure(numbers: tuple[int, ...], on_step: OnStep) -> Arrays:
    rows = stability(state.embedding().of(state.items()), numbers, on_step=on_step)
    return {"stability": np.array([astuple(row) for row in rows])}
