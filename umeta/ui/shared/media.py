"""Where the app keeps the files that browsers fetch by content hash."""

from pathlib import Path

from starlette.routing import BaseRoute

from umeta.browser.published import media_folder
from umeta.cache import Home
from umeta.ui.shared.map import media_routes

DEMO = Path(__file__).parents[2] / "demo" / "media"
"""The bundled demo's files."""


def folder() -> Path:
    """Return the folder for new files."""
    return media_folder(Home.from_environment())


def routes() -> list[BaseRoute]:
    """Return the routes that serve both folders."""
    return list(media_routes(folder(), DEMO))
