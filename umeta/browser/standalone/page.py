"""A page as the files of a folder: what a lecturer mails to a class, and a researcher puts beside a paper."""

import base64
import io
import json
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any

from plotly.offline import get_plotlyjs

from umeta.browser.guess import board
from umeta.browser.map.points import MapPoints
from umeta.browser.map.scripts import MAP_CSS, MAP_SCRIPT
from umeta.stage import UserError

_HERE = Path(__file__).parent
_SCRIPT = "\n".join([MAP_SCRIPT, board.SCRIPT, (_HERE / "page.js").read_text("utf-8")])
_STYLE = "\n".join([MAP_CSS, board.CSS, (_HERE / "page.css").read_text("utf-8")])
_INDEX = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="stylesheet" href="umeta.css">
</head>
<body>
<main>
<h1>{title}</h1>
<p>{intro}</p>
<noscript><p>This page needs JavaScript, which is switched off in this browser.</p></noscript>
<div class="parts">
{parts}
</div>
</main>
<script src="umeta.js"></script>
<script src="content.js"></script>
</body>
</html>
"""


@dataclass(frozen=True, eq=False)
class PagePart:
    """One map, board or grid of a page."""

    heading: str
    caption: str
    html: str
    """What stands there: an empty element where the script draws, or a grid."""
    mounted: dict[str, Any] | None = None
    """What the script draws: `kind`, `map`, `board` or `charts`, and its `data`."""
    points: MapPoints | None = None
    """Of a map: the points whose files go along."""
    wide: bool = True
    """Whether it takes the whole width; two that do not stand side by side."""
    folded: str = ""
    """What is pressed to unfold it; without that it stands open."""


@dataclass(frozen=True, eq=False)
class Page:
    """A page that needs no server."""

    title: str
    intro: str
    parts: Sequence[PagePart]
    media: Sequence[Path] = field(default=())
    """The folders where the files of its points were published."""

    def files(self) -> dict[str, bytes]:
        """Return every file by its path in the folder; `index.html` is what is opened."""
        mounted = [part.mounted for part in self.parts]
        index = _INDEX.format(
            title=escape(self.title),
            intro=escape(self.intro),
            parts="\n".join(_part_html(number, part) for number, part in enumerate(self.parts)),
        )
        texts = {
            "index.html": index,
            "umeta.css": _STYLE,
            "umeta.js": _SCRIPT,
            "content.js": f"umetaPage({_in_script(mounted)});\n",
        }
        names = {name for part in self.parts if part.points for name in _published(part.points)}
        if any(one is not None and one["kind"] == "charts" for one in mounted):
            texts["umeta.js"] = f"{get_plotlyjs()}\n{_SCRIPT}"
        stored = {f"media/{name}.js": self._stored(name) for name in sorted(names)}
        return {**{name: text.encode() for name, text in texts.items()}, **stored}

    def write(self, folder: Path) -> None:
        """Write the files into a folder, which is made where it is missing; an earlier page in it is replaced.

        Raises:
            UserError: the folder holds something else, or cannot be written.
        """
        try:
            if folder.exists() and any(folder.iterdir()) and not (folder / "umeta.js").exists():
                raise UserError(
                    f"{folder} holds other files already, and no exported page. Give a new or an empty folder."
                )
            for name, content in self.files().items():
                path = folder / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
        except OSError as error:
            raise UserError(f"{folder} cannot be written: {error.strerror}. Give another folder.") from None

    def zipped(self, folder: str) -> bytes:
        """Return the same folder as a zip file."""
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in self.files().items():
                archive.writestr(f"{folder}/{name}", content)
        return packed.getvalue()

    def _stored(self, name: str) -> bytes:
        """Return a published file as a script, the one thing that a page on disk may load from beside it."""
        path = next(path for folder in self.media if (path := folder / name).exists())
        encoded = base64.b64encode(path.read_bytes()).decode("ascii")
        return f'umetaFile("{name}", "{encoded}");\n'.encode()


def _part_html(number: int, part: PagePart) -> str:
    caption = f"<p>{escape(part.caption)}</p>" if part.caption else ""
    place = f'<div id="part{number}">{part.html}</div>'
    if part.folded:
        place = f"<details><summary>{escape(part.folded)}</summary>{place}</details>"
    wide = " wide" if part.wide else ""
    return f'<section class="part{wide}"><h2>{escape(part.heading)}</h2>{caption}{place}</section>'


def _in_script(value: Any) -> str:
    """Return JSON in which no text ends the script that it stands in."""
    return json.dumps(value, allow_nan=False).replace("<", "\\u003c")


def _published(points: MapPoints) -> list[str]:
    """Return the files that a map needs: its points, and the pages of images that hold its items."""
    if points.sprite is None:
        return [points.name]
    pages = sorted(set((points.items // points.sprite.tiles_per_page).tolist()))
    return [points.name, *(points.sprite.pages[page] for page in pages)]
