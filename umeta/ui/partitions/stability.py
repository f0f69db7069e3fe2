"""How stable are clusters? Whether k-means finds the same clusters again, for each number of them."""

from dataclasses import astuple

import numpy as np
import streamlit as st

from umeta.cache import Arrays
from umeta.figures.partition_study import stability_over_k
from umeta.partitions.stability import SAMPLE, STARTS, Stability, numbers_to_try, stability
from umeta.stage import OnStep
from umeta.ui.frame import state
from umeta.ui.partitions.on_demand import on_demand
from umeta.ui.shared.charts import draw_chart
from umeta.wording import counted

VERSION = 1


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
    draw_chart(stability_over_k(rows), key="stability", picture="svg")


def stability_text(rows: list[Stability]) -> str:
    """Return which number of clusters is found again best."""
    best = max(rows, key=lambda row: row.mean)
    last = rows[-1]
    strength = "the same" if best.mean > 0.9 else "mostly the same" if best.mean > 0.6 else "other"
    text = (
        f"**{counted(best.n_clusters, 'cluster')}** are found again most surely: another start finds {strength} ones "
        f"({best.mean:.2f})."
    )
    if best is not last:
        text += f" With {last.n_clusters} the agreement is {last.mean:.2f}."
    return f"{text} Which number makes the best tasks is another question, which only training answers."


def _measure(numbers: tuple[int, ...], on_step: OnStep) -> Arrays:
    rows = stability(state.embedding().of(state.items()), numbers, on_step=on_step)
    return {"stability": np.array([astuple(row) for row in rows])}
