"""Lesson 3: k-means step by step, and how its clusters compare with true classes."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float32, Int, Int32

from umeta.cache import Home
from umeta.figures.chart import Chart
from umeta.figures.point_map import point_map
from umeta.lessons.drawings import digits
from umeta.lessons.lesson import Lesson, Scene, Try, nearest_choice
from umeta.partitions.report import class_agreement
from umeta.projections import project
from umeta.randomness import Stream, numpy_generator
from umeta.stage import OnStep
from umeta.vectors import kmeans
from umeta.vectors.hartigan import Clusters, Items

N_PASSES = 5
OFFERED = (0.95, 0.85, 0.75)


@dataclass(frozen=True, eq=False)
class Pass:
    """Where the centres are after a pass, and who belongs to them."""

    centres: Float32[np.ndarray, "n_clusters 2"]
    clusters: Int32[np.ndarray, " n_items"]
    moved: int
    """Points that changed their cluster in it."""


@dataclass(frozen=True, eq=False)
class Facts:
    """k-means in the plane, pass by pass, and with all numbers."""

    positions: Float32[np.ndarray, "n_items 2"]
    classes: Int[np.ndarray, " n_items"]
    names: tuple[str, ...]
    passes: tuple[Pass, ...]
    purity_of_plane: float
    purity_of_pixels: float
    n_pixels: int


def prepare(home: Home, on_step: OnStep) -> Facts:
    """Run k-means on two numbers of each digit, to be watched, and on all its pixels."""
    from umeta.encoders.pixels import flat_pixels

    dataset = digits(home, on_step)
    items = dataset.items("meta_train")
    pixels, classes = flat_pixels(dataset.images.images[items]), dataset.classes.values[items]
    names = tuple(dataset.classes.names)
    positions = project(pixels, "pca")
    passes = kmeans_passes(positions, len(names))
    all_pixels = kmeans(pixels, len(names), seed=0).clusters
    return Facts(
        positions=positions,
        classes=classes,
        names=names,
        passes=passes,
        purity_of_plane=class_agreement(passes[-1].clusters, classes).purity,
        purity_of_pixels=class_agreement(all_pixels, classes).purity,
        n_pixels=pixels.shape[1],
    )


def kmeans_passes(positions: Float32[np.ndarray, "n_items 2"], n_clusters: int) -> tuple[Pass, ...]:
    """Return the start at items drawn at random, and the state after each pass of the library's k-means."""
    drawn = numpy_generator(0, Stream.SAMPLE).choice(len(positions), n_clusters, replace=False)
    start = positions[drawn]
    clusters = Clusters(Items(positions, np.zeros(2, np.float32)), start)
    passes = [Pass(start, clusters.clusters.copy(), 0)]
    for _ in range(N_PASSES):
        clusters.improve()
        moved = int((clusters.clusters != passes[-1].clusters).sum())
        passes.append(Pass(clusters.centroids.astype(np.float32), clusters.clusters.copy(), moved))
    return tuple(passes)


def ask(facts: Facts) -> Scene:
    """Show the points and ten centres thrown among them."""
    n_items, n_clusters = len(facts.classes), len(facts.names)
    return Scene(
        f"{n_items:,} handwritten digits as points: two numbers each, so that we can watch. We throw in {n_clusters} "
        "centres at random. Each point joins a centre, each centre moves to the middle of its points, and again.",
        (_map(facts, 0, coloured=False),),
    )


def answer(facts: Facts) -> int:
    """Return the choice that is nearest to the purity with all pixels."""
    return nearest_choice(facts.purity_of_pixels, OFFERED)


def reveal(facts: Facts, frame: int) -> Scene:
    """Show the passes one by one, then the true classes, then what all pixels give."""
    if frame <= N_PASSES:
        step = facts.passes[frame]
        text = (
            "**Start.** Each point takes the colour of its nearest centre."
            if frame == 0
            else f"**Pass {frame}.** {step.moved:,} of {len(facts.classes):,} points changed their centre; the centres "
            "followed."
        )
        return Scene(text, (_map(facts, frame),))
    alt = f"The same points by true digit; {facts.purity_of_plane:.0%} lie in a cluster that is mostly their digit."
    return Scene(
        f"**True digits.** k-means knows no digits: here **{facts.purity_of_plane:.0%}** of the points lie in a "
        f"cluster that is mostly their own digit. With all {facts.n_pixels} pixels instead of two numbers it is "
        f"**{facts.purity_of_pixels:.0%}**. What it still mixes looks alike to it, and no name ever told it otherwise.",
        (point_map(facts.positions, facts.classes, alt=alt, names=facts.names),),
        uses_classes=True,
    )


def _map(facts: Facts, frame: int, *, coloured: bool = True) -> Chart:
    step = facts.passes[frame]
    alt = f"{len(facts.classes):,} points and {len(step.centres)} centres after {frame} passes of k-means."
    return point_map(
        facts.positions, step.clusters if coloured else None, alt=alt, centres=step.centres, faint=True
    )


LESSON = Lesson(
    name="k-means",
    title="k-means, step by step, and true classes",
    idea="Clusters are found without names; how far they are classes is another question.",
    question="At the end, and with all pixels: how many digits lie in a cluster that is mostly their own digit?",
    choices=tuple(f"about {share:.0%}" for share in OFFERED),
    prepare=prepare,
    ask=ask,
    answer=answer,
    frames=("Start", *(f"Pass {k}" for k in range(1, N_PASSES + 1)), "True digits"),
    reveal=reveal,
    tries=(
        Try(
            "Compare ten clusters with fifty; what happens to purity?",
            "partitions",
            {
                "dataset": "digits",
                "encoder": "pixels",
                "n_clusters": "10",
                "n_clusters_b": "50",
            },
        ),
        Try(
            "Look at the biggest cluster's images.",
            "explore",
            {"dataset": "digits", "encoder": "pixels", "n_clusters": "10"},
        ),
    ),
)
