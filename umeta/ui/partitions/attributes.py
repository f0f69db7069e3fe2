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
LEAST = 0.02
"""What is followed less than this is not followed."""


def draw_follow(a: Side, b: Side) -> None:
    """Draw the adjusted mutual information of A and B with each attribute; true ones once they are revealed."""
    found = {side.title: _followed(side) for side in (a, b)}
    if a.revealed:
        not_seen_badge()
    else:
        known = ", ".join([CLASS, *state.dataset().attributes])
        st.info(
            f"Only what is measured in the images is shown. Reveal the true classes above to add: {known}.",
            icon=":material/visibility_off:",
        )
    st.markdown(follows_in_words(*(found[side.title] for side in (a, b))))
    draw_chart(followed(found), key="follows", picture="svg")
    st.caption(
        "Adjusted mutual information: 0 is what chance gives, 1 would be the same groups. Measured numbers are cut "
        "into ten groups of equally many images. Beside hundreds of clusters, what has few groups cannot come near 1: "
        "compare A with B first, and attributes with care."
    )


def follows_in_words(a: Mapping[str, float], b: Mapping[str, float]) -> str:
    """Say what A and B follow most."""
    (name_a, most_a), (name_b, most_b) = (max(found.items(), key=lambda one: one[1]) for found in (a, b))
    if most_a >= LEAST and most_b >= LEAST and name_a == name_b:
        return f"Of these, both follow **{name_a}** most: A to {most_a:.2f}, B to {most_b:.2f}."
    said = (
        f"{letter} follows **{name}** most, to {most:.2f}" if most >= LEAST else f"{letter} follows none"
        for letter, name, most in (("A", name_a, most_a), ("B", name_b, most_b))
    )
    return f"Of these, {', and '.join(said)}."


def _followed(side: Side) -> dict[str, float]:
    """Return what a partition follows; the true attributes are asked for only where they are revealed."""
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
    images, shown = state.dataset().images, state.items()

    def measure(_) -> dict[str, np.ndarray]:
        found = {}
        for name, values in traits(images.images[shown]).items():
            found[name] = np.full(len(images), np.nan)
            found[name][shown] = values
        return found

    return remember(
        "traits", images.fingerprint, state.selection().split, label="Measuring the images", make=measure
    )
