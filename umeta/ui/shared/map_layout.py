"""A map's layout: which items are on it, where they lie, and the colours that suit it."""

import hashlib
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import streamlit as st

from umeta.browser.tile_sheet import is_ink
from umeta.cache import Arrays
from umeta.figures.palette import GroupColours, colour_groups
from umeta.partitions import Partition
from umeta.projections import PROJECTIONS
from umeta.projections.preservation import NEIGHBOURS, SAMPLE, Preservation, preservation
from umeta.runs.map_positions import positions as positions_of
from umeta.runs.map_positions import positions_key
from umeta.runs.projection_process import LayoutProcess
from umeta.stage import OnStep, content_hash
from umeta.ui.frame import links, state
from umeta.ui.frame.memory import key_of, remember
from umeta.ui.shared import media
from umeta.ui.shared.layout_job import layout_job, wait_for
from umeta.ui.shared.map import MapPoints, Sprite, offer_tiles, snapshot_path

AT_ONCE = 0.5
"""Seconds that a page waits for a projection; a slower one is made beside it, under a map that begins as PCA has it."""
COLOURS_VERSION = 1
"""Raised whenever clusters are coloured in another way."""
_EVERY_SPLIT = "-all"


@dataclass(frozen=True)
class MapLayout:
    """The items of meta_train, or of every split, laid out by a projection of the sidebar's embedding."""

    projection: str
    every_split: bool = False
    moving: str | None = None
    """The name of the snapshots of a slower projection on its way, whose map begins as this one."""

    @classmethod
    def named(cls, name: str) -> "MapLayout":
        """Return the layout of a name in a link; its projection may be one that does not exist."""
        return cls(name.removesuffix(_EVERY_SPLIT), name.endswith(_EVERY_SPLIT))

    @property
    def name(self) -> str:
        """What links call it."""
        return f"{self.projection}{_EVERY_SPLIT}" if self.every_split else self.projection

    @property
    def title(self) -> str:
        """What the page calls its projection."""
        return PROJECTIONS[self.projection].title

    @property
    def items(self) -> np.ndarray:
        """The items on the map (n_points,)."""
        return np.flatnonzero(state.dataset().split_of >= 0) if self.every_split else state.items()

    @property
    def parts(self) -> tuple[object, ...]:
        """What it is made of, for `remember`."""
        items = state.selection().dataset_method() if self.every_split else "meta_train"
        return (state.embedding(), self.projection, items)

    def is_ready(self) -> bool:
        """Return whether it can be drawn at once: it is quick, or stored."""
        if PROJECTIONS[self.projection].estimate(len(self.items)) < AT_ONCE:
            return True
        return state.home().has("projections", self.key())

    def key(self) -> dict[str, Any]:
        """Return what identifies it among stored products."""
        return positions_key(state.embedding_key(), self.items, self.projection)

    def when_ready(self) -> "MapLayout":
        """Return itself once it is laid out; until then, or with too few items, the layout by PCA, and say so."""
        method, items = PROJECTIONS[self.projection], self.items
        by_pca = replace(self, projection="pca")
        if len(items) < method.min_items:
            st.caption(
                f"{method.title} needs {method.min_items} images or more; these {len(items)} are as PCA has them."
            )
            return by_pca
        if self.is_ready():
            return self
        begun = LayoutProcess(self.projection) if state.is_about_to_embed() else None
        try:
            key = state.embedding().key
        except BaseException:
            if begun:
                begun.give_up()
            raise
        parts = key_of(state.home().root, *self.parts)
        name = f"{hashlib.sha256(parts.encode()).hexdigest()[:32]}.bin"
        snapshot = snapshot_path(media.folder(), name)

        def make(on_step: OnStep) -> None:
            process = begun or LayoutProcess(self.projection)
            process.lay_out(key, items, on_step=on_step, snapshot=snapshot)

        job = layout_job(parts, make, snapshot)
        if begun and job.make is not make:  # another session was faster
            begun.give_up()
        if job.problem is not None:
            raise job.problem
        wait_for(job, method, len(items))
        return replace(by_pca, moving=name)

    def positions(self) -> np.ndarray:
        """Return where the items lie (n_points, 2 or 3)."""
        embedding, items = state.embedding(), self.items
        return remember(
            "map positions",
            *self.parts,
            label=f"Laying out by {self.title}",
            make=lambda step: positions_of(embedding, items, self.projection, state.home(), on_step=step),
        )

    def points(self) -> MapPoints:
        """Return the map's points, published for the browser."""
        images, folder = state.dataset().images, media.folder()
        positions, items = self.positions(), self.items

        def publish_sprite(_) -> Sprite:
            return Sprite.publish(images.images, folder, ink=is_ink(images.images))

        sprite = remember(
            "sprite", folder, images.fingerprint, label="Preparing pictures", make=publish_sprite
        )
        offer_tiles(sprite.content, images.images)
        return remember(
            "points",
            folder,
            *self.parts,
            label="Preparing the map",
            make=lambda _: MapPoints.publish(positions, items, folder, sprite),
        )

    def cluster_colours(self, key: str, partition: Partition) -> GroupColours:
        """Return the colour of each cluster: fixed up to twenty, beyond that a tint by what touches on the map.

        Args:
            key: What tells the partition from others of the embedding.
            partition: The partition.
        """
        groups, positions = partition.clusters[self.items], self.positions()
        made_from = {
            **self.key(),
            "groups": content_hash(groups.tobytes().hex()),
            "code_version": COLOURS_VERSION,
        }

        def stored(_: object) -> GroupColours:
            return GroupColours(
                **state.home().arrays(
                    "colours", made_from, lambda: vars(colour_groups(groups, positions[:, :2]))
                )
            )

        return remember("colours", *self.parts, key, label="Choosing colours", make=stored)

    def score(self, vectors: np.ndarray) -> Preservation:
        """Return how many neighbours it keeps of those that the vectors of its items have.

        Raises:
            UserError: there are too few items.
        """
        positions = self.positions()
        made_from = {**self.key(), "n_neighbours": NEIGHBOURS, "n_sampled": SAMPLE}

        def make() -> Arrays:
            return {name: np.array(value) for name, value in vars(preservation(vectors, positions)).items()}

        def stored(_: object) -> Preservation:
            arrays = state.home().arrays("map scores", made_from, make)
            return Preservation(**{name: value.item() for name, value in arrays.items()})

        return remember("preservation", *self.parts, label="Judging the map", make=stored)


def pick_projection() -> str:
    """Draw the control for the projection, which all pages with a map share."""
    titles = {projection.title: name for name, projection in PROJECTIONS.items()}
    explanation = " ".join(f"**{p.title}**: {p.what}" for p in PROJECTIONS.values())
    links.announce_unknown(links.PROJECTION, titles)
    chosen = st.selectbox(
        "Map",
        list(titles),
        key=links.PROJECTION.key,
        bind="query-params",
        width=120,
        help=f"How the vectors are laid out. {explanation}",
    )
    return titles[chosen]
