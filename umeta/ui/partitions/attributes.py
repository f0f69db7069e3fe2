"""What do the clusters follow? How often images of one cluster share what is known of the images."""

from collections.abc import Mapping

import numpy as np
import streamlit as st

from umeta.data.measurements import traits
from umeta.figures.partition_study import followed, times
from umeta.partitions.following import Following, follow
from umeta.ui.frame import state
from umeta.ui.frame.memory import remember
from umeta.ui.frame.presenter import presented
from umeta.ui.frame.text import plain
from umeta.ui.partitions.cells import sides_cell
from umeta.ui.partitions.sides import Side
from umeta.ui.shared.charts import draw_chart
from umeta.ui.shared.reveal import not_seen_badge

CLASS = "class"
_IMPORTS = """\
import numpy as np
from umeta.data.measurements import traits
from umeta.figures.partition_study import followed
from umeta.partitions.following import follow
"""
_TRUE = """\
attributes = {name: attribute.values for name, attribute in dataset.attributes.items()}
if dataset.is_labelled:
    attributes = {"class": dataset.classes.values, **attributes}
"""
_FIGURE = """\
items = dataset.items("meta_train")
for name, values in traits(dataset.images.images[items]).items():
    attributes[name] = np.full(len(dataset.images), np.nan)
    attributes[name][items] = values
following = {{name: follow(side.clusters, attributes) for name, side in {{{a!r}: a, {b!r}: b}}.items()}}
followed(following).figure"""


def draw_attributes(a: Side, b: Side) -> None:
    """Draw how often pairs of one cluster of A and of B share each attribute; true ones once they are revealed."""
    following = {side.title: _following(side) for side in (a, b)}
    if a.revealed:
        not_seen_badge()
    elif hidden := plain(", ".join(_true_attributes())):
        st.info(
            f"Only what is measured in the images is shown. Reveal the true classes above to add: {hidden}.",
            icon=":material/visibility_off:",
        )
    st.markdown(follows_text(*(following[side.title] for side in (a, b))))
    attributes = _TRUE if a.revealed else "attributes = {}\n"
    code = sides_cell(a, b, _IMPORTS, attributes + _FIGURE.format(a=a.title, b=b.title))
    draw_chart(followed(following), key="follows", code=code, picture="svg")
    if presented():
        return
    st.caption(
        "Two images of one cluster share an attribute so many times as often as two images taken by chance; 1 is "
        "chance. These numbers can be compared, whatever the number of groups. Measured numbers are cut into ten "
        "groups of equally many images. The table has the adjusted mutual information too, which cannot come near 1 "
        "for an attribute of few groups beside hundreds of clusters."
    )


def follows_text(a: Mapping[str, Following], b: Mapping[str, Following]) -> str:
    """Return the sentence on what A and B follow most."""
    parts = []
    for letter, following in (("A", a), ("B", b)):
        followed_names = [name for name, attribute in following.items() if attribute.is_followed]
        most = max(followed_names, key=lambda name: following[name].lift, default=None)
        if most is None:
            parts.append(f"{letter} follows none of these")
        else:
            shared = f"two images of one cluster share it {times(following[most].lift)} as often as chance"
            parts.append(f"{letter} follows **{plain(most)}** most: {shared}")
    return f"{'; '.join(parts)}."


def _following(side: Side) -> dict[str, Following]:
    """Return how far a partition follows each attribute; true ones are looked at only where they are revealed."""
    attributes = {**(_true_attributes() if side.revealed else {}), **_traits()}
    return remember(
        "follows",
        state.embedding(),
        side.name,
        sorted(attributes),
        state.classes_key(),
        state.selection().split,
        label=f"Asking what {side.letter} follows",
        make=lambda on_step: follow(side.partition.clusters, attributes, on_step=on_step),
    )


def _true_attributes() -> dict[str, np.ndarray]:
    """Return the true class, where one is known, and the attributes of every item."""
    data = state.dataset()
    classes = {CLASS: data.classes.values} if data.is_labelled else {}
    return classes | {name: attribute.values for name, attribute in data.attributes.items()}


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
