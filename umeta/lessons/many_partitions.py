"""Lesson 5: why many random partitions, by the pairs of drawings that each of them puts together."""

from dataclasses import dataclass
from itertools import accumulate

import numpy as np
from jaxtyping import Float, Int, UInt8

from umeta.browser.grid import GridRow, Tile, rows_html
from umeta.cache import Home
from umeta.encoders import ENCODERS
from umeta.figures.pairs_together import pairs_together_chart
from umeta.figures.palette import PETROFF
from umeta.lessons.drawings import characters
from umeta.lessons.lesson import Lesson, Scene, Try, nearest_choice
from umeta.partitions import PARTITIONS
from umeta.partitions.diversity import all_pairs
from umeta.stage import OnStep

N_PARTITIONS, N_CLUSTERS = 10, 150
N_SHOWN = 9
OFFERED = (8, 4, 1)


@dataclass(frozen=True, eq=False)
class Facts:
    """Partitions of one embedding under random scalings, and the pairs that they put together."""

    images: UInt8[np.ndarray, "n_items 1 height width"]
    clusters: Int[np.ndarray, "n_partitions n_items"]
    classes: Int[np.ndarray, " n_items"]
    shown: Int[np.ndarray, " n_shown"]
    """Drawings of one cluster of the first partition."""
    again: float
    """In how many of the other partitions a pair of the first is together again, in the mean."""
    found: Float[np.ndarray, " n_partitions"]
    """The share of the pairs of one character that some partition so far puts together."""
    mixed: Float[np.ndarray, " n_partitions"]
    """The same of pairs of two characters."""


def prepare(home: Home, on_step: OnStep) -> Facts:
    """Make the partitions of the characters' principal components, and compare all pairs."""
    from umeta.device import pick_device
    from umeta.runs import products

    dataset = characters(home, on_step)
    embedding = products.embed(
        dataset, ENCODERS.parse("pca"), home, device=pick_device("cpu"), on_step=on_step
    )
    method = PARTITIONS.parse({"name": "kmeans", "n_clusters": N_CLUSTERS, "n_partitions": N_PARTITIONS})
    items = dataset.items("meta_train")
    made = products.partition(dataset, embedding, method, home, on_step=on_step)
    clusters = np.stack([partition.clusters[items] for partition in made])
    classes = dataset.classes.values[items]
    first, second = all_pairs(clusters[0])
    again = clusters[1:, first] == clusters[1:, second]
    found, mixed = shares_together(clusters, classes)
    return Facts(
        images=dataset.images.images[items],
        clusters=clusters,
        classes=classes,
        shown=_typical_cluster(clusters, first, again.sum(axis=0)),
        again=float(again.sum(axis=0).mean()),
        found=found,
        mixed=mixed,
    )


def _typical_cluster(
    clusters: Int[np.ndarray, "n_partitions n_items"],
    first: Int[np.ndarray, " n_pairs"],
    times_again: Int[np.ndarray, " n_pairs"],
) -> Int[np.ndarray, " n_shown"]:
    """Return items of the cluster of the first partition whose pairs are together again as often as most are."""
    of_pair = clusters[0, first]
    pairs = np.bincount(of_pair)
    again = np.bincount(of_pair, times_again) / np.maximum(pairs, 1)
    large = pairs >= N_SHOWN * (N_SHOWN - 1) // 2
    cluster = np.where(large, np.abs(again - times_again.mean()), np.inf).argmin()
    return np.flatnonzero(clusters[0] == cluster)[:N_SHOWN]


def shares_together(
    clusters: Int[np.ndarray, "n_partitions n_items"], classes: Int[np.ndarray, " n_items"]
) -> tuple[Float[np.ndarray, " n_partitions"], Float[np.ndarray, " n_partitions"]]:
    """Return the shares of pairs of one class, and of two, that some partition so far puts into one cluster."""
    above = np.triu_indices(len(classes), 1)
    same = classes[above[0]] == classes[above[1]]
    together = accumulate((row[above[0]] == row[above[1]] for row in clusters), np.logical_or)
    shares = [(float(pairs[same].mean()), float(pairs[~same].mean())) for pairs in together]
    found, mixed = np.array(shares).T
    return found, mixed


def ask(facts: Facts) -> Scene:
    """Show one cluster of the first partition."""
    return Scene(
        f"k-means made {N_CLUSTERS} clusters of {len(facts.classes):,} drawings; here are some of one cluster. Now "
        f"every number of the embedding is multiplied at random and k-means runs again, {N_PARTITIONS - 1} times. "
        "Take two drawings that the first partition put together.",
        (_row(facts, [0]),),
    )


def answer(facts: Facts) -> int:
    """Return the choice that is nearest to how often pairs stay together."""
    return nearest_choice(facts.again, OFFERED)


def reveal(facts: Facts, frame: int) -> Scene:
    """Show where the cluster's drawings go, then what many partitions find that one does not."""
    if frame == 0:
        return Scene(
            f"On average they are together in **{facts.again:.1f} of {N_PARTITIONS - 1}**. The same drawings in the "
            "next partitions: equal colours are one cluster.",
            (_row(facts, [0, 1, 2]),),
        )
    one, many = facts.found[0], facts.found[-1]
    return Scene(
        f"One partition puts **{one:.0%}** of the pairs of one character together and tears the others apart. "
        f"Some one of {N_PARTITIONS} does so for **{many:.0%}**, at a price: pairs of two characters rise from "
        f"{facts.mixed[0]:.1%} to {facts.mixed[-1]:.1%}. Tasks of many partitions repeat less.",
        (pairs_together_chart(facts.found, facts.mixed),),
        uses_classes=True,
    )


def _row(facts: Facts, numbers: list[int]) -> str:
    rows = []
    for number in numbers:
        groups = facts.clusters[number, facts.shown]
        ids = list(dict.fromkeys(groups.tolist()))
        colours = {group: PETROFF[place % len(PETROFF)] for place, group in enumerate(ids)}
        tiles = [
            Tile(item=item, colour=colours[group], caption=chr(ord("a") + ids.index(group)), alt="drawing")
            for item, group in zip(facts.shown.tolist(), groups.tolist(), strict=True)
        ]
        note = "one cluster" if len(ids) == 1 else f"{len(ids)} clusters"
        rows.append(GridRow(parts=[tiles], heading=f"Partition {number + 1}", note=note))
    return rows_html(facts.images, rows, side=56)


LESSON = Lesson(
    name="partitions",
    title="Why many random partitions",
    idea="One partition repeats its own mistakes; many partitions make different ones.",
    question=f"In how many of the {N_PARTITIONS - 1} others are the two together again?",
    choices=tuple(f"about {count}" for count in OFFERED),
    prepare=prepare,
    ask=ask,
    answer=answer,
    frames=("The same drawings", "All pairs"),
    reveal=reveal,
    tries=(
        Try(
            "See what each further partition adds, and when it adds little.",
            "partitions",
            {"dataset": "digits", "encoder": "pca", "section": "Is one partition enough?"},
        ),
        Try(
            "Draw tasks of ten partitions.",
            "tasks",
            {"dataset": "digits", "encoder": "pca", "n_partitions": "10"},
        ),
    ),
)
