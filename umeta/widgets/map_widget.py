"""The map of an embedding as a widget."""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import uuid4

import anywidget
import numpy as np
import traitlets
from jaxtyping import Int

from umeta.api import Data, EmbeddedData
from umeta.api.arguments import check_type
from umeta.browser.map.message import map_message
from umeta.browser.map.picture import map_png
from umeta.browser.map.points import MapPoints
from umeta.browser.map.scripts import MAP_CSS, MAP_SCRIPT
from umeta.browser.map.selection import read_selection
from umeta.browser.map.sprites import Sprite
from umeta.browser.map.tiles import tile_sheet
from umeta.browser.map.view import MapView
from umeta.browser.published import media_folder
from umeta.browser.tile_sheet import is_ink
from umeta.cache import Home
from umeta.runs import map_positions
from umeta.stage import OnStep, UserError, ignore_step
from umeta.widgets.painting import painted_view
from umeta.widgets.pictures import with_picture
from umeta.widgets.scripts import script
from umeta.wording import counted

HEIGHT = 480
"""Pixels, toolbar and legend included."""


class MapWidget(anywidget.AnyWidget):
    """An embedding map in a notebook; made by `umeta.explore`.

    What a person selects by lasso, box, click or keys arrives in `selected`; setting `selected` or `colour` in Python
    changes the map. `observe` tells of each change, as with any widget: `map.observe(print, "selected")`.
    """

    _esm = script(MAP_SCRIPT, MAP_CSS, Path(__file__).with_name("map_widget.js"))
    _message = traitlets.Dict().tag(sync=True)
    _gesture = traitlets.Dict().tag(sync=True)

    selected = traitlets.Any()
    """The selected item numbers, ascending (n_selected,)."""
    colour = traitlets.Any()
    """What points are coloured by, as `explore` takes it."""

    def __init__(
        self, embedding: EmbeddedData, points: MapPoints, *, colour: Any, title: str, height: int
    ) -> None:
        self.embedding, self.points, self._title, self._height = embedding, points, title, height
        self._key, self._link = uuid4().hex, ""
        self._view = self._painted(None)
        super().__init__(selected=np.empty(0, np.int32))
        self.colour = colour
        self.on_msg(self._answer)
        self._send_message()

    @property
    def items(self) -> Int[np.ndarray, " n_points"]:
        """The item numbers on the map."""
        return self.points.items

    @property
    def alt(self) -> str:
        """What the map shows, in a sentence."""
        return f"Map of {counted(len(self.points), 'image')} of {self._title}."

    def link(self, other: "MapWidget") -> None:
        """Let two maps share what is selected, in Python too, and show each other's hovered item."""
        name = self._link or other._link or uuid4().hex
        for widget, partner in ((self, other), (other, self)):
            widget._link = name
            widget._send_message()
            widget.observe(partner._take_over, "selected")

    def picture(self, *, width: int = 720) -> bytes:
        """Return the map as a PNG, as it stands where no kernel runs."""
        view = replace(self._view, selected=self.selected)
        return map_png(self.points, view, width=width, height=self._height)

    def _repr_mimebundle_(self, **options: Any) -> Any:
        return with_picture(super()._repr_mimebundle_(**options), self.alt, {"image/png": self.picture()})

    @traitlets.validate("selected")
    def _items_on_map(self, proposal: Any) -> Int[np.ndarray, " n_selected"]:
        given = np.unique(np.asarray(proposal["value"], np.int64).ravel())
        missing = np.setdiff1d(given, self.points.items)
        if len(missing):
            raise UserError(
                f"selected holds {counted(len(missing), 'item')} that {'is' if len(missing) == 1 else 'are'} not on "
                f"this map, such as {missing[0]}; map.items has those that are."
            )
        return given.astype(np.int32)

    @traitlets.observe("selected")
    def _show_selected(self, change: Any) -> None:
        if not np.array_equal(change["new"], read_selection(self._gesture, self.points).items):
            self._gesture = {}
            self._send_message()

    @traitlets.validate("colour")
    def _paint(self, proposal: Any) -> Any:
        self._view = self._painted(proposal["value"])
        return proposal["value"]

    @traitlets.observe("colour")
    def _show_colour(self, change: Any) -> None:
        if change["new"] is None:  # which traitlets does not validate
            self._view = self._painted(None)
        self._send_message()

    @traitlets.observe("_gesture")
    def _take_gesture(self, change: Any) -> None:
        if change["new"]:
            self.selected = read_selection(change["new"], self.points).items

    def _take_over(self, change: Any) -> None:
        """Select what a linked map selects, as far as it is on this one."""
        items = np.intersect1d(change["new"], self.points.items)
        if not np.array_equal(items, self.selected):
            self.selected = items

    def _painted(self, colour: Any) -> MapView:
        return painted_view(colour, self.embedding, self.points.items, self.points.positions)

    def _send_message(self) -> None:
        """Send what the script shows."""
        message = map_message(
            self.points,
            replace(self._view, selected=self.selected),
            key=self._key,
            alt=self.alt,
            height=self._height,
            link=self._link or None,
            saves=True,
        )
        self._message = {**message, "turn": self._message.get("turn", 0) + 1}

    def _answer(self, _widget: Any, question: dict[str, Any], _buffers: Any) -> None:
        """Send the browser a published file, or the images of some items side by side."""
        sprite, images = self.points.sprite, self.embedding.data.images.images
        if "items" in question:
            content = tile_sheet(images[np.asarray(question["items"], int)], ink=bool(sprite and sprite.ink))
        elif question["name"] in {self.points.name, *(sprite.pages if sprite else ())}:
            content = (media_folder(Home.from_environment()) / question["name"]).read_bytes()
        else:
            return
        self.send({"id": question["id"]}, [content])


