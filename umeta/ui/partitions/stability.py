"""How many clusters are there? Whether k-means finds the same clusters again, for each number of them."""

from dataclasses import astuple

import numpy as np
import streamlit as st

from umeta.cache import Arrays
from umeta.figures.partition_study import stability_over_k
from umeta.partitions.stability import SAMPLE, STARTS, Stability, stability
from umeta.stage import OnStep
from umeta.ui.frame import state
from umeta.ui.partitions.on_demand import on_demand
from umeta.ui.shared.charts import draw_chart

NUMBERS = (2, 5, 10, 20, 50, 100, 200, 500)
LEAST_SIZE = 10
"""Images that a cluster must have in the mean for its number to be tried."""
VERSION = 1


def draw_steady() -> None:
    """Draw how alike clusterings from different starts are over k; no true class is used."""
    shown = state.items()
    numbers = tried(len(shown))
    st.markdown(
        f"No true class is used. For each number of clusters, k-means starts {STARTS} times anew on the same images "
        f"(at most {SAMPLE:,}). **Where it finds the same clusters again, they are in the vectors**; where it does "
        "not, the start made them. That does not say that they are the classes."
    )
    found = on_demand(
        "stability",
        {"numbers": list(numbers), "n_starts": STARTS, "n_sample": SAMPLE, "version": VERSION},
        "Clustering again and again",
        lambda on_step: _found(numbers, on_step),
    )
    if found is None:
        return
    rows = [
        Stability(int(k), mean, least, most, int(n))
        for k, mean, least, most, n in found["stability"].tolist()
    ]
    st.markdown(steady_in_words(rows))
    draw_chart(stability_over_k(rows), key="stability", picture="svg")


def tried(n_items: int) -> tuple[int, ...]:
    """Return the numbers of clusters to try for so many items."""
    return tuple(k for k in NUMBERS if k <= max(2, min(n_items, SAMPLE) // LEAST_SIZE))


def steady_in_words(found: list[Stability]) -> str:
    """Say which number of clusters is found again best."""
    best = max(found, key=lambda one: one.mean)
    last = found[-1]
    strength = "the same" if best.mean > 0.9 else "mostly the same" if best.mean > 0.6 else "other"
    text = f"**{best.n_clusters} clusters** are the steadiest: another start finds {strength} ones ({best.mean:.2f})."
    return text if best is last else f"{text} With {last.n_clusters} the agreement is {last.mean:.2f}."


def _found(numbers: tuple[int, ...], on_step: OnStep) -> Arrays:
    rows = stability(state.embedding().of(state.items()), numbers, on_step=on_step)
    return {"stability": np.array([astuple(one) for one in rows])}
