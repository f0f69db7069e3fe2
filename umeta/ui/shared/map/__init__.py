"""The embedding map: a canvas of points that shows the image behind each of them.

A map is given in three parts, by how often they change::

    from umeta.ui.shared.map import MapPoints, MapThumbnail, MapView, Sprite, embedding_map

    # once a data set: images (n_items, channels, height, width)
    sprite = Sprite.publish(images, media)
    # once a projection: positions (n_points, 2), or (n_points, 3) to be turned, and items (n_points,)
    points = MapPoints.publish(positions, items, media, sprite)
    # at any rerun: colours (n_points, 3), groups (n_points,)
    view = MapView(colours=rgb, groups=clusters, group_texts=texts, thumbnails=medoids)
    chosen = embedding_map(points, view, key="map", alt="Omniglot by ACAI and UMAP, coloured by cluster")
    gallery(chosen.items)

*Sprite* and *points* are files named by their content in the folder `media`; the browser fetches each
once and keeps it for good. They are served by the app itself, so `app.py` passes the routes of that folder::

    app = st.App(Path(__file__).parent / "umeta/ui/frame/script.py", routes=media_routes(media))

Publish both behind `st.cache_resource`. *View* travels with the rerun. Changing it never remounts the map:
zoom and selection stay, because the component's identity is its `key` and its place on the page. So let nothing come
and go before it in the same container: what takes time is made, under its progress bar, in a container above.
Everything that names an image does so by its item number in the data set, never by a position in some array, so
a filtered or sorted map shows the right one.

What the person chose comes back as `MapSelection`, once a gesture. A page chooses by `MapView.selected` (from
a URL, a search box or another map); `items_inside` turns a lasso that was kept as a polygon into items again.
Maps with the same `link` light up each other's hovered item and selection without asking the server. With `share`
the browser alone keeps the zoom in the page's link and saves the view as PNG or SVG. Images in place of dots are cut
by the server from the images in memory, which the page gives to `offer_tiles(sprite.content, images)` at each rerun.

The browser's half, and what it reads, is `umeta.browser.map`; notebooks and exported pages draw with it too.
"""

from umeta.browser.map.points import MapPoints
from umeta.browser.map.selection import MapSelection, items_inside
from umeta.browser.map.sprites import Sprite
from umeta.browser.map.view import LegendEntry, MapLabel, MapRing, MapThumbnail, MapView, Mark
from umeta.ui.shared.map.component import embedding_map
from umeta.ui.shared.map.media import media_routes, snapshot_path
from umeta.ui.shared.map.tiles import offer_tiles

__all__ = [
    "LegendEntry",
    "MapLabel",
    "MapPoints",
    "MapRing",
    "MapSelection",
    "MapThumbnail",
    "MapView",
    "Mark",
    "Sprite",
    "embedding_map",
    "items_inside",
    "media_routes",
    "offer_tiles",
    "snapshot_path",
]