def explore(
    embedding: EmbeddedData,
    colour: Any = None,
    *,
    projection: str = "tsne",
    items: Sequence[int] | Int[np.ndarray, " n_points"] | None = None,
    height: int = HEIGHT,
    on_step: OnStep = ignore_step,
) -> MapWidget:
    """Show the map of an embedding as a widget: an image on hover, more by zoom, a lasso that gives item numbers.

    Args:
        embedding: What `embed` returned.
        colour: What points are coloured by: what `partition` returned, an attribute such as `data.dataset.classes`,
            or an array of one number for each item of the data set (whole numbers are groups).
        projection: How vectors are laid out: tsne, pca, umap or pca-3d. Layouts are kept; the app shows the same.
        items: The items on the map; those of meta_train without it.
        height: In pixels.
        on_step: Receives each progress event of the layout.

    Raises:
        UserError: an unknown projection, too few items for it, or a colour that does not fit the data set.
    """
    check_type("explore", embedding, EmbeddedData, "umeta.embed(…)")
    numbers = embedding.data.meta_train if items is None else np.unique(np.asarray(items, np.int64))
    home, images = Home.from_environment(), embedding.data.images.images
    if len(numbers) == 0 or not 0 <= numbers[0] <= numbers[-1] < len(images):
        raise UserError(
            f"items must name some of the {len(images):,} items by numbers from 0; found {numbers[:5].tolist()}."
        )
    positions = map_positions.positions(embedding.embedding, numbers, projection, home, on_step=on_step)
    media = media_folder(home)
    points = MapPoints.publish(positions, numbers, media, _sprite(embedding.data, media))
    title = f"{embedding.data.dataset.card.title} by {embedding.encoder.name} and {projection}"
    return MapWidget(embedding, points, colour=colour, title=title, height=height)


@lru_cache(maxsize=8)
def _sprite(data: Data, media: Path) -> Sprite:
    """Return a data set's images as files, which are written once in a session."""
    images = data.images.images
    return Sprite.publish(images, media, ink=is_ink(images))
