"""What do the clusters follow? How much each partition tells about all that is known of the images."""

from collections.abc import Mapping

import numpy as np
import streamlit as st

from umeta.data.measurements import traits
from umeta.figures.partition_study import followed
from umeta.partitions.attribute_information import attribute_information
from umeta.ui.frame import state
from umeta.ui.frame.memory import remember
from umeta.ui.partitions.sides import Side
from umeta.ui.shared.charts import draw_chart
from umeta.ui.shared.reveal import not_seen_badge

CLASS = "class"
MIN_FOLLOWED = 0.02
"""The adjusted mutual information below which an attribute counts as not followed."""


def draw_attributes(a: Side, b: Side) -> None:
    """Draw the adjusted mutual information of A and B with each attribute; true ones once they are revealed."""
    scores = {side.title: _follow_scores(side) for side in (a, b)}
    if a.revealed:
        not_seen_badge()
    else:
        hidden = ", ".join([CLASS, *state.dataset().attributes])
        st.info(
            f"Only what is measured in the images is shown. Reveal the true classes above to add: {hidden}.",
            icon=":material/visibility_off:",
        )
    st.markdown(follows_text(*(scores[side.title] for side in (a, b))))
    draw_chart(followed(scores), key="follows", picture="svg")
    st.caption(
        "Adjusted mutual information: 0 is what chance gives, 1 would be the same groups. Measured numbers are cut "
        "into ten groups of equally many images. Beside hundreds of clusters, what has few groups cannot come near 1: "
        "compare A with B first, and attributes with care."
    )


def follows_text(a: Mapping[str, float], b: Mapping[str, float]) -> str:
    """Return the sentence on what A and B follow most."""
    (name_a, score_a), (name_b, score_b) = (
        max(scores.items(), key=lambda score: score[1]) for scores in (a, b)
    )
    if score_a >= MIN_FOLLOWED and score_b >= MIN_FOLLOWED and name_a == name_b:
        return f"Of these, both follow **{name_a}** most: A to {score_a:.2f}, B to {score_b:.2f}."
    parts = (
        f"{letter} follows **{name}** most, to {score:.2f}"
        if score >= MIN_FOLLOWED
        else f"{letter} follows none"
        for letter, name, score in (("A", name_a, score_a), ("B", name_b, score_b))
    )
    return f"Of these, {', and '.join(parts)}."


def _follow_scores(side: Side) -> dict[str, float]:
    """Return how much a partition follows each attribute; true ones are looked at only where they are revealed."""
    data = state.dataset()
    attributes: dict[str, np.ndarray] = {}
    if side.revealed:
        attributes = {CLASS: data.classes.values}
        attributes |= {name: attribute.values for name, attribute in data.attributes.items()}
    attributes |= _traits()
    return remember(
        "follows",
        state.embedding(),
        side.name,
        sorted(attributes),
        state.selection().split,
        label=f"Asking what {side.letter} follows",
        make=lambda on_step: attribute_information(side.partition.clusters, attributes, on_step=on_step),
    )


def _traits() -> dict[str, np.ndarray]:
    """Return what is measured in the meta_train images, for every item: not a number outside."""
    images, items = state.dataset().images, state.items()

    def measure(_) -> dict[str, np.ndarray]:
        measured = {}
        for name, values in traits(images.images[items]).items():
            measured[name] = np.full(len(images), np.nan)
            measured[name][items] = values
        return measured

    return remember(
        "traits", images.fingerprint, state.selection().split, label="Measuring the images", make=measure
    )
