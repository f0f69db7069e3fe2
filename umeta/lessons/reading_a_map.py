"""Lesson 2: reading and misreading a map of an embedding."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Float32, Int

from umeta.cache import Home
from umeta.encoders import ENCODERS
from umeta.figures.point_map import point_map
from umeta.lessons.drawings import digits
from umeta.lessons.lesson import Lesson, Scene, Try, nearest_choice
from umeta.projections import PROJECTIONS, Preservation, preservation
from umeta.stage import OnStep

MAPS = ("tsne", "pca")
N_NEIGHBOURS = 10
OFFERED = (0.6, 0.8, 1.0)


@dataclass(frozen=True, eq=False)
class Facts:
    """Two maps of one embedding, and what they keep of it."""

    positions: Mapping[str, Float32[np.ndarray, "n_items 2"]]
    classes: Int[np.ndarray, " n_items"]
    names: tuple[str, ...]
    kept: Mapping[str, Preservation]
    nearest_by_vectors: Int[np.ndarray, " n_classes"]
    """The class whose mean lies nearest to each class's mean."""
    nearest_on_map: Mapping[str, Int[np.ndarray, " n_classes"]]

    def agreeing(self, method: str) -> int:
        """Return of how many classes the nearest is the same on a map as by the vectors."""
        return int((self.nearest_by_vectors == self.nearest_on_map[method]).sum())


def prepare(home: Home, on_step: OnStep) -> Facts:
    """Lay the digits out twice and compare both maps with the vectors."""
    from umeta.device import pick_device
    from umeta.runs import map_positions, products

    dataset = digits(home, on_step)
    embedding = products.embed(
        dataset, ENCODERS.parse("pca"), home, device=pick_device("cpu"), on_step=on_step
    )
    items = dataset.items("meta_train")
    vectors, classes = embedding.of(items), dataset.classes.values[items]
    maps = {name: map_positions.positions(embedding, items, name, home, on_step=on_step) for name in MAPS}
    return Facts(
        positions=maps,
        classes=classes,
        names=tuple(dataset.classes.names),
        kept={
            name: preservation(vectors, places, n_neighbours=N_NEIGHBOURS) for name, places in maps.items()
        },
        nearest_by_vectors=nearest_class(vectors, classes),
        nearest_on_map={name: nearest_class(places, classes) for name, places in maps.items()},
    )


def nearest_class(
    points: Float[np.ndarray, "n_items dim"], classes: Int[np.ndarray, " n_items"]
) -> Int[np.ndarray, " n_classes"]:
    """Return for each class, from 0, the other one whose mean is nearest to its own."""
    means = np.stack([points[classes == one].mean(axis=0) for one in range(int(classes.max()) + 1)])
    distances = np.linalg.norm(means[:, None] - means, axis=2)
    np.fill_diagonal(distances, np.inf)
    return distances.argmin(axis=1)


def ask(facts: Facts) -> Scene:
    """Show the map without classes."""
    n_items = len(facts.classes)
    return Scene(
        f"{n_items:,} handwritten digits, 64 numbers each, squeezed onto a sheet by t-SNE. Take one digit and the "
        f"{N_NEIGHBOURS} that are nearest to it by those numbers.",
        (point_map(facts.positions["tsne"], alt=f"A map of {n_items:,} points in a dozen islands."),),
    )


def answer(facts: Facts) -> int:
    """Return the choice that is nearest to what t-SNE keeps."""
    return nearest_choice(facts.kept["tsne"].share, OFFERED)


def reveal(facts: Facts, frame: int) -> Scene:
    """Show what each map keeps, then what neither does."""
    method = ("tsne", "pca", "tsne")[frame]
    title, kept, n_classes = PROJECTIONS[method].title, facts.kept[method], len(facts.names)
    if frame < 2:
        text = (
            f"**{title}** keeps **{kept.share:.0%}** of the {N_NEIGHBOURS} nearest among the {N_NEIGHBOURS} nearest on "
            f"the sheet; scattering the points at random would keep {kept.chance:.0%}."
        )
        text += (
            " The islands, which nobody named, are the digits: what is near on the map is alike."
            if frame == 0
            else " The same numbers, another map: here islands overlap. Neither map is the truth."
        )
    else:
        text = (
            "Now read the **sea**. Which island is nearest to which? Of "
            f"{n_classes} digits, **{facts.agreeing(method)}** have the same nearest digit on this map as by their "
            "numbers. Distances between islands, their sizes and their gaps are not to be read."
        )
    alt = f"A map by {title} of {len(facts.classes):,} digits, coloured and named by digit."
    chart = point_map(facts.positions[method], facts.classes, alt=alt, names=facts.names)
    return Scene(text, (chart,), uses_classes=True)


LESSON = Lesson(
    name="map",
    title="Reading and misreading a map",
    idea="Near means alike; far, big and empty mean little.",
    question=f"Of those {N_NEIGHBOURS}, how many are among the {N_NEIGHBOURS} nearest on the sheet as well?",
    choices=("about 6", "about 8", "all 10"),
    prepare=prepare,
    ask=ask,
    answer=answer,
    frames=("t-SNE", "PCA", "Between the islands"),
    reveal=reveal,
    tries=(
        Try(
            "Change the projection; what stays, and what moves?",
            "explore",
            {"dataset": "digits", "encoder": "pca", "projection": "PCA"},
        ),
        Try(
            "Colour the same map by true class, then by density.",
            "explore",
            {
                "dataset": "digits",
                "encoder": "pca",
                "reveal": "true",
                "colour": "true class",
            },
        ),
    ),
)
