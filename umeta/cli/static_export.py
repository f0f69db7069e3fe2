"""`umeta export --static`: a map, a task, two partitions or a lesson as a folder that opens in a browser from disk."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from umeta.cache import Home
from umeta.cli.configs import config_of
from umeta.cli.printing import err, shown_progress
from umeta.data import Dataset
from umeta.projections import PROJECTIONS
from umeta.runs import RunConfig
from umeta.stage import OnStep, UserError
from umeta.wording import counted

if TYPE_CHECKING:
    from umeta.browser.map.points import MapPoints
    from umeta.browser.map.view import MapView
    from umeta.browser.standalone.page import Page, PagePart
    from umeta.encoders import Embedding
    from umeta.partitions import Partition

KINDS = ("map", "task", "comparison", "lesson")


def export_static(words: Sequence[str], folder: Path, *, against: str, number: int, projection: str) -> None:
    """Write the page that the words ask for.

    Args:
        words: `map`, `task` or `comparison`, then words of `umeta run`; or `lesson` and its name.
        folder: Where it is written.
        against: Of a comparison: what differs in the second partition, as words of `umeta run`.
        number: Of a task: which one, as the app counts them.
        projection: How vectors are laid out.

    Raises:
        UserError: the first word is none of these, a comparison of nothing, no such lesson or projection, or the folder
            holds other files.
    """
    kind, *words = words
    if kind not in KINDS:
        raise UserError(
            f"export --static writes a {', a '.join(KINDS[:-1])} or a {KINDS[-1]}; found {kind!r}. "
            "Example: umeta export --static FOLDER map dataset=glyphs encoder=pca partition.n_clusters=30"
        )
    if kind == "comparison" and not against:
        raise UserError(
            "a comparison needs a second partition: say what differs in it, as in --against partition=random."
        )
    if projection not in PROJECTIONS:
        raise UserError(f"--projection {projection} is not known. Choose one of: {', '.join(PROJECTIONS)}.")
    home = Home.from_environment()
    with shown_progress() as on_step:
        if kind == "lesson":
            page = _lesson_page(words, home, on_step)
        else:
            page = _page_of_run(
                kind, words, home, on_step, against=against, number=number, projection=projection
            )
        page.write(folder)
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    err.print(
        f"Written, {size / 1e6:.1f} MB: open {folder / 'index.html'} in a browser.",
        soft_wrap=True,
        markup=False,
        highlight=False,
    )


def _lesson_page(words: Sequence[str], home: Home, on_step: OnStep) -> "Page":
    from umeta.lessons import LESSONS, find_lesson, lesson_page

    if len(words) != 1:
        names = ", ".join(lesson.name for lesson in LESSONS)
        raise UserError(f"give one lesson by its name; found {' '.join(words)!r}. There are: {names}.")
    return lesson_page(find_lesson(words[0]), home, on_step)


def _page_of_run(
    kind: str,
    words: Sequence[str],
    home: Home,
    on_step: OnStep,
    *,
    against: str,
    number: int,
    projection: str,
) -> "Page":
    first = _Clustered(config_of(list(words)), home, projection, on_step)
    if kind == "map":
        return _map_page(first)
    if kind == "task":
        return _task_page(first, number)
    second = _Clustered(config_of(_changed(words, against.split())), home, projection, on_step)
    return _comparison_page(first, second)


def _changed(words: Sequence[str], by: Sequence[str]) -> list[str]:
    """Return words of which some are replaced by others for the same key."""
    keys = {word.partition("=")[0] for word in by}
    return [*(word for word in words if word.partition("=")[0] not in keys), *by]


@dataclass(frozen=True, eq=False)
class _Clustered:
    """An embedding, its first partition, and its map."""

    config: RunConfig
    home: Home
    projection: str
    on_step: OnStep

    @cached_property
    def fitted(self) -> tuple[RunConfig, Dataset]:
        from umeta.runs.pipeline import (
            prepare,  # these take seconds, which the list of commands must not wait for
        )

        return prepare(self.config, self.home, on_step=self.on_step)

    @property
    def dataset(self) -> Dataset:
        return self.fitted[1]

    @cached_property
    def embedding(self) -> "Embedding":
        import torch

        from umeta.runs import products

        config, dataset = self.fitted
        device = torch.device(config.device)
        return products.embed(dataset, config.encoder, self.home, device=device, on_step=self.on_step)

    @cached_property
    def partitions(self) -> "Sequence[Partition]":
        from umeta.runs import products

        config, dataset = self.fitted
        return products.partition(dataset, self.embedding, config.partition, self.home, on_step=self.on_step)

    @cached_property
    def map(self) -> "tuple[MapPoints, MapView]":
        from umeta.api import Data, EmbeddedData
        from umeta.browser.map.points import MapPoints
        from umeta.browser.map.sprites import Sprite
        from umeta.browser.published import media_folder
        from umeta.browser.tile_sheet import is_ink
        from umeta.runs import map_positions
        from umeta.widgets.painting import painted_view

        config, dataset = self.fitted
        items, images = dataset.items("meta_train"), dataset.images.images
        positions = map_positions.positions(
            self.embedding, items, self.projection, self.home, on_step=self.on_step
        )
        media = media_folder(self.home)
        points = MapPoints.publish(positions, items, media, Sprite.publish(images, media, ink=is_ink(images)))
        embedded = EmbeddedData(Data(config.dataset, dataset), config.encoder, self.embedding)
        return points, painted_view(self.partitions[0], embedded, items, positions)

    @property
    def title(self) -> str:
        return f"{self.dataset.card.title} by {self.fitted[0].encoder.name}"

    @property
    def made_by(self) -> str:
        n_clusters = counted(self.partitions[0].n_clusters, "cluster")
        return f"{self.fitted[0].partition.name}, {n_clusters}"

    def part(self, heading: str, caption: str, *, link: str | None = None, wide: bool = True) -> "PagePart":
        from umeta.browser.standalone.parts import map_part

        points, view = self.map
        alt = f"Map of {counted(len(points), 'image')} of {self.title}, coloured by the clusters of {self.made_by}."
        return map_part(points, view, heading=heading, caption=caption, alt=alt, link=link, wide=wide)


def _map_page(clustered: _Clustered) -> "Page":
    from umeta.projections import PROJECTIONS

    caption = "Point at a dot for its image; zoom in, or press I, for more of them."
    part = clustered.part(clustered.made_by, caption)
    laid_out = f"laid out by {PROJECTIONS[clustered.projection].title}"
    intro = f"Unlabelled images, {laid_out} and coloured by cluster."
    return _page(clustered, clustered.title, intro, [part])


def _comparison_page(a: _Clustered, b: _Clustered) -> "Page":
    from umeta.partitions.shared_pairs import shared_pairs

    if a.dataset.images.fingerprint != b.dataset.images.fingerprint:
        raise UserError(
            "a comparison is of two partitions of the same images; --against changes the data set. "
            "Change the encoder or the partition."
        )
    pairs = shared_pairs(a.partitions[0].clusters, b.partitions[0].clusters)
    alike = (
        f"Of two images that share a cluster of A, {pairs.both / max(pairs.of_a, 1):.0%} share one of B too"
    )
    by_chance = f"if B knew nothing of A, {pairs.chance:.0%} would."
    return _page(
        a,
        f"Two partitions of {a.dataset.card.title}",
        f"{alike}; {by_chance} What is pointed at or selected on one map shows on the other.",
        [
            side.part(
                f"{letter}: {side.made_by}", f"{side.fitted[0].encoder.name}", link="partitions", wide=False
            )
            for letter, side in (("A", a), ("B", b))
        ],
    )


def _task_page(clustered: _Clustered, number: int) -> "Page":
    from dataclasses import replace

    from umeta.browser.standalone.parts import board_part, map_part, rows_part, task_rings
    from umeta.browser.task_images import TaskImages
    from umeta.figures.palette import GREY
    from umeta.tasks import PartitionSource
    from umeta.tasks.numbered import draw_numbered

    shape = clustered.fitted[0].task
    source = PartitionSource([partition.clusters for partition in clustered.partitions])
    task = draw_numbered(source, shape, number)
    pictures = TaskImages.of(clustered.dataset, task)
    points, view = clustered.map
    grey = np.tile(np.array(GREY, np.uint8), (len(points), 1))
    ringed = replace(
        view, colours=grey, thumbnails=(), legend=(), muted=False, contours=False, rings=task_rings(task)
    )
    rings = "Circles are support, squares are queries; each colour is a row."
    return _page(
        clustered,
        f"A task of {clustered.dataset.card.title}",
        f"Its rows are clusters of {clustered.made_by}, on vectors of {clustered.fitted[0].encoder.name}. "
        f"Guessing gets {1 / shape.n_way:.0%} right.",
        [
            board_part(pictures, task, number),
            rows_part(pictures, task),
            map_part(points, ringed, heading="On the map", caption=rings, alt=f"Map of the images. {rings}"),
        ],
    )


def _page(clustered: _Clustered, title: str, intro: str, parts: "Sequence[PagePart]") -> "Page":
    from umeta.browser.published import media_folder
    from umeta.browser.standalone.page import Page

    return Page(title, intro, parts, (media_folder(clustered.home),))
